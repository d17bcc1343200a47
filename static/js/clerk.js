/**
 * The clerk's screen: the chosen line stays in sight, an answer of the city is called out in the title and by a sound,
 * and a tablet that wakes up fetches what it missed.
 */

const title = document.title;
const ANSWERS = { approved: "承認", reshoot: "撮り直し", rejected: "不可" };
const SOUND = "madoguchi.sound";
const TONES = { approved: [660, 880], reshoot: [660, 660], rejected: [440, 330] };
const TONE_SECONDS = 0.18;

function showChosen() {
  document.querySelector("#day-list [aria-current='true']")?.scrollIntoView({ block: "nearest" });
}

/* -- sound: on unless this tablet has switched it off ----------------------------------------------- */
let audio = null;

function soundIsOn() {
  try {
    return localStorage.getItem(SOUND) !== "off";
  } catch {
    return true;
  }
}

/** Browsers let a page make a sound only after the person has touched it. */
function prepareSound() {
  audio ??= window.AudioContext ? new AudioContext() : null;
  audio?.resume().catch(() => {});
}

function play(answer) {
  if (!audio || !soundIsOn()) return;
  TONES[answer].forEach((frequency, place) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.value = 0.2;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + place * TONE_SECONDS * 1.2);
    tone.stop(audio.currentTime + place * TONE_SECONDS * 1.2 + TONE_SECONDS);
  });
}

function showSound() {
  const on = soundIsOn();
  for (const button of document.querySelectorAll("[data-sound]")) {
    button.textContent = `結果の音を鳴らす：${on ? "入" : "切"}`;
    button.setAttribute("aria-pressed", String(on));
  }
}

function switchSound(event) {
  if (!event.target.closest?.("[data-sound]")) return;
  try {
    localStorage.setItem(SOUND, soundIsOn() ? "off" : "on");
  } catch {
    return; // a browser that keeps nothing: the sound stays as it is
  }
  showSound();
}

/** Only an answer that arrives while the page is open is news. */
function callOut(event) {
  const result = event.detail.elt?.querySelector?.("[data-result]") ?? document.querySelector("#visit-pane [data-result]");
  const answer = result?.dataset.result;
  if (!ANSWERS[answer]) return;
  document.title = `【${ANSWERS[answer]}】${title}`;
  document.body.dataset.answered = answer;
  play(answer);
}

/** Nothing is swapped while nothing has changed: an open menu stays open, and a form keeps its place. */
function sayWhatIsShown(event) {
  const { version } = event.detail.elt.dataset;
  if (version) event.detail.headers["If-None-Match"] = version;
}

/** What is open in the left side (its menu) is not swapped away under the finger: the next push brings it. */
function keepWhatIsOpen(event) {
  if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
  if (event.detail.target?.id === "day-list" && document.querySelector("#day-menu:popover-open")) {
    event.detail.shouldSwap = false;
  }
}

/* -- sleep: the stream may have died silently ---------------------------------------------------------- */
function wakeUp() {
  if (!document.hidden) document.body.dispatchEvent(new CustomEvent("live:resync", { detail: {} }));
}

/* -- the drawer's sum, while it is counted ------------------------------------------------------------ */
function showSum() {
  const form = document.querySelector("[data-cash]");
  if (!form) return;
  let sum = 0;
  for (const input of form.querySelectorAll("[data-value] input")) {
    sum += Number(input.closest("[data-value]").dataset.value) * (Number(input.value.normalize("NFKC")) || 0);
  }
  const difference = sum - Number(form.dataset.cash);
  const words = difference === 0 ? "合っています" : `${Math.abs(difference).toLocaleString("ja-JP")}円${difference > 0 ? "多い" : "足りない"}`;
  form.querySelector("[data-cash-sum]").textContent = `${sum.toLocaleString("ja-JP")}円（${words}）`;
}

showChosen();
showSound();
showSum();
document.addEventListener("pointerdown", prepareSound, { passive: true });
document.addEventListener("click", switchSound);
document.addEventListener("input", showSum);
document.addEventListener("visibilitychange", wakeUp);
document.body.addEventListener("htmx:configRequest", sayWhatIsShown);
document.body.addEventListener("htmx:beforeSwap", keepWhatIsOpen);
document.body.addEventListener("htmx:afterSwap", (event) => {
  showSound();
  if (event.detail.target?.id === "visit-pane" || event.detail.elt?.id === "visit-pane") callOut(event);
});
