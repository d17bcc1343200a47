/**
 * Pictures on their way: sealed on the tablet first, then sent piece by piece until the server says that it has them.
 * One for all of the tablet's pages, so that what was taken for one visit goes on while another is on the screen.
 */

import { ask, pause, sha256 } from "./line.js";
import * as store from "./store.js";

const PIECE_BYTES = 64 * 1024;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
// The server's keys live as long: what is older can be opened by nobody.
const LONGEST_MS = 24 * 60 * 60 * 1000;
const NEVER_KEPT = "このタブレットには保存できませんでした。送り終わるまで、この画面を閉じないでください。";

const keys = new Map(); // visit -> promise of { id, key }
const items = new Map(); // id -> item
const listeners = new Set();
const locked = new Set(); // ids of rows that only another worker's key opens
let running = false;

/** Call `listener(item)` whenever something changed; `item` is what changed, or null. */
export function listen(listener) {
  listeners.add(listener);
}

function tell(item = null) {
  for (const listener of listeners) listener(item);
}

/** What is not safe on the server yet; of one visit, or of all. */
export function waiting(visit = null) {
  return [...items.values()].filter((item) => visit === null || item.visit === visit);
}

/** How many pictures only another worker can send. */
export function lockedCount() {
  return locked.size;
}

/** Whether closing the page would lose a picture. */
export function wouldLose() {
  return [...items.values()].some((item) => !item.kept);
}

/** The key of this visit for whoever is signed in. Rejects with the server's words. */
function keyOf(visit) {
  if (!keys.has(visit)) {
    const fetched = fetchKey(visit);
    keys.set(visit, fetched);
    fetched.catch(() => keys.delete(visit));
  }
  return keys.get(visit);
}

async function fetchKey(visit) {
  const answer = await ask(`/staff/review/visits/${visit}/key/`);
  if (answer.state !== "open") throw Object.assign(new Error(answer.message), { answer });
  return { id: answer.id, key: await store.keyFrom(answer.key) };
}

/** Have the key before the first picture is taken: the line may be gone by then. */
export async function prepare(visit) {
  try {
    await keyOf(visit);
  } catch {
    // Asked for again with the first picture.
  }
}

/** Take a picture over. Resolves once it lies sealed on the tablet, or cannot. */
export async function add({ visit, about, blob }) {
  const id = uuid();
  const item = { id, visit, about, blob, sent: 0, words: "送る順番を待っています", kept: false, preview: "" };
  item.about.sha256 = await sha256(await blob.arrayBuffer());
  item.preview = URL.createObjectURL(blob);
  items.set(id, item);
  tell(item);
  await keep(item);
  run();
}

async function keep(item) {
  try {
    const held = await keyOf(item.visit);
    item.tabletKey = held.id;
    await store.keep(item, held);
    item.kept = true;
  } catch (trouble) {
    item.words = trouble.answer?.message ?? NEVER_KEPT;
  }
  tell(item);
}

/** What earlier pages left on the tablet: opened where the key is this worker's, and sent on. */
export async function start() {
  let rows;
  try {
    rows = await store.all();
  } catch {
    return; // no storage in this browser: pictures live as long as their page
  }
  for (const row of rows) await takeUp(row);
  tell();
  run();
}

async function takeUp(row) {
  if (items.has(row.id)) return;
  if (Date.now() - row.kept > LONGEST_MS) return void (await store.forget(row.id));
  try {
    const held = await keyOf(row.visit);
    if (held.id !== row.key) return void locked.add(row.id);
    const opened = await store.open(row, held.key);
    const item = { ...opened, tabletKey: row.key, sent: 0, words: "送る順番を待っています", kept: true };
    item.preview = URL.createObjectURL(item.blob);
    items.set(row.id, item);
    locked.delete(row.id);
  } catch (trouble) {
    if (trouble.answer?.state === "over") await store.forget(row.id);
    else if (trouble.answer?.state === "odd") locked.add(row.id);
    else retryLater();
  }
}

let later = 0;
/** The key could not be fetched: the line is down, or nobody is signed in. */
function retryLater() {
  clearTimeout(later);
  later = setTimeout(start, RETRY_MS.at(-1));
}

window.addEventListener("online", () => later && start());

async function run() {
  if (running) return;
  running = true;
  for (let attempt = 0; items.size > 0; attempt += 1) {
    const before = items.size;
    for (const item of [...items.values()]) {
      if (!(await sendOnce(item))) break;
    }
    if (items.size < before) attempt = -1;
    else if (items.size > 0) await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
  }
  running = false;
}

/** Send one picture as far as the line carries. False: try again later. */
async function sendOnce(item) {
  if (!item.kept) await keep(item);
  const outcome = await alone(item.id, () => sendPieces(item));
  if (outcome.state === "stored" || outcome.state === "refused") {
    items.delete(item.id);
    if (item.kept) await store.forget(item.id);
    item.done = outcome;
    tell(item);
    setTimeout(() => URL.revokeObjectURL(item.preview), 60_000);
    return true;
  }
  item.words = outcome.message;
  item.lost = outcome.state === "lost";
  item.signIn = outcome.state === "sign_in" ? outcome.url : "";
  tell(item);
  return false;
}

/** Two windows of one tablet do not send the same picture at once. */
function alone(id, act) {
  return navigator.locks ? navigator.locks.request(`picture ${id}`, act) : act();
}

async function sendPieces(item) {
  const bytes = await item.blob.arrayBuffer();
  let answer = await begin(item, bytes.byteLength);
  while (answer.state === "open") {
    item.sent = answer.offset;
    item.signIn = "";
    item.lost = false;
    item.words = progress(item.sent, bytes.byteLength);
    tell(item);
    const piece = bytes.slice(answer.offset, answer.offset + PIECE_BYTES);
    const headers = {
      "Content-Type": "application/octet-stream",
      "Upload-Offset": String(answer.offset),
      "Upload-Checksum": await sha256(piece),
    };
    answer = await ask(`/staff/review/uploads/${item.id}/`, { method: "PATCH", body: piece, headers });
  }
  return answer;
}

function begin(item, size) {
  const body = new URLSearchParams({ ...item.about, image_id: item.id, size: String(size) });
  body.delete("label");
  // Whoever took the picture sends it, even if somebody else signed in meanwhile.
  if (item.tabletKey) body.set("tablet_key", item.tabletKey);
  return ask(`/staff/review/visits/${item.visit}/uploads/`, { body });
}

function progress(sent, size) {
  const kilobytes = (bytes) => Math.ceil(bytes / 1024).toLocaleString("ja-JP");
  return `送っています　${Math.floor((sent / size) * 100)}％（${kilobytes(sent)}／${kilobytes(size)}KB）`;
}

/** The sentence about what is safe, for the foot of the page. */
export function sentence() {
  const mine = items.size;
  const others = locked.size
    ? `ほかの方が撮った写真${locked.size}枚がこのタブレットに残っています。その方がログインすると送られます。`
    : "";
  if (mine === 0) return others;
  const all = [...items.values()];
  let state = "送っています";
  if (all.some((item) => item.signIn)) state = "ログインし直すと自動で送ります";
  else if (all.some((item) => item.lost)) state = "接続が戻ると自動で送ります";
  return `${mine}枚がこのタブレットにあり、まだサーバーにありません。${state}。${others}`;
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
