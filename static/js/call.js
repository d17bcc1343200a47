/**
 * The call screen by keyboard: category and result in two keys each, the search, the note, and the booking desk opened
 * inside the call. Without this script every button sends its form, and the booking desk is a page of its own.
 */

const BOOKING = "#booking";
let waitingFor = "";

const find = (selector) => document.querySelector(selector);
const goTo = (selector) => () => find(selector)?.focus();

function isTyping(target) {
  return target.matches("textarea, select, input:not([type='checkbox'], [type='radio']), dialog *");
}

/* -- two keys: which group, then which of it ------------------------------------------------------------ */
function choose(group, digit) {
  const options = document.querySelectorAll(`[data-keys='${group}'] input[type='radio']`);
  const option = options[digit - 1];
  if (!option) return;
  option.checked = true;
  option.focus();
  option.dispatchEvent(new Event("change", { bubbles: true }));
}

function begin(group) {
  return () => {
    waitingFor = group;
    find(`[data-keys='${group}'] input[type='radio']:checked, [data-keys='${group}'] input[type='radio']`)?.focus();
  };
}

const KEYS = {
  s: goTo("#call-q"),
  "/": goTo("#call-q"),
  m: goTo("#call_note"),
  c: begin("c"),
  r: begin("r"),
  b: () => find("[data-open-booking]")?.click(),
  a: () => find("[data-press='a']")?.click(),
  "?": () => find("#keys")?.showModal(),
};

/** Before the booking desk's own keys: what is meant for the call must not reach it. Escape leads out of it. */
function typed(event) {
  if (event.isComposing || event.target.closest?.("dialog")) return;
  if (event.target.closest?.(BOOKING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    take(event, () => find("[data-finish]")?.click());
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
  if (digit && waitingFor) {
    const group = waitingFor;
    waitingFor = "";
    take(event, () => choose(group, digit));
    return;
  }
  waitingFor = "";
  const act = digit ? pressed(digit) : KEYS[event.key.toLowerCase()];
  if (act) take(event, act);
}

function pressed(digit) {
  const button = find(`[data-press='${digit}']`);
  return button && (() => button.click());
}

function take(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

/* -- what to say follows the category ------------------------------------------------------------------- */
function showScript(event) {
  if (event.target.name !== "category") return;
  document.querySelectorAll("[data-script]").forEach((script) => {
    script.open = script.dataset.script === event.target.value;
  });
}

/* -- the booking desk inside the call ------------------------------------------------------------------- */
function openBooking(event) {
  const link = event.target.closest?.("[data-open-booking], [data-booking]");
  const place = find(BOOKING);
  if (!link || !place || event.ctrlKey || event.metaKey || event.button !== 0) return;
  event.preventDefault();
  if (!place.hidden && link.matches("[data-open-booking]")) {
    back(place);
    return;
  }
  place.hidden = false;
  window.htmx
    .ajax("GET", link.getAttribute("href"), { target: BOOKING, select: "#desk", swap: "innerHTML" })
    .then(() => show(place));
}

/** To what is open already: opening it anew would lose what was typed there. */
function back(place) {
  show(place);
  place.querySelector("[data-focus], #id_name, [data-primary]")?.focus();
}

/** Scrolls the middle pane only: the bar above stays where it is. */
function show(place) {
  const pane = place.parentElement;
  pane.scrollTop += place.getBoundingClientRect().top - pane.getBoundingClientRect().top;
}

/** The address stays the call's, so that a reload comes back to it. */
function within(event) {
  if (find(BOOKING)) event.detail.headers["X-Within-Call"] = "1";
}

/** The booking that is open in the desk belongs to this call. */
function noteBooking() {
  const open = find(`${BOOKING} [name='booking']`);
  const field = find("#call_booking");
  if (!open?.value || !field || field.value === open.value) return;
  field.value = open.value;
  const booked = find("[data-keys='r'] input[value='booked']");
  if (booked && find("[data-keys='r'] input:checked")?.value === "answered") booked.checked = true;
}

/** The number that rings need not be asked for. */
function fillNumber() {
  const field = find(`${BOOKING} [name='phone']`);
  if (field && !field.value) field.value = find(BOOKING).dataset.number;
}

/** The search answers while typing: the booking desk must not take the focus away then. */
function swapped(event) {
  if (event.target.closest?.("#answers")) {
    event.stopPropagation();
    return;
  }
  noteBooking();
  fillNumber();
}

document.addEventListener("keydown", typed, { capture: true });
document.addEventListener("htmx:afterSwap", swapped, { capture: true });
document.addEventListener("htmx:configRequest", within);
document.addEventListener("click", openBooking);
document.addEventListener("change", showScript);
const shown = find("[data-show-call-keys]");
if (shown) {
  shown.hidden = false;
  shown.addEventListener("click", KEYS["?"]);
}
