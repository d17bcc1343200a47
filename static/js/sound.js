/**
 * A short tone when something arrives: any script says so with the event `chime` on the body. The switch is remembered
 * on this machine. Browsers play nothing before the person has touched the page; until then the title alone tells.
 */

const KEY = "madoguchi.sound"; // the clerk's screen keeps its switch under the same name
const START_MS = 500;
let context = null;

const isOn = () => localStorage.getItem(KEY) !== "off";

function showSwitch() {
  for (const button of document.querySelectorAll("[data-sound-switch]")) {
    button.setAttribute("aria-pressed", String(isOn()));
    const words = button.querySelector("[data-sound-words]");
    if (words && words.textContent !== (isOn() ? "入" : "切")) words.textContent = isOn() ? "入" : "切";
  }
}

function tone(hertz, after) {
  const begins = context.currentTime + after;
  const oscillator = context.createOscillator();
  const loudness = context.createGain();
  oscillator.frequency.value = hertz;
  loudness.gain.setValueAtTime(0.0001, begins);
  loudness.gain.exponentialRampToValueAtTime(0.2, begins + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, begins + 0.35);
  oscillator.connect(loudness).connect(context.destination);
  oscillator.start(begins);
  oscillator.stop(begins + 0.4);
}

async function chime() {
  if (!isOn()) return;
  context ??= new AudioContext();
  // Before a touch this waits for one: tones of long ago would then all sound at once.
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, START_MS))]);
  if (context.state !== "running") return;
  tone(880, 0);
  tone(1174, 0.18);
  document.body.dataset.chimed = String(Number(document.body.dataset.chimed ?? 0) + 1);
}

document.body.addEventListener("chime", () => chime());
document.body.addEventListener("click", (event) => {
  if (!event.target.closest("[data-sound-switch]")) return;
  localStorage.setItem(KEY, isOn() ? "off" : "on");
  showSwitch();
});
document.body.addEventListener("htmx:afterSwap", showSwitch);
showSwitch();
