/** The applicant signs on the canvas; the strokes travel as JSON in the form. */

const pad = await import(document.querySelector("script[data-pad]").dataset.pad);
const SignaturePad = pad.default;

const canvas = document.querySelector("[data-signature]");
const form = document.querySelector("[data-signature-form]");
const state = document.querySelector("[data-signature-state]");
const field = form.elements.namedItem("strokes");
let penSeen = false;

const signature = new SignaturePad(canvas, { minWidth: 0.9, maxWidth: 2.8, penColor: "#000" });

/** What was written across keeps its shape where the turned tablet is narrower. */
function within(strokes, width, height) {
  const points = strokes.flatMap((stroke) => stroke.points);
  const across = Math.max(0, ...points.map((point) => point.x));
  const down = Math.max(0, ...points.map((point) => point.y));
  const scale = Math.min(1, (width - 4) / across, (height - 4) / down);
  if (scale === 1) return strokes;
  const moved = (point) => ({ ...point, x: point.x * scale, y: point.y * scale });
  return strokes.map((stroke) => ({ ...stroke, points: stroke.points.map(moved) }));
}

/** The canvas has as many points as the screen; what was written is drawn again after turning the tablet. */
function fit() {
  const strokes = within(signature.toData(), canvas.offsetWidth, canvas.offsetHeight);
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  signature.fromData(strokes);
  say();
}

function say() {
  const count = signature.toData().length;
  state.textContent = count === 0 ? "まだ書かれていません" : `${count}画が書かれています`;
  const summary = document.querySelector("[data-error-summary]");
  // It keeps its place: the frame must not move under the pen between two strokes.
  if (count > 0 && summary) summary.style.visibility = "hidden";
  field.value = count === 0 ? "" : JSON.stringify(signature.toData());
}

/** Once a pen has written, the hand that rests on the glass is no pen. */
function ignorePalm(event) {
  if (event.pointerType === "pen") penSeen = true;
  if (penSeen && event.pointerType === "touch") event.stopImmediatePropagation();
}

canvas.parentElement.addEventListener("pointerdown", ignorePalm, { capture: true });
signature.addEventListener("endStroke", say);
document.querySelector("[data-signature-undo]").addEventListener("click", () => {
  signature.fromData(signature.toData().slice(0, -1));
  say();
});
document.querySelector("[data-signature-clear]").addEventListener("click", () => {
  signature.clear();
  say();
});
window.addEventListener("resize", fit);
fit();
canvas.dataset.ready = "true";
