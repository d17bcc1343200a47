/** Comfort on every page; nothing here is needed to get through the citizen's road. */

const TICK_MS = 1_000;
const STEP_SECONDS = 10;
const SIGN_IN = "/staff/sign-in/";
const SAY_AT_SECONDS = [300, 120, 60];

/* -- errors: the summary takes the focus, its links show the label as well as the control -------- */
function focusErrorSummary() {
  document.querySelector("[data-error-summary]")?.focus();
}

function followErrorLink(event) {
  const link = event.target.closest?.("[data-error-summary] a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  (control.closest(".field") ?? control).scrollIntoView({ block: "start" });
  control.focus({ preventScroll: true });
}

/* -- time: what is left of a hold, and how long someone has been waiting ------------------------- */
const startedAt = performance.now();
const ends = new WeakMap();
const said = new WeakMap();

/** The words are those of the page: a citizen may read another language. */
function words(seconds, element) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const { countdownMinutes, countdownSecondsLeft, countdownBoth } = element.dataset;
  let pattern = countdownBoth ?? "{minutes}分{seconds}秒";
  if (minutes === 0) pattern = countdownSecondsLeft ?? "{seconds}秒";
  else if (rest === 0) pattern = countdownMinutes ?? "{minutes}分";
  return pattern.replace("{minutes}", minutes).replace("{seconds}", rest);
}

/** The page's own clock may be wrong, so the seconds the server counted are preferred to its time of day. */
function endOf(element) {
  if (!ends.has(element)) {
    const { countdownSeconds, countdownUntil } = element.dataset;
    const left = countdownSeconds ? Number(countdownSeconds) * 1000 : Date.parse(countdownUntil) - Date.now();
    ends.set(element, (document.readyState === "complete" ? performance.now() : startedAt) + left);
  }
  return ends.get(element);
}

function say(element, text) {
  const place = element.querySelector("[data-countdown-say]");
  if (place && place.textContent !== text) place.textContent = text;
}

function sayAtMilestone(element, seconds, sentence) {
  const reached = SAY_AT_SECONDS.filter((mark) => seconds <= mark).at(-1);
  const before = said.get(element);
  const first = !said.has(element);
  said.set(element, reached);
  if (first || !reached || reached === before) return;
  say(element, sentence.replace("{time}", words(reached, element)));
}

function showCountdown(element) {
  const seconds = Math.max(0, Math.ceil((endOf(element) - performance.now()) / 1000));
  const place = element.querySelector("[data-countdown-text]") ?? element;
  const sentence = element.dataset.countdownSentence ?? "{time}";
  if (seconds > 0) {
    const shown = Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS;
    const text = sentence.replace("{time}", words(shown, element));
    if (place.textContent !== text) place.textContent = text;
    sayAtMilestone(element, seconds, sentence);
  } else if (!element.classList.contains("countdown--ended")) {
    element.classList.add("countdown--ended");
    place.textContent = element.dataset.countdownEnded ?? "時間になりました。";
    say(element, place.textContent);
    element.dispatchEvent(new CustomEvent("countdown:ended", { bubbles: true }));
  }
}

function showElapsed(element) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.elapsedSince)) / 60_000));
  const text = minutes === 0 ? "1分未満" : `${minutes}分`;
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  document.querySelectorAll("[data-countdown-until], [data-countdown-seconds]").forEach(showCountdown);
  document.querySelectorAll("[data-elapsed-since]").forEach(showElapsed);
}

/* -- the question before something that cannot be taken back -------------------------------------- */
function button(label, kind) {
  const element = document.createElement("button");
  element.className = `button ${kind}`;
  element.textContent = label;
  element.type = "button";
  return element;
}

/** Asks in a dialog; resolves to true when the person says yes. */
export function ask(question, yes = "はい") {
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  const actions = document.createElement("div");
  const no = button("戻る", "");
  const confirm = button(yes, "button--primary");
  dialog.className = "dialog";
  text.id = "dialog-question";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  actions.className = "dialog__actions";
  actions.append(no, confirm);
  dialog.append(text, actions);
  document.body.append(dialog);
  return new Promise((resolve) => {
    no.addEventListener("click", () => dialog.close());
    confirm.addEventListener("click", () => dialog.close("yes"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

const agreed = new WeakSet();

async function askBeforeSubmit(event) {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asker.dataset.confirm || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(asker.dataset.confirm, asker.dataset.confirmYes ?? event.submitter?.textContent.trim())) {
    agreed.add(form);
    form.requestSubmit(event.submitter);
  }
}

/* -- htmx: a session that ended, and requests that did not get through ------------------------------ */
function leaveWhenSignedOut(event) {
  const { xhr, pathInfo } = event.detail;
  const arrived = xhr?.responseURL ? new URL(xhr.responseURL).pathname : "";
  if (!arrived.startsWith(SIGN_IN) || pathInfo?.requestPath?.startsWith(SIGN_IN)) return;
  event.detail.shouldSwap = false;
  window.location.reload();
}

/** Fetching again is done by polls; only what the person sent needs a word. */
function tellThatNothingWasSent(event) {
  if ((event.detail.requestConfig?.verb ?? "get") !== "get") sayNotSent();
}

/** On top of the page: nothing was sent, and what was typed is still here. */
export function sayNotSent() {
  const notice = document.getElementById("not-sent")?.content.firstElementChild;
  if (!notice) return;
  document.querySelector("[data-not-sent]")?.remove();
  const shown = notice.cloneNode(true);
  shown.dataset.notSent = "";
  shown.setAttribute("role", "alert");
  document.getElementById("main").prepend(shown);
  shown.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:beforeSwap", leaveWhenSignedOut);
document.addEventListener("htmx:beforeRequest", () => document.querySelector("[data-not-sent]")?.remove());
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, tellThatNothingWasSent);
}
document.addEventListener("click", followErrorLink);
document.addEventListener("submit", askBeforeSubmit, true);
document.addEventListener("htmx:afterSwap", () => {
  focusErrorSummary();
  tick();
});
focusErrorSummary();
tick();
setInterval(tick, TICK_MS);
