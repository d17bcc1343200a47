/** What can be wrong with a picture, found on the tablet. A hint each, never a refusal: the reviewer decides. */

const WIDTH = 640;
// Measured on the drawn cards of the tests: sharp ones lie above 300, ones that a camera shook below 40.
const SHARP = 60;
const CLIPPED = 250;
const GLARE_SHARE = 0.006;
const WHITE_SHARE = 0.3; // more than this is white paper, no reflection
const EDGE = 28;

export const WORDS = {
  blur: "ぼやけているかもしれません。小さな文字が読めるか、確かめてください。",
  glare: "光が映っているかもしれません。少し傾けるか、明かりから離してください。",
  cut: "端が切れているかもしれません。書類の四辺が写るようにしてください。",
  far: "小さく写っています。枠いっぱいまで近づけてください。",
};

/** Names of what looks wrong, worst first. `source` is a canvas or video; `part` the piece of it that counts. */
export function troubles(source, part) {
  const grey = greyOf(source, part);
  const found = [];
  if (sharpness(grey) < SHARP) found.push("blur");
  if (reflects(grey)) found.push("glare");
  const place = framing(grey);
  if (place) found.push(place);
  return found;
}

function greyOf(source, { x, y, width, height }) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.max(16, Math.round((WIDTH * height) / width));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const values = new Uint8Array(canvas.width * canvas.height);
  for (let at = 0, from = 0; at < values.length; at += 1, from += 4) {
    values[at] = 0.299 * data[from] + 0.587 * data[from + 1] + 0.114 * data[from + 2];
  }
  return { values, width: canvas.width, height: canvas.height };
}

/** The variance of the Laplacian: what is sharp has strong second differences somewhere. */
export function sharpness({ values, width, height }) {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const second = values[at - 1] + values[at + 1] + values[at - width] + values[at + width] - 4 * values[at];
      sum += second;
      squares += second * second;
      count += 1;
    }
  }
  return squares / count - (sum / count) ** 2;
}

/** Whether a part is clipped to white while the rest is not. */
function reflects({ values }) {
  let clipped = 0;
  for (const value of values) if (value >= CLIPPED) clipped += 1;
  const share = clipped / values.length;
  return share > GLARE_SHARE && share < WHITE_SHARE;
}

/** `cut` when lines run over the rim, `far` when the thing fills little of the picture, else an empty text. */
function framing({ values, width, height }) {
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      if (Math.abs(values[at + 1] - values[at - 1]) + Math.abs(values[at + width] - values[at - width]) < EDGE) continue;
      columns[x] += 1;
      rows[y] += 1;
    }
  }
  const across = extent(columns);
  const down = extent(rows);
  if (!across || !down) return "far";
  const touches = across.first <= 2 || across.last >= width - 3 || down.first <= 2 || down.last >= height - 3;
  if (touches) return "cut";
  return (across.last - across.first) * (down.last - down.first) < 0.35 * width * height ? "far" : "";
}

/** From the first to the last line that has more than a speck on it. */
function extent(counts) {
  const speck = 4;
  const first = counts.findIndex((count) => count > speck);
  const last = counts.findLastIndex((count) => count > speck);
  return first < 0 ? null : { first, last };
}
