/**
 * What the server pushes, as events on the body: `live` for everything, `live:<kind>` for one kind of thing and
 * `live:resync` when something may have been missed. Messages carry ids only; pages fetch their own fragments.
 */

const SENTENCES = {
  waiting: "つないでいます",
  open: "つながっています",
  lost: "接続が切れています。自動でつなぎ直します",
};
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

let state = "waiting";
let waitMs = FIRST_WAIT_MS;
let source = null;
let timer = 0;
// How many messages came so far, and how many had come when a request left.
let heard = 0;
const heardBefore = new WeakMap();

function grant() {
  const element = document.querySelector("[data-live-grant]");
  return element?.dataset.liveGrant || document.querySelector('meta[name="live-grant"]')?.content || "";
}

function showState(next = state) {
  state = next;
  for (const element of document.querySelectorAll("[data-live-state]")) {
    if (element.textContent === SENTENCES[state]) continue;
    element.dataset.liveState = state;
    element.textContent = SENTENCES[state];
  }
}

function announce(name, detail) {
  document.body.dispatchEvent(new CustomEvent(name, { detail }));
}

function onMessage(event) {
  const message = JSON.parse(event.data);
  heard += 1;
  announce("live", message);
  announce(`live:${message.kind}`, message);
}

function resync() {
  heard += 1;
  announce("live:resync", {});
}

/**
 * A fragment that is just being fetched does not hear: htmx drops what it queued when the element is replaced.
 * What arrived here while the request was under way may be newer than its answer, so everything is fetched again.
 */
function fetchWhatWasMissed({ detail: { xhr } }) {
  const before = heardBefore.get(xhr);
  heardBefore.delete(xhr);
  if (before !== undefined && before !== heard) announce("live:resync", {});
}

function tryAgain() {
  source?.close();
  source = null;
  showState("lost");
  clearTimeout(timer);
  // Jitter, so that a restarted server is not met by every screen in the same moment.
  timer = setTimeout(connect, waitMs * (0.5 + Math.random() / 2));
  waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
}

function connect() {
  clearTimeout(timer);
  const token = grant();
  if (!token) return;
  const wasLost = state === "lost";
  source?.close();
  source = new EventSource(`/live/stream?grant=${encodeURIComponent(token)}`);
  source.addEventListener("open", () => {
    waitMs = FIRST_WAIT_MS;
    showState("open");
    if (wasLost) resync();
  });
  source.addEventListener("message", onMessage);
  source.addEventListener("resync", resync);
  source.addEventListener("error", tryAgain);
}

if (grant()) {
  showState("waiting");
  connect();
  // A stream over a line that is gone may look open for minutes.
  window.addEventListener("offline", tryAgain);
  window.addEventListener("online", () => state === "lost" && connect());
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => event.persisted && connect());
  // A fragment that htmx put in may hold its own sentence about the connection.
  document.body.addEventListener("htmx:afterSwap", () => showState());
  document.body.addEventListener("htmx:beforeSend", ({ detail: { xhr } }) => heardBefore.set(xhr, heard));
  // After settling: only then do the new elements listen.
  document.body.addEventListener("htmx:afterSettle", fetchWhatWasMissed);
}
