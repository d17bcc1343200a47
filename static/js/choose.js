/**
 * Comfort for choosing a time: a day of the calendar shows its times in place, and the address follows.
 *
 * htmx does the fetching (the links say what and where, see month.html). Here: the chosen day is marked, the times
 * take the focus, and a request that fails becomes an ordinary change of page.
 */

const CHOSEN = "chosen";

function markChosen(link) {
  for (const cell of document.querySelectorAll(`td.${CHOSEN}`)) cell.classList.remove(CHOSEN);
  for (const other of document.querySelectorAll(".month [aria-current]")) other.removeAttribute("aria-current");
  link.closest("td")?.classList.add(CHOSEN);
  link.setAttribute("aria-current", "date");
}

function showTimes() {
  const heading = document.querySelector("#times h2");
  if (!heading) return;
  heading.classList.remove("visually-hidden");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  document.getElementById("times").scrollIntoView({ block: "start" });
}

document.addEventListener("htmx:afterSettle", (event) => {
  const link = event.detail.requestConfig?.elt;
  if (!link?.closest("td")) return;
  markChosen(link);
  showTimes();
});

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const link = event.detail.requestConfig?.elt;
    if (link?.href) window.location.assign(link.href);
  });
}
