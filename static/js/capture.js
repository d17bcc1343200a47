/** Pictures: made small on the tablet, sent with their own number and hash, sent again until they are safe. */

const LONGEST_SIDE = 2000;
const QUALITY = 0.85;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

const area = document.querySelector("[data-capture]");
// Without a secure connection the browser cannot hash: the plain forms are used then.
if (area && window.crypto?.subtle) start(area);

function start(capture) {
  const list = capture.querySelector("[data-uploads]");
  const safe = document.querySelector("[data-safe]");
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

  async function take(form, file) {
    const row = list.appendChild(document.createElement("li"));
    const label = form.querySelector(".shoot__label").textContent.trim().split("\n")[0];
    row.textContent = `${label}：写真を準備しています`;
    const picture = await small(file);
    const id = uuid();
    open.add(id);
    say(`${open.size}枚を送っています。`);
    const body = () => fill(form, picture, id);
    const sent = await sendUntilSafe(capture.dataset.upload, body, picture.hash, (words) => {
      row.textContent = `${label}：${words}`;
    });
    open.delete(id);
    if (sent) {
      row.remove();
      await refresh(capture, form);
    }
    say(open.size > 0 ? `${open.size}枚を送っています。` : "ここまでの内容はサーバーに保存済みです。");
  }

  function fill(form, picture, id) {
    const data = new FormData(form);
    data.set("file", picture.blob, `${id}.jpg`);
    data.set("image_id", id);
    data.set("sha256", picture.hash);
    return data;
  }

  function say(words) {
    if (safe) safe.textContent = words;
  }
}

/** True when the server has it; false when the server refuses it for good (the words stay on screen). */
async function sendUntilSafe(url, body, hash, say) {
  for (let attempt = 0; ; attempt += 1) {
    say(attempt === 0 ? "送っています" : `${attempt + 1}回目を送っています`);
    try {
      const response = await fetch(url, { method: "POST", body: body(), headers: { Accept: "application/json" } });
      if (response.status === 201) return true;
      if (response.status < 500) {
        say((await words(response)) ?? "送れませんでした。画面を開き直してください。");
        return false;
      }
    } catch {
      say("接続が切れています。写真はこのタブレットに残っています。自動で送り直します");
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
  }
}

async function words(response) {
  try {
    return (await response.json()).message;
  } catch {
    return undefined;
  }
}

async function refresh(capture, form) {
  const response = await fetch(capture.dataset.pictures, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.getElementById("pictures").replaceWith(page.getElementById("pictures"));
  form.querySelector("input[type='file']").focus();
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
