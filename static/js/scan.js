/**
 * Arrival by the citizen's code: the tablet's camera reads it and the person is received. The browser's own reader
 * where there is one (Safari has none), else jsQR. Nothing of the picture is kept or sent; only the number is.
 */

const READER = document.querySelector("script[data-reader]").dataset.reader;
const READ_EVERY_MS = 150;
const WIDTH = 640;
const NUMBER = /^\d{9}$/;

const dialog = document.querySelector("[data-scan]");
const video = dialog?.querySelector("[data-scan-video]");
const form = dialog?.querySelector("[data-scan-form]");
let stream = null;
let timer = 0;

function say(text) {
  const place = dialog.querySelector("[data-scan-state]");
  if (place.textContent !== text) place.textContent = text;
}

/** A function from the video to the texts of the codes in it. */
async function reader() {
  if ("BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(video)).map((found) => found.rawValue);
  }
  await import(READER);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async () => {
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(data, width, height, { inversionAttempts: "dontInvert" });
    return found ? [found.data] : [];
  };
}

async function look(read) {
  if (!stream) return;
  if (video.readyState >= video.HAVE_CURRENT_DATA && video.videoWidth) {
    const texts = await read();
    const number = texts.find((text) => NUMBER.test(text));
    if (number) {
      say("読み取りました。受付しています。");
      form.elements.number.value = number;
      form.submit();
      return;
    }
    if (texts.length) say("予約の二次元コードではありません。");
  }
  timer = setTimeout(look, READ_EVERY_MS, read);
}

async function open() {
  dialog.showModal();
  say("カメラを準備しています。");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    video.srcObject = stream;
    await video.play();
    const read = await reader();
    say("コードを枠に入れてください。");
    look(read);
  } catch {
    stop();
    say("カメラを使えません。端末の設定を確かめるか、予約番号で探してください。");
  }
}

function stop() {
  clearTimeout(timer);
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

if (dialog) {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-scan-open]")) open();
    if (event.target.closest?.("[data-scan-close]")) dialog.close();
  });
  dialog.addEventListener("close", stop);
  // A tablet that goes to sleep lets the camera go.
  document.addEventListener("visibilitychange", () => document.hidden && dialog.open && dialog.close());
}
