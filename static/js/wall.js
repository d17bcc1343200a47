/** A screen on a wall: it says when what it shows is old, and makes a sound when a number is called. */

const OLD_AFTER_MS = 25_000; // two polls and a half
const old = document.querySelector("[data-old]");
const allowSound = document.querySelector("[data-allow-sound]");
let freshAt = performance.now();
let heard = calls();

function shownAt() {
  return document.getElementById("wall")?.dataset.at ?? "";
}

function check() {
  const isOld = performance.now() - freshAt > OLD_AFTER_MS;
  if (isOld && old.hidden) old.querySelector("[data-old-since]").textContent = shownAt();
  old.hidden = !isOld;
}

/** The numbers that are called, each with the moment of its call: calling once more is news. */
function calls() {
  return new Set([...document.querySelectorAll("[data-call]")].map((element) => element.dataset.call));
}

function callOut() {
  const now = calls();
  if ([...now].some((call) => !heard.has(call))) document.body.dispatchEvent(new CustomEvent("chime"));
  heard = now;
}

/** Browsers play nothing before a touch, unless they were started for a screen without anybody: then nothing is asked. */
async function askForSound() {
  if (!allowSound || !window.AudioContext) return;
  const tried = new AudioContext();
  await Promise.race([tried.resume(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  allowSound.hidden = tried.state === "running";
  await tried.close();
}

// A touch anywhere is one; on the button it also lets the tone be heard.
document.addEventListener("click", ({ target }) => {
  if (!allowSound) return;
  allowSound.hidden = true;
  if (target === allowSound) document.body.dispatchEvent(new CustomEvent("chime"));
});
document.body.addEventListener("htmx:afterSwap", () => {
  freshAt = performance.now();
  check();
  callOut();
});
// A link that was stopped answers 404 for good: nothing is shown rather than what was true once.
document.body.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 404) window.location.reload();
});
setInterval(check, 1_000);
askForSound();
