/** The full screen in which one document is photographed: camera with an outline, then turning, cropping, blackening. */

import { troubles, WORDS } from "./checks.js";
import { Editor } from "./editor.js";

// Width to height; the card is ISO/IEC 7810 ID-1, the booklet a passport's open page, the sheet A4 upright.
const SHAPES = { card: 85.6 / 54, booklet: 125 / 88, sheet: 210 / 297 };
const FILLS = 0.86; // of the camera's picture
const MARGIN = 0.04; // kept around the outline, so that a rim is seen
const LOOK_MS = 700;
const MOST_POINTS = 4096;
const READABLE = "文字が読めるか確かめて、「この写真を使う」を押してください。";
const TO_HIDE = "隠すところを指でなぞると、黒く塗れます。";
const UNREADABLE = "JPEGの写真として読み取れませんでした。もう一度撮影するか、JPEGの写真を選んでください。";
const EMPTY = "写真のファイルが空です。もう一度撮影してください。";
const NOT_HIDDEN = "まだ黒く塗ったところがありません。隠すところ";
const USE_ANYWAY = "写っていないときや、付せんなどで隠してあるときだけ、このまま使ってください。";

/** `take(step, blob, boxes)` gets every picture that the person wants to use; `ask(question, yes)` asks. */
export function studioOf(dialog, { take, ask }) {
  const part = (name) => dialog.querySelector(`[data-studio-${name}]`);
  const video = part("video");
  const canvas = part("canvas");
  const editor = new Editor(canvas, () => afterChange());
  let step = null;
  let stream = null;
  let looking = 0;
  let found = []; // what looked wrong in the picture when it was taken
  let refusal = ""; // why the last file was none; it stays until something else is done
  let opening = 0; // what began under an earlier number has been given up

  part("close").addEventListener("click", () => dialog.close());
  part("take").addEventListener("click", takeStill);
  part("again").addEventListener("click", () => openCamera());
  part("use").addEventListener("click", use);
  part("box").addEventListener("click", () => editor.addBox() ?? canvas.focus());
  part("box-away").addEventListener("click", () => editor.removeBox());
  for (const button of dialog.querySelectorAll("[data-studio-turn]")) {
    button.addEventListener("click", () => editor.turn(Number(button.dataset.studioTurn)));
  }
  for (const button of dialog.querySelectorAll("[data-studio-mode]")) {
    button.addEventListener("click", () => editor.setMode(button.dataset.studioMode));
  }
  dialog.querySelector("#studio-file").addEventListener("change", takeFile);
  dialog.addEventListener("close", () => {
    stopCamera();
    step?.button.focus();
  });
  // A tablet that slept has lost its camera.
  document.addEventListener("visibilitychange", () => {
    if (!dialog.open || part("camera-tools").hidden) return;
    if (document.hidden) stopCamera();
    else openCamera();
  });
  video.addEventListener("loadedmetadata", drawOutline);

  function open(row, button) {
    const { kind, document: code, label, shape, hide } = row.dataset;
    step = { kind, document: code, label, shape, hide, button };
    part("title").textContent = label;
    for (const drawings of dialog.querySelectorAll("[data-drawings]")) {
      drawings.hidden = drawings.dataset.drawings !== shape;
      drawings.querySelector("[data-drawing-hide]").hidden = !hide;
    }
    part("hide").hidden = !hide;
    part("hide-words").textContent = hide;
    dialog.showModal();
    part("title").focus();
    refusal = "";
    openCamera();
  }

  // -- the camera --------------------------------------------------------------------------------------
  async function openCamera() {
    show("camera");
    hints([]);
    stopCamera();
    const mine = opening;
    try {
      const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 3840 }, height: { ideal: 2160 } };
      const got = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (mine !== opening) return void got.getTracks().forEach((track) => track.stop());
      stream = got;
      video.srcObject = stream;
      await video.play();
      if (mine === opening) looking = setInterval(look, LOOK_MS);
    } catch {
      if (mine !== opening) return; // somebody chose a file, or left, while the camera was starting
      part("none").hidden = false;
      part("take").hidden = true;
      if (!refusal) part("hints").replaceChildren(); // there is nothing to press that the words could speak of
    }
  }

  function stopCamera() {
    opening += 1;
    clearInterval(looking);
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  }

  /** Where the document should lie, in points of the camera's picture. */
  function outline() {
    const { videoWidth, videoHeight } = video;
    const ratio = SHAPES[step.shape] ?? SHAPES.card;
    const width = Math.min(videoWidth * FILLS, videoHeight * FILLS * ratio);
    const height = width / ratio;
    return { x: (videoWidth - width) / 2, y: (videoHeight - height) / 2, width, height };
  }

  function drawOutline() {
    const svg = part("outline");
    const { x, y, width, height } = outline();
    svg.setAttribute("viewBox", `0 0 ${video.videoWidth} ${video.videoHeight}`);
    const around = `M0 0H${video.videoWidth}V${video.videoHeight}H0z`;
    svg.querySelector("path").setAttribute("d", `${around}M${x} ${y}h${width}v${height}h${-width}z`);
    const frame = svg.querySelector("rect");
    for (const [name, value] of Object.entries({ x, y, width, height })) frame.setAttribute(name, value);
  }

  function withMargin({ x, y, width, height }) {
    const margin = Math.max(width, height) * MARGIN;
    const left = Math.max(0, x - margin);
    const top = Math.max(0, y - margin);
    return {
      x: left,
      y: top,
      width: Math.min(video.videoWidth, x + width + margin) - left,
      height: Math.min(video.videoHeight, y + height + margin) - top,
    };
  }

  function look() {
    if (video.readyState >= 2 && video.videoWidth) hints(troubles(video, withMargin(outline())));
  }

  function takeStill() {
    if (!video.videoWidth) return;
    const still = canvasOf(video, video.videoWidth, video.videoHeight);
    const part = withMargin(outline());
    stopCamera();
    edit(still, part);
  }

  async function takeFile(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, MOST_POINTS / Math.max(bitmap.width, bitmap.height));
      const still = canvasOf(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
      bitmap.close();
      stopCamera();
      edit(still, null);
    } catch {
      refusal = file.size === 0 ? EMPTY : UNREADABLE;
      hints([]);
    }
  }

  // -- what was taken ------------------------------------------------------------------------------------
  function edit(still, area) {
    refusal = "";
    show("edit");
    editor.show(still, area);
    if (step.hide) editor.setMode("hide");
    found = troubles(editor.picture, editor.crop);
    afterChange();
    part("use").focus();
  }

  function afterChange() {
    for (const button of dialog.querySelectorAll("[data-studio-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.studioMode === editor.mode));
    }
    part("box").hidden = editor.mode !== "hide";
    part("box-away").hidden = editor.mode !== "hide" || editor.boxes.length === 0;
    hints(found);
    part("say").textContent = editor.boxes.length ? `黒塗り${editor.boxes.length}か所` : "";
  }

  async function use() {
    if (step.hide && editor.boxes.length === 0) {
      if (!(await ask(`${NOT_HIDDEN}（${step.hide}）が${USE_ANYWAY}`, "このまま使う"))) return;
    }
    const { boxes } = editor;
    const blob = await editor.finished();
    dialog.close();
    await take(step, blob, boxes.length);
  }

  // -- the screen ----------------------------------------------------------------------------------------
  function show(which) {
    const camera = which === "camera";
    part("camera-tools").hidden = !camera;
    part("edit-tools").hidden = camera;
    part("none").hidden = true;
    part("take").hidden = false;
    video.hidden = !camera;
    part("outline").toggleAttribute("hidden", !camera);
    canvas.hidden = camera;
  }

  function hints(names) {
    const words = refusal || names.map((name) => WORDS[name]).join("　");
    const place = part("hints");
    const looking = !part("camera-tools").hidden;
    const toHide = !looking && editor.mode === "hide" && editor.boxes.length === 0 ? TO_HIDE : "";
    const good = looking ? "そのまま「撮る」を押してください。" : toHide || READABLE;
    const text = words && toHide ? `${words}　${toHide}` : words || good;
    if (place.textContent === text) return;
    const line = document.createElement("p");
    line.className = words ? "studio__hint--look" : "studio__hint--good";
    line.textContent = text;
    place.replaceChildren(line);
  }

  return { open };
}

function canvasOf(source, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
}
