// Pressing two days of the calendar fills the range; fields that the chosen change does not need are hidden.

const form = document.querySelector("[data-supply-form]");

/** @param {string} name @param {string} day an ISO date, or nothing to empty the three inputs */
function fill(name, day) {
  const parts = day ? day.split("-").map(Number) : ["", "", ""];
  for (const [place, part] of parts.entries()) {
    form.querySelector(`#id_${name}_${place}`).value = part;
  }
}

function typed(name) {
  const parts = [0, 1, 2].map((place) => form.querySelector(`#id_${name}_${place}`).value.padStart(2, "0"));
  return parts.join("-");
}

function show(first, last) {
  for (const link of document.querySelectorAll("[data-day]")) {
    const day = link.dataset.day;
    link.parentElement.classList.toggle("picked", day >= first && day <= (last || first));
  }
}

let open = "";

function pick(event) {
  event.preventDefault();
  const day = event.currentTarget.dataset.day;
  if (open && day >= open) {
    fill("last", day === open ? "" : day);
    show(open, day);
    open = "";
  } else {
    open = day;
    fill("first", day);
    fill("last", "");
    show(day, day);
  }
}

function showNeeded() {
  const kind = form.querySelector("[name=kind]:checked")?.value;
  for (const part of form.querySelectorAll("[data-for]")) {
    const refused = part.querySelector("[aria-invalid]") !== null;
    part.hidden = !refused && !part.dataset.for.split(" ").includes(kind);
  }
}

if (form) {
  form.addEventListener("change", showNeeded);
  showNeeded();
  const links = document.querySelectorAll("[data-day]");
  for (const link of links) {
    link.addEventListener("click", pick);
  }
  if (links.length) {
    show(typed("first"), typed("last"));
  }
}
