/**
 * Comfort for the desk: the page stays while its parts change, and the whole call works by keyboard.
 * Without this script every button sends the same form and gets a whole page back.
 */

const KEYS_OFF = "desk-keys-off";
const DIGITS = 9;
const OWN = ["[data-desk]", "#desk-form"].join(",");

/* -- one page for the whole call ------------------------------------------------------------------ */
function exchange(method, address, source, values = {}, part = "#desk") {
  return window.htmx.ajax(method, address, { source, values, target: part, select: part, swap: "outerHTML" });
}

/** The form's own button says where to; what it is called goes along. */
function send(event) {
  const form = event.target;
  if (!form.matches(OWN) || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const values = button?.name ? { [button.name]: button.value } : {};
  exchange("POST", address, form, values, button?.dataset.part);
}

function follow(event) {
  const link = event.target.closest?.("a[data-desk]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  exchange("GET", link.getAttribute("href"), document.body);
}

/* -- after each exchange -------------------------------------------------------------------------- */
function nameDigits() {
  document.querySelectorAll(".free-time").forEach((time, place) => {
    if (place >= DIGITS || keysOff()) delete time.dataset.digit;
    else time.dataset.digit = place + 1;
  });
}

function prepare() {
  nameDigits();
  const show = document.querySelector("[data-show-keys]");
  if (show) show.hidden = false;
}

/** To where the next thing is typed: the error, the caller's first empty field, or what is new on the page. */
function placeFocus(event) {
  prepare();
  if (event.detail.target?.id === "times" || event.detail.elt?.id === "times") {
    focusTimes();
    return;
  }
  if (document.querySelector("[data-error-summary]")) return;
  const held = document.querySelector("[name='held']");
  const empty = [...document.querySelectorAll("[data-enter-pane] input")].find((input) => !input.value);
  const next = (held && empty) || document.querySelector("[data-focus]") || document.querySelector("[data-primary]");
  next?.focus();
}

function focusTimes() {
  const first = document.querySelector(".free-time");
  (first ?? document.getElementById("times"))?.focus();
}

/* -- keys ----------------------------------------------------------------------------------------- */
function keysOff() {
  return localStorage.getItem(KEYS_OFF) === "1";
}

const goTo = (selector) => () => document.querySelector(selector)?.focus();
const press = (selector) => () => document.querySelector(selector)?.click();

const KEYS = {
  "/": goTo("#id_q"),
  t: goTo("#id_procedure"),
  p: goTo("#id_name"),
  e: press("[data-key='e']"),
  n: press("[data-key='n']"),
  "?": () => document.getElementById("keys")?.showModal(),
};

function isTyping(target) {
  return target.matches("textarea, select, input:not([type='checkbox']), dialog *");
}

/** Enter does what belongs to the part of the page one is in; the browser alone would press the first button. */
function enter(event) {
  if (!event.target.matches("[data-pane] input, [data-pane] select")) return;
  const pane = event.target.closest("[data-pane]");
  event.preventDefault();
  pane.querySelector("[data-enter]")?.click();
}

function typed(event) {
  if (event.isComposing) return;
  if (event.key === "Enter") {
    if (event.ctrlKey || event.metaKey) press("[data-primary]")();
    else enter(event);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || keysOff()) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape" && !event.target.closest("dialog")) event.target.blur();
    return;
  }
  const act = /^[1-9]$/.test(event.key) ? press(`[data-digit='${event.key}']`) : KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
}

document.addEventListener("submit", send);
document.addEventListener("click", follow);
document.addEventListener("keydown", typed);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-show-keys]")) KEYS["?"]();
});
document.addEventListener("htmx:afterSwap", placeFocus);
const off = document.querySelector("[data-keys-off]");
if (off) {
  off.checked = keysOff();
  off.addEventListener("change", () => {
    localStorage.setItem(KEYS_OFF, off.checked ? "1" : "");
    nameDigits();
  });
}
prepare();
