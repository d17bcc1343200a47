/** A tap that would not get through: the page stays, with what was typed, instead of the browser's error page. */

import { sayNotSent } from "./app.js";

const PATIENCE_MS = 4_000;
const passed = new WeakSet();

function lineSeemsGone() {
  return !navigator.onLine || document.querySelector("[data-live-state]")?.dataset.liveState === "lost";
}

async function serverAnswers() {
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}

async function sendOnlyOverALine(event) {
  const form = event.target;
  const sentByScript = form.hasAttribute("hx-post") || event.submitter?.hasAttribute("hx-post");
  // A form that the page holds back says why by itself.
  const othersWork = form.method !== "post" || sentByScript || form.hasAttribute("data-held-back");
  if (othersWork || passed.delete(form) || !lineSeemsGone()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await serverAnswers())) return sayNotSent();
  passed.add(form);
  form.requestSubmit(event.submitter);
}

// On the window: before the page asks whether the person is sure.
window.addEventListener("submit", sendOnlyOverALine, true);
