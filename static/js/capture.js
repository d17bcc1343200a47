/** Pictures: made small on the tablet, sent with their own number and hash, sent again until they are safe. */

const LONGEST_SIDE = 2000;
const QUALITY = 0.85;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const PATIENCE_MS = 90_000;
const SAFE = "ここまでの内容はサーバーに保存済みです。";
const LOST = "接続が切れています。写真はこのタブレットに残っています。自動で送り直します。";
const SIGNED_OUT = "ログインの時間が切れました。写真はこのタブレットに残っています。この画面を閉じずに、";
const ODD = "送れませんでした。写真はこのタブレットに残っています。自動で送り直します。続くときは事務局に連絡してください。";

/** The city's wish for new pictures brings the camera buttons while the page stands open. */
function startWhatIsHere() {
  const area = document.querySelector("[data-capture]:not([data-ready])");
  // Without a secure connection the browser cannot hash: the plain forms are used then.
  if (area && window.crypto?.subtle) start(area);
}

startWhatIsHere();
document.body.addEventListener("htmx:afterSwap", startWhatIsHere);

function start(capture) {
  const list = capture.querySelector("[data-uploads]");
  const safe = document.querySelector("[data-safe]");
  // Numbers of the pictures that only this tablet has.
  const open = new Set();
  capture.dataset.ready = "true";

  for (const form of capture.querySelectorAll("[data-shoot]")) {
    form.classList.add("shoot--quick");
    form.elements.namedItem("file").addEventListener("change", async (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) await take(form, file);
    });
  }

  // The case is sent only when every picture has arrived.
  document.querySelector("[data-submit-case]")?.addEventListener("submit", (event) => {
    if (open.size > 0) {
      event.preventDefault();
      say(`あと${open.size}枚を送っています。送り終わってから依頼してください。`);
    }
  });

  // Leaving the page would lose what has not arrived: the browser asks first, and a poll that finds the session
  // ended does not move the window to the sign-in page.
  window.addEventListener("beforeunload", (event) => open.size > 0 && event.preventDefault());
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (open.size > 0 && event.detail.xhr.status === 401) event.preventDefault();
  });

  async function take(form, file) {
    const id = uuid();
    const row = list.appendChild(document.createElement("li"));
    forgetOldTrouble(list);
    const label = form.querySelector(".shoot__label span").firstChild.textContent.trim();
    const tell = (words, ...more) => row.replaceChildren(`${label}：${words}`, ...more);
    open.add(id);
    say(`${open.size}枚を送っています。`);
    tell("写真を準備しています");
    const picture = await small(file);
    const refusal = await sendUntilAnswered(capture.dataset.upload, () => filled(form, picture, id), tell);
    open.delete(id);
    if (refusal) showTrouble(row, `${label}：${refusal}`);
    else {
      row.remove();
      forgetOldTrouble(list);
      await refresh(capture, form);
    }
    say(open.size > 0 ? `${open.size}枚を送っています。` : SAFE);
  }

  function say(words) {
    if (safe) safe.textContent = words;
  }
}

/** What was said about an earlier attempt is no longer true when the next one begins or succeeds. */
function forgetOldTrouble(list) {
  for (const old of document.querySelectorAll(".messages .notice--error")) old.remove();
  for (const box of document.querySelectorAll(".messages:not(:has(.notice))")) box.remove();
  for (const row of list.querySelectorAll("[data-refused]")) row.remove();
}

/** The row becomes an error with its icon and word, until the next attempt. */
function showTrouble(row, words) {
  const notice = document.getElementById("not-sent").content.cloneNode(true);
  notice.querySelector(".notice__word").textContent = "写真を保存できませんでした";
  notice.querySelector(".notice__word + p").textContent = words;
  row.dataset.refused = "";
  row.replaceChildren(notice);
}

function filled(form, picture, id) {
  renewTokens();
  const data = new FormData(form);
  data.set("file", picture.blob, `${id}.jpg`);
  data.set("image_id", id);
  data.set("sha256", picture.hash);
  return data;
}

/** Signing in again, in another tab, gives this browser a new token: the forms of this page take it over. */
function renewTokens() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  for (const field of document.querySelectorAll("input[name='csrfmiddlewaretoken']")) field.value = token;
}

/** Empty when the server has it; its words when it refuses this picture for good. */
async function sendUntilAnswered(url, body, tell) {
  for (let attempt = 0; ; attempt += 1) {
    if (attempt === 0) tell("送っています");
    const answer = await send(url, body());
    if (answer.state === "stored") return "";
    if (answer.state === "refused") return answer.message;
    if (answer.state === "sign_in") tell(SIGNED_OUT, signInLink(answer.url));
    else tell(answer.message);
    await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
  }
}

/** What the server says: `state` and `message`. Whatever is no such answer leaves the picture to be sent again. */
async function send(url, body) {
  let response;
  try {
    const headers = { Accept: "application/json" };
    response = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    return { state: "again", message: LOST };
  }
  try {
    const answer = await response.json();
    if (answer.state) return answer;
  } catch {
    // A page instead of an answer: a proxy's, or one that says why the form was not taken.
  }
  return { state: "again", message: response.status >= 500 ? LOST : ODD };
}

function signInLink(url) {
  const link = document.createElement("a");
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "別のタブでログインし直してください";
  return link;
}

/** Wait, but no longer than until the line or the person is back. */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const wake = new AbortController();
    const done = () => {
      clearTimeout(timer);
      wake.abort();
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done, { signal: wake.signal });
    window.addEventListener("focus", done, { signal: wake.signal });
  });
}

async function refresh(capture, form) {
  try {
    const response = await fetch(capture.dataset.pictures, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const pictures = page.getElementById("pictures");
    if (pictures) document.getElementById("pictures").replaceWith(pictures);
  } catch {
    // The picture is safe; it is only not shown yet.
    capture.querySelector("[data-uploads]").append(listed("保存済みの写真を表示できませんでした。画面を開き直してください。"));
  }
  form.querySelector("input[type='file']").focus();
}

function listed(words) {
  const row = document.createElement("li");
  row.textContent = words;
  return row;
}

/** A JPEG of at most 2,000 points on the longer side, turned as the camera meant it, and its SHA-256. */
async function small(file) {
  const blob = (await shrunk(file)) ?? file;
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return { blob, hash: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

async function shrunk(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  } catch {
    // Not a picture this browser can read: the server says so in words.
    return null;
  }
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
