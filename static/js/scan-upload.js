/**
 * Scanned files of any size, sent in pieces, one after the other: a line that drops costs one piece, and a file that
 * is chosen again goes on where it stopped. Without this script the form sends small files by itself.
 */

import { ask, pause, sha256 } from "./capture/line.js";

const PIECE_BYTES = 1024 * 1024; // as the server has it
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const LOST = "接続が切れています。つながると自動で続きから送ります。";
const SIGN_IN = "ログインの時間が切れました。別のタブでログインし直すと、続きから送ります。";

const form = document.querySelector("[data-scan-upload]");
const list = document.querySelector("[data-scan-list]");
const row = document.querySelector("#scan-row");
const waiting = [];
let running = false;

form.addEventListener("submit", (event) => {
  const input = form.elements.files;
  if (input.files.length === 0) return; // the server says what is missing
  event.preventDefault();
  for (const file of input.files) waiting.push({ file, ...shown(file) });
  input.value = "";
  run();
});

window.addEventListener("beforeunload", (event) => running && event.preventDefault());

function shown(file) {
  const item = row.content.firstElementChild.cloneNode(true);
  item.querySelector("[data-name]").textContent = file.name;
  list.append(item);
  const told = { words: item.querySelector("[data-words]"), bar: item.querySelector("progress") };
  told.words.textContent = "送る順番を待っています";
  return told;
}

async function run() {
  if (running) return;
  running = true;
  while (waiting.length > 0) await send(waiting.shift());
  running = false;
  form.dispatchEvent(new CustomEvent("scans:sent", { bubbles: true }));
}

async function send(item) {
  let announced;
  try {
    announced = await fingerprint(item);
  } catch {
    return end(item, "ファイルを読み取れませんでした。もう一度選んで送ってください。");
  }
  for (let attempt = 0; ; attempt += 1) {
    const answer = await sendPieces(item, announced, () => (attempt = 0));
    if (answer.state === "stored" || answer.state === "refused") return end(item, answer.message);
    item.words.textContent = answer.state === "sign_in" ? SIGN_IN : answer.state === "again" ? answer.message : LOST;
    await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
  }
}

function end(item, words) {
  item.words.textContent = words;
  item.bar.remove();
}

/** What the server knows the file by: the SHA-256 over the pieces' own. One piece is in memory at a time. */
async function fingerprint({ file, words, bar }) {
  const digests = [];
  for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
    digests.push(await sha256(await piece(file, offset)));
    words.textContent = `確かめています　${percent(offset, file.size)}`;
    bar.value = 0;
  }
  const bytes = Uint8Array.from(digests.join("").match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return { filename: file.name, size: String(file.size), fingerprint: await sha256(bytes) };
}

function piece(file, offset) {
  return file.slice(offset, offset + PIECE_BYTES).arrayBuffer();
}

async function sendPieces({ file, words, bar }, announced, gotOn) {
  let answer = await ask("/staff/scans/uploads/", { body: new URLSearchParams(announced) });
  while (answer.state === "open") {
    words.textContent = `送っています　${percent(answer.offset, file.size)}（${megabytes(answer.offset)}／${megabytes(file.size)}MB）`;
    bar.value = answer.offset / file.size;
    const bytes = await piece(file, answer.offset);
    const headers = {
      "Content-Type": "application/octet-stream",
      "Upload-Offset": String(answer.offset),
      "Upload-Checksum": await sha256(bytes),
    };
    answer = await ask(`/staff/scans/uploads/${answer.id}/`, { method: "PATCH", body: bytes, headers });
    if (answer.state === "open") gotOn();
  }
  return answer;
}

function percent(done, all) {
  return `${Math.floor((done / all) * 100)}％`;
}

function megabytes(bytes) {
  return (bytes / 1024 / 1024).toLocaleString("ja-JP", { maximumFractionDigits: 1 });
}
