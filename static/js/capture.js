/** The guided list of one visit: each step opens the studio, and says what is on the tablet and what on the server. */

import { ask } from "./app.js";
import * as outbox from "./capture/outbox.js";
import { studioOf } from "./capture/studio.js";

const SIGNED_OUT = "ログインの時間が切れました。写真はこのタブレットに残っています。この画面を閉じずに、";

/** The city's wish for new pictures brings the list while the page stands open. */
function startWhatIsHere() {
  const area = document.querySelector("[data-capture]:not([data-ready])");
  // Without a secure connection the browser can neither hash nor use the camera: the plain forms are used then.
  if (area && window.crypto?.subtle) start(area);
}

startWhatIsHere();
document.body.addEventListener("htmx:afterSwap", startWhatIsHere);

function start(area) {
  const { visit } = area.dataset;
  const list = area.querySelector("[data-uploads]");
  const rows = new Map();
  const studio = studioOf(document.querySelector("[data-studio]"), { take, ask });
  area.dataset.ready = "true";
  outbox.prepare(visit);
  outbox.listen((item) => area.isConnected && showItem(item));
  ready();
  for (const item of outbox.waiting(visit)) showItem(item);

  area.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open-step]");
    if (button) studio.open(button.closest("[data-step]"), button);
  });

  // The case is sent only when every picture has arrived.
  document.querySelector("[data-submit-case]")?.addEventListener("submit", (event) => {
    const count = outbox.waiting(visit).length;
    if (count === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const safe = document.querySelector("[data-safe]");
    if (safe) safe.textContent = `あと${count}枚がまだサーバーにありません。送り終わってから、もう一度押してください。`;
  });

  async function take(step, blob, boxes) {
    forgetOldTrouble(list);
    const about = { kind: step.kind, document: step.document, label: step.label, boxes };
    await outbox.add({ visit, about, blob });
  }

  function showItem(item) {
    if (!item || item.visit !== visit) return;
    if (!rows.has(item.id)) rows.set(item.id, list.appendChild(row(item)));
    if (item.done) finish(item);
    else say(rows.get(item.id), item);
    countWaiting(area, visit);
  }

  async function finish(item) {
    const shown = rows.get(item.id);
    rows.delete(item.id);
    if (item.done.state === "refused") return showTrouble(shown, `${item.about.label}：${item.done.message}`);
    await refresh(area);
    shown.remove();
    ready();
    countWaiting(area, visit);
  }

  /** The list as the server made it, with what only scripts can do. */
  function ready() {
    for (const button of area.querySelectorAll("[data-open-step]")) {
      // Which document it is must be known first: the form above asks.
      const { kind, document: code } = button.closest("[data-step]").dataset;
      button.hidden = kind === "identity" && !code && Boolean(area.querySelector(".choose-documents"));
    }
    askAboutMissing(area, visit);
  }
}

/** Before a case goes without a picture that the list asks for, somebody says so. Nothing goes while one is on its way. */
function askAboutMissing(area, visit) {
  const form = document.querySelector("[data-submit-case]");
  const { missing } = area.querySelector("#pictures").dataset;
  if (!form) return;
  const onTheWay = outbox.waiting(visit).length > 0;
  form.toggleAttribute("data-held-back", onTheWay);
  if (missing && !onTheWay) {
    form.dataset.confirm = `まだ撮っていない書類があります（${missing}）。このまま審査を依頼します。よろしいですか。`;
    form.dataset.confirmYes = "このまま依頼する";
  } else delete form.dataset.confirm;
}

function row(item) {
  const shown = document.createElement("li");
  const picture = document.createElement("img");
  const words = document.createElement("div");
  const bar = document.createElement("progress");
  shown.className = "upload";
  picture.src = item.preview;
  picture.alt = "";
  bar.max = item.blob.size;
  bar.setAttribute("aria-label", `${item.about.label}の送信`);
  words.append(document.createElement("p"), bar);
  shown.append(picture, words);
  return shown;
}

function say(shown, item) {
  const words = shown.querySelector("p");
  const text = `${item.about.label}：${item.signIn ? SIGNED_OUT : item.words}`;
  shown.querySelector("progress").value = item.sent;
  if (words.dataset.said === text) return;
  words.dataset.said = text;
  words.replaceChildren(text, ...(item.signIn ? [signInLink(item.signIn)] : []));
}

function signInLink(url) {
  const link = document.createElement("a");
  // The new page is this visit's again: nobody has to look for the way back.
  link.href = `${url}?next=${encodeURIComponent(window.location.pathname)}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "別のタブでログインし直してください";
  return link;
}

function countWaiting(area, visit) {
  askAboutMissing(area, visit);
  for (const step of area.querySelectorAll("[data-step]")) {
    const { kind, document: code } = step.dataset;
    const here = outbox.waiting(visit).filter(({ about }) => about.kind === kind && about.document === code);
    const place = step.querySelector("[data-waiting-here]");
    const text = here.length ? `${here.length}枚がこのタブレットにあり、まだサーバーにありません` : "";
    if (place.textContent !== text) place.textContent = text;
  }
}

/** What was said about an earlier attempt is no longer true when the next one begins or succeeds. */
function forgetOldTrouble(list) {
  for (const old of document.querySelectorAll(".messages .notice--error")) old.remove();
  for (const box of document.querySelectorAll(".messages:not(:has(.notice))")) box.remove();
  for (const refused of list.querySelectorAll("[data-refused]")) refused.remove();
}

/** The row becomes an error with its icon and word, until the next attempt. */
function showTrouble(shown, words) {
  const notice = document.getElementById("not-sent").content.cloneNode(true);
  notice.querySelector(".notice__word").textContent = "写真を保存できませんでした";
  notice.querySelector(".notice__word + p").textContent = words;
  shown.className = "";
  shown.dataset.refused = "";
  shown.replaceChildren(notice);
}

async function refresh(area) {
  try {
    const response = await fetch(area.dataset.pictures, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const pictures = page.getElementById("pictures");
    if (pictures) area.querySelector("#pictures").replaceWith(pictures);
  } catch {
    // The picture is safe; it is only not shown yet.
    const line = document.createElement("li");
    line.textContent = "保存済みの写真を表示できませんでした。画面を開き直してください。";
    area.querySelector("[data-uploads]").append(line);
  }
}
