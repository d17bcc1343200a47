/**
 * The picture that was taken: turned, cropped, blackened. Everything is kept in the points of the picture itself;
 * the canvas on the screen only shows it. What `finished` gives has the boxes in its pixels.
 */

const LONGEST_SIDE = 2000;
const QUALITY = 0.85;
const SMALLEST = 24; // points of the screen: less is a tap, not a box
const REACH = 44; // points of the screen around a corner
const STEP = 12; // points of the screen per key press

export class Editor {
  /** `changed()` is called after whatever the person did. */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.picture = null;
    this.mode = "";
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", () => this.#up());
    canvas.addEventListener("pointercancel", () => this.#up());
    canvas.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Take over a canvas with the picture, and which part of it counts at first. */
  show(picture, part = null) {
    this.picture = picture;
    this.crop = part ?? { x: 0, y: 0, width: picture.width, height: picture.height };
    this.boxes = [];
    this.chosen = -1;
    this.drag = null;
    this.mode = "";
    this.draw();
  }

  setMode(mode) {
    this.mode = this.mode === mode ? "" : mode;
    this.chosen = -1;
    this.draw();
    this.changed();
  }

  /** By a quarter: 1 to the right, -1 to the left. Crop and boxes turn along. */
  turn(direction) {
    const { width, height } = this.picture;
    const turned = document.createElement("canvas");
    [turned.width, turned.height] = [height, width];
    const context = turned.getContext("2d");
    context.translate(height / 2, width / 2);
    context.rotate((direction * Math.PI) / 2);
    context.drawImage(this.picture, -width / 2, -height / 2);
    const along = (rect) =>
      direction > 0
        ? { x: height - rect.y - rect.height, y: rect.x, width: rect.height, height: rect.width }
        : { x: rect.y, y: width - rect.x - rect.width, width: rect.height, height: rect.width };
    this.picture = turned;
    this.crop = along(this.crop);
    this.boxes = this.boxes.map(along);
    this.draw();
    this.changed();
  }

  /** A box in the middle, to be moved by keys or finger. */
  addBox() {
    const { x, y, width, height } = this.crop;
    this.boxes.push({ x: x + width * 0.3, y: y + height * 0.44, width: width * 0.4, height: height * 0.12 });
    this.chosen = this.boxes.length - 1;
    this.draw();
    this.changed();
  }

  /** The chosen box, or else the last one. */
  removeBox() {
    this.boxes.splice(this.chosen >= 0 ? this.chosen : this.boxes.length - 1, 1);
    this.chosen = -1;
    this.draw();
    this.changed();
  }

  /** A JPEG of at most 2,000 points on the longer side; under a box nothing is left of what was there. */
  async finished() {
    const { x, y, width, height } = whole(this.crop, this.picture);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    const made = document.createElement("canvas");
    made.width = Math.max(1, Math.round(width * scale));
    made.height = Math.max(1, Math.round(height * scale));
    const context = made.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(this.picture, x, y, width, height, 0, 0, made.width, made.height);
    context.fillStyle = "#000";
    for (const box of this.boxes) {
      const left = Math.floor((box.x - x) * scale);
      const top = Math.floor((box.y - y) * scale);
      const right = Math.ceil((box.x + box.width - x) * scale);
      const bottom = Math.ceil((box.y + box.height - y) * scale);
      context.fillRect(left, top, right - left, bottom - top);
    }
    return new Promise((resolve) => made.toBlob(resolve, "image/jpeg", QUALITY));
  }

  // -- showing ---------------------------------------------------------------------------------------
  draw() {
    if (!this.picture || this.canvas.hidden) return;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const view = this.#view();
    const { x, y, width, height } = view.part;
    context.drawImage(this.picture, x, y, width, height, view.left, view.top, width * view.scale, height * view.scale);
    context.save();
    context.beginPath();
    context.rect(view.left, view.top, width * view.scale, height * view.scale);
    context.clip();
    this.boxes.forEach((box, number) => this.#drawBox(context, view, box, number === this.chosen));
    context.restore();
    if (this.mode === "crop") this.#drawCrop(context, view, clientWidth, clientHeight);
  }

  /** How the picture lies on the screen: all of it while cropping, otherwise the part that counts. */
  #view() {
    const all = { x: 0, y: 0, width: this.picture.width, height: this.picture.height };
    const part = this.mode === "crop" ? all : this.crop;
    const { clientWidth, clientHeight } = this.canvas;
    const rim = this.mode === "crop" ? 24 : 0;
    const scale = Math.min((clientWidth - 2 * rim) / part.width, (clientHeight - 2 * rim) / part.height);
    const left = (clientWidth - part.width * scale) / 2;
    return { part, scale, left, top: (clientHeight - part.height * scale) / 2 };
  }

  #drawBox(context, view, box, chosen) {
    const rect = onScreen(view, box);
    context.fillStyle = "#000";
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
    context.lineWidth = chosen ? 4 : 1;
    context.strokeStyle = chosen ? "#ffd43d" : "#fff";
    context.strokeRect(rect.x, rect.y, rect.width, rect.height);
  }

  #drawCrop(context, view, width, height) {
    const rect = onScreen(view, this.crop);
    context.fillStyle = "rgb(0 0 0 / 55%)";
    context.beginPath();
    context.rect(0, 0, width, height);
    context.rect(rect.x, rect.y, rect.width, rect.height);
    context.fill("evenodd");
    context.lineWidth = 3;
    context.strokeStyle = "#fff";
    context.strokeRect(rect.x, rect.y, rect.width, rect.height);
    context.fillStyle = "#fff";
    for (const corner of corners(rect)) context.fillRect(corner.x - 10, corner.y - 10, 20, 20);
  }

  // -- finger, pen, mouse ------------------------------------------------------------------------------
  #down(event) {
    if (!this.mode || !event.isPrimary) return;
    this.canvas.setPointerCapture(event.pointerId);
    const view = this.#view();
    const spot = { x: event.offsetX, y: event.offsetY };
    this.drag = this.mode === "crop" ? this.#grabCrop(view, spot) : this.#grabBox(view, spot);
    this.draw();
  }

  #grabCrop(view, spot) {
    const rect = onScreen(view, this.crop);
    const near = corners(rect).findIndex((corner) => Math.hypot(corner.x - spot.x, corner.y - spot.y) < REACH);
    return { rect: this.crop, corner: near, start: spot, before: { ...this.crop } };
  }

  #grabBox(view, spot) {
    const under = this.boxes.findLastIndex((box) => contains(onScreen(view, box), spot));
    if (under >= 0) {
      this.chosen = under;
      return { rect: this.boxes[under], corner: -1, start: spot, before: { ...this.boxes[under] } };
    }
    const at = onPicture(view, spot);
    const box = { x: at.x, y: at.y, width: 0, height: 0 };
    this.boxes.push(box);
    this.chosen = this.boxes.length - 1;
    return { rect: box, corner: 2, start: spot, before: { ...box }, fresh: true };
  }

  #move(event) {
    if (!this.drag) return;
    const view = this.#view();
    const dx = (event.offsetX - this.drag.start.x) / view.scale;
    const dy = (event.offsetY - this.drag.start.y) / view.scale;
    Object.assign(this.drag.rect, moved(this.drag, dx, dy));
    this.#keepInside(this.drag.rect);
    this.draw();
  }

  #up() {
    const { drag } = this;
    if (!drag) return;
    this.drag = null;
    const { scale } = this.#view();
    if (drag.fresh && Math.max(drag.rect.width, drag.rect.height) * scale < SMALLEST) {
      this.boxes.pop();
      this.chosen = -1;
    }
    this.draw();
    this.changed();
  }

  // -- keys --------------------------------------------------------------------------------------------
  #key(event) {
    const rect = this.mode === "crop" ? this.crop : this.boxes[this.chosen];
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (["Delete", "Backspace"].includes(event.key) && this.mode === "hide" && this.boxes.length) {
      event.preventDefault();
      this.removeBox();
    } else if (rect && this.mode && ways[event.key]) {
      event.preventDefault();
      const step = STEP / this.#view().scale;
      const [dx, dy] = ways[event.key].map((way) => way * step);
      const drag = { before: { ...rect }, corner: event.shiftKey ? 2 : -1 };
      Object.assign(rect, moved(drag, dx, dy));
      this.#keepInside(rect);
      this.draw();
      this.changed();
    }
  }

  #keepInside(rect) {
    const { width, height } = this.picture;
    rect.width = Math.min(Math.max(rect.width, 0), width);
    rect.height = Math.min(Math.max(rect.height, 0), height);
    rect.x = Math.min(Math.max(rect.x, 0), width - rect.width);
    rect.y = Math.min(Math.max(rect.y, 0), height - rect.height);
    if (rect === this.crop) {
      rect.width = Math.max(rect.width, Math.min(64, width));
      rect.height = Math.max(rect.height, Math.min(64, height));
    }
  }
}

function onScreen({ part, scale, left, top }, rect) {
  const x = left + (rect.x - part.x) * scale;
  const y = top + (rect.y - part.y) * scale;
  return { x, y, width: rect.width * scale, height: rect.height * scale };
}

function onPicture({ part, scale, left, top }, spot) {
  return { x: part.x + (spot.x - left) / scale, y: part.y + (spot.y - top) / scale };
}

/** Clockwise from the upper left. */
function corners({ x, y, width, height }) {
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}

function contains({ x, y, width, height }, spot) {
  return spot.x >= x && spot.x <= x + width && spot.y >= y && spot.y <= y + height;
}

/** The rectangle after its corner (or, with -1, all of it) went that far; it may have turned over. */
function moved({ before, corner }, dx, dy) {
  let { x: left, y: top } = before;
  let right = left + before.width;
  let bottom = top + before.height;
  if (corner === -1) return { ...before, x: left + dx, y: top + dy };
  if (corner === 0 || corner === 3) left += dx;
  else right += dx;
  if (corner === 0 || corner === 1) top += dy;
  else bottom += dy;
  return {
    x: Math.min(left, right),
    y: Math.min(top, bottom),
    width: Math.abs(right - left),
    height: Math.abs(bottom - top),
  };
}

/** In whole points, within the picture. */
function whole({ x, y, width, height }, picture) {
  const left = Math.max(0, Math.floor(x));
  const top = Math.max(0, Math.floor(y));
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.min(picture.width - left, Math.round(width))),
    height: Math.max(1, Math.min(picture.height - top, Math.round(height))),
  };
}
