/** On every page of the tablet: what waits here goes on its way, the foot says so, and the app's shell is at hand. */

import * as outbox from "./capture/outbox.js";
import "./line-guard.js";

let safeWords = null;

/** The server's own sentence stands while nothing waits. */
function showSafe() {
  const place = document.querySelector("[data-safe]");
  if (!place) return;
  const text = outbox.sentence();
  if (text) {
    safeWords ??= place.textContent;
    if (place.textContent !== text) place.textContent = text;
  } else if (safeWords !== null) {
    place.textContent = safeWords;
    safeWords = null;
  }
}

if (window.crypto?.subtle) {
  outbox.listen(showSafe);
  outbox.start();
}

// What is sealed on the tablet goes on from the next page; only what could not be kept here would be lost.
window.addEventListener("beforeunload", (event) => outbox.wouldLose() && event.preventDefault());
// A poll that finds the session ended does not move the window to the sign-in page under the clerk's hands.
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (outbox.waiting().length > 0 && event.detail.xhr.status === 401) event.preventDefault();
});

const worker = document.querySelector("meta[name='tablet-worker']")?.content;
if (worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker, { scope: "/staff/" }).catch(() => {
    // Without it the tablet only lacks the page that explains a missing line.
  });
}
