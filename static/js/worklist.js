/**
 * Comfort for lists with boxes to tick: all at once, how many, a whole stretch with Shift, and the ticks outlive
 * a refresh of the list. Without this script the boxes and the button work as they are.
 */

const LIST = "[data-keep-ticks]";
let last = null;

function boxes(root = document) {
  return [...root.querySelectorAll(`${LIST} tbody input[type='checkbox']`)];
}

function show() {
  const all = document.querySelector("[data-tick-all]");
  const count = document.querySelector("[data-tick-count]");
  const ticked = boxes().filter((box) => box.checked).length;
  if (count) count.textContent = `選んだ予約 ${ticked}件`;
  if (!all) return;
  all.checked = ticked > 0 && ticked === boxes().length;
  all.indeterminate = ticked > 0 && !all.checked;
}

function tickStretch(box) {
  const held = boxes();
  const [from, to] = [held.indexOf(last), held.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) held.slice(from, to + 1).forEach((between) => (between.checked = box.checked));
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!boxes().includes(box)) return;
  if (event.shiftKey && last) tickStretch(box);
  last = box;
  show();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) boxes().forEach((box) => (box.checked = event.target.checked));
  show();
});

let ticked = new Set();
document.addEventListener("htmx:beforeSwap", () => {
  ticked = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
});
document.addEventListener("htmx:afterSwap", () => {
  boxes().forEach((box) => (box.checked ||= ticked.has(box.value)));
  show();
});
show();
