/** A screen on a wall: it says when what it shows is old, and makes a sound when a number is called. */

const OLD_AFTER_MS = 15_000;
const old = document.querySelector("[data-old]");
let freshAt = performance.now();

function shownAt() {
  return document.getElementById("wall")?.dataset.at ?? "";
}

function check() {
  const isOld = performance.now() - freshAt > OLD_AFTER_MS;
  if (isOld && old.hidden) old.querySelector("[data-old-since]").textContent = shownAt();
  old.hidden = !isOld;
}

document.body.addEventListener("htmx:afterSwap", () => {
  freshAt = performance.now();
  check();
});
// A link that was stopped answers 404 for good: nothing is shown rather than what was true once.
document.body.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 404) window.location.reload();
});
setInterval(check, 1_000);
