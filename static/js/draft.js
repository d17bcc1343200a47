/**
 * Comfort for the form: the browser's own way back does not lose what was typed.
 *
 * Kept in this tab only (sessionStorage), and forgotten as soon as the booking stands or the tab closes.
 * Without this script the buttons of the pages carry everything along.
 */

const KEY = "booking-draft";

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function fields(form) {
  return [...form.querySelectorAll("input[type='text'], input[type='tel'], input[type='email']")];
}

function keep(form) {
  const typed = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  sessionStorage.setItem(KEY, JSON.stringify(typed));
}

function restore(form) {
  const typed = read();
  if (fields(form).some((field) => field.value)) return;
  for (const field of fields(form)) field.value = typed[field.name] ?? "";
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
}
// The confirmation answers a button, and browsers do not keep it: their way back to it would end at an error page.
// From here on its address counts as opened like any other, and leads to the form or to the finished booking.
if (document.querySelector("form[data-answer]")) history.replaceState(null, "", location.href);
if (document.querySelector("[data-draft-done]")) sessionStorage.removeItem(KEY);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
