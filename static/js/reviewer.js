/**
 * The reviewer's viewer and keys. Keys never decide: they move to a button or a field, and Enter does the rest.
 * Without this script thumbnails are links and every button works.
 */

const STEPS = [1, 1.5, 2, 3, 4, 6];
const MOVE_PIXELS = 80;

const stage = document.querySelector("[data-stage]");
const shown = document.querySelector("[data-shown]");
const thumbs = [...document.querySelectorAll("[data-thumb]")];
const beside = document.querySelector("[data-beside]");
const besideImage = document.querySelector("[data-beside-image]");
const besideChoice = document.querySelector("[data-beside-choice]");
const view = { step: 0, turned: 0, x: 0, y: 0, contrast: false };

/* -- picture ------------------------------------------------------------------------------------------ */
/** A picture on its side is made to fit the stage again. */
function fitted() {
  if (view.turned % 180 === 0 || !shown.clientWidth) return 1;
  return Math.min(stage.clientWidth / shown.clientHeight, stage.clientHeight / shown.clientWidth);
}

function draw() {
  const scale = STEPS[view.step];
  if (view.step === 0) view.x = view.y = 0;
  shown.style.transform = `translate(${view.x}px, ${view.y}px) rotate(${view.turned}deg) scale(${scale * fitted()})`;
  // What stands beside is enlarged and moved alike, so that the same place is seen on both.
  besideImage.style.transform = `translate(${view.x}px, ${view.y}px) scale(${scale})`;
  for (const image of [shown, besideImage]) image.classList.toggle("viewer__image--contrast", view.contrast);
  document.querySelector("[data-view='contrast']").setAttribute("aria-pressed", String(view.contrast));
  document.querySelector("[data-view='beside']").setAttribute("aria-pressed", String(!beside.hidden));
  const words = `${scale * 100}%`;
  const place = document.querySelector("[data-view-scale]");
  if (place.textContent !== words) place.textContent = words;
}

/** The same kind in the attempt before comes first; else any other picture. */
function chooseBeside() {
  const thumb = thumbs.find((each) => each.hasAttribute("aria-current"));
  const others = [...besideChoice.options].filter((option) => !thumb.querySelector("img").src.endsWith(option.value));
  const before = (option) =>
    option.dataset.kind === thumb.dataset.kind && Number(option.dataset.attempt) < Number(thumb.dataset.attempt);
  const chosen = others.find(before) ?? others[0];
  if (chosen) besideChoice.value = chosen.value;
}

function showBeside() {
  if (beside.hidden) return;
  besideImage.src = besideChoice.value;
  besideImage.alt = besideChoice.selectedOptions[0]?.textContent.trim() ?? "";
}

const CHANGES = {
  in: () => (view.step = Math.min(view.step + 1, STEPS.length - 1)),
  out: () => (view.step = Math.max(view.step - 1, 0)),
  fit: () => Object.assign(view, { step: 0, turned: 0 }),
  turn: () => (view.turned = (view.turned + 90) % 360),
  contrast: () => (view.contrast = !view.contrast),
  beside: () => {
    beside.hidden = !beside.hidden;
    chooseBeside();
    showBeside();
  },
};

function change(name) {
  if (!shown) return;
  CHANGES[name]();
  draw();
}

function move(x, y) {
  if (!shown || view.step === 0) return;
  view.x += x;
  view.y += y;
  draw();
}

function show(thumb) {
  const picture = thumb.querySelector("img");
  shown.src = picture.src;
  shown.alt = thumb.textContent.trim();
  thumbs.forEach((other) => other.removeAttribute("aria-current"));
  thumb.setAttribute("aria-current", "true");
  showRemark(thumb.dataset.of);
  if (!beside.hidden) {
    chooseBeside();
    showBeside();
  }
  thumb.scrollIntoView({ block: "nearest", inline: "nearest" });
  Object.assign(view, { step: 0, turned: 0 });
  draw();
}

/** Of the remarks only the shown picture's; a thumbnail says which pictures have one. */
function showRemark(of) {
  for (const remark of document.querySelectorAll("[data-remark]")) remark.hidden = remark.dataset.remark !== of;
}

function markThumbs() {
  for (const thumb of thumbs) {
    const reason = document.querySelector(`[data-remark="${thumb.dataset.of}"] select`);
    thumb.classList.toggle("viewer__thumb--remarked", Boolean(reason?.value));
  }
}

function showNeighbour(by) {
  const here = thumbs.findIndex((thumb) => thumb.hasAttribute("aria-current"));
  const next = thumbs[here + by];
  if (next) show(next);
}

function dragPicture() {
  let from = null;
  stage.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!from) return;
    move(event.clientX - from.x, event.clientY - from.y);
    from = { x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => (from = null));
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    change(event.deltaY < 0 ? "in" : "out");
  });
  shown.addEventListener("dragstart", (event) => event.preventDefault());
}

if (stage && shown) {
  stage.classList.add("viewer__stage--free");
  dragPicture();
  shown.addEventListener("load", draw);
  besideChoice.addEventListener("change", showBeside);
  showRemark(thumbs.find((thumb) => thumb.hasAttribute("aria-current"))?.dataset.of);
  markThumbs();
  document.querySelector("[data-remarks]")?.addEventListener("change", markThumbs);
  window.addEventListener("resize", draw);
  document.querySelectorAll("[data-view]").forEach((button) => {
    button.addEventListener("click", () => change(button.dataset.view));
  });
  thumbs.forEach((thumb) =>
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      show(thumb);
    }),
  );
}

/* -- keys ------------------------------------------------------------------------------------------------ */
const goTo = (selector) => () => document.querySelector(selector)?.focus();
const help = () => document.getElementById("keys")?.showModal();

const KEYS = {
  "+": () => change("in"),
  ";": () => change("in"), // "+" without Shift on a Japanese keyboard
  "-": () => change("out"),
  0: () => change("fit"),
  r: () => change("turn"),
  c: () => change("contrast"),
  j: () => showNeighbour(1),
  k: () => showNeighbour(-1),
  l: goTo("[name='checks']:not(:checked)"),
  a: goTo("[data-approve]"),
  s: goTo("[name='reason']"),
  m: goTo("[name='remarks']"),
  n: goTo("#next"),
  b: () => change("beside"),
  t: goTo("[data-remark]:not([hidden]) select"),
  q: goTo("#question"),
  x: () => {
    document.querySelector("[data-refusing]")?.setAttribute("open", "");
    goTo("[name='next_step']")();
  },
  e: () => document.querySelector("[data-extend]")?.click(),
  "?": help,
};
const ARROWS = {
  ArrowLeft: [MOVE_PIXELS, 0],
  ArrowRight: [-MOVE_PIXELS, 0],
  ArrowUp: [0, MOVE_PIXELS],
  ArrowDown: [0, -MOVE_PIXELS],
};

function isTyping(target) {
  return target.matches("textarea, select, input:not([type='checkbox']), dialog *");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  const arrow = event.target === stage && ARROWS[event.key];
  const act = arrow ? () => move(...arrow) : KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
document.querySelector("[data-show-keys]")?.addEventListener("click", help);
document.querySelector("[data-close-keys]")?.addEventListener("click", () => document.getElementById("keys").close());
