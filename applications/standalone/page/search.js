// Finds applications in the rows that stand in this page. Nothing is loaded from anywhere.
const data = JSON.parse(document.getElementById("data").textContent);
const PER_PAGE = 100;
const [NUMBER, RESERVATION, SIGNED, WARD, OFFICE, PROCEDURE, NAME, READING, KIND, PATH] = Array(10).keys();
const form = document.querySelector("form");
const body = document.querySelector("tbody");
const count = document.getElementById("count");
const [before, after, place] = ["before", "after", "place"].map((id) => document.getElementById(id));
let found = [];
let page = 0;

// As people type: full or half width, hiragana or katakana, with or without spaces and hyphens.
const packed = (text) =>
  text.normalize("NFKC").toUpperCase().replace(/[\s\-‐-―ー−・]/g, "")
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));

// Offices, wards, procedures and kinds stand once; a row holds their places in the lists.
const word = (row, column) => data.words[row[column]];
const keys = data.rows.map((row) =>
  [row[NUMBER], row[RESERVATION], row[NAME], row[READING]].map(packed).join("\n"));

for (const [name, column] of [["ward", WARD], ["office", OFFICE], ["procedure", PROCEDURE], ["kind", KIND]]) {
  const select = form.elements[name];
  const used = [...new Set(data.rows.map((row) => row[column]))].map((at) => [data.words[at], at]);
  for (const [text, at] of used.filter(([text]) => text).sort()) select.add(new Option(text, at));
}

function search() {
  const wanted = Object.fromEntries(new FormData(form));
  const texts = wanted.text.trim().split(/[\s\u3000]+/).map(packed).filter(Boolean);
  // A name typed with a space is one name: all its parts must stand in the row.
  found = [];
  data.rows.forEach((row, at) => {
    if (wanted.from && row[SIGNED] < wanted.from) return;
    if (wanted.until && row[SIGNED] > wanted.until) return;
    for (const [name, column] of [["ward", WARD], ["office", OFFICE], ["procedure", PROCEDURE], ["kind", KIND]]) {
      if (wanted[name] !== "" && row[column] !== Number(wanted[name])) return;
    }
    if (texts.every((text) => keys[at].includes(text))) found.push(row);
  });
  page = 0;
  show();
}

function cell(row, text, keep) {
  const made = row.insertCell();
  if (keep) made.className = "keep";
  made.textContent = text;
  return made;
}

function show() {
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  body.replaceChildren();
  for (const row of found.slice(page * PER_PAGE, (page + 1) * PER_PAGE)) {
    const line = body.insertRow();
    const link = document.createElement("a");
    link.href = row[PATH];
    link.textContent = row[NUMBER];
    cell(line, "", true).append(link);
    cell(line, row[RESERVATION], true);
    cell(line, row[SIGNED], true);
    cell(line, row[NAME]);
    cell(line, row[READING]);
    cell(line, [word(row, WARD), word(row, OFFICE)].filter(Boolean).join("　"));
    cell(line, word(row, PROCEDURE));
    cell(line, word(row, KIND));
  }
  count.textContent = found.length
    ? `${found.length.toLocaleString("ja")}件見つかりました`
    : "見つかりませんでした。条件を減らして、もう一度検索してください。";
  place.textContent = `${page + 1} / ${pages}ページ`;
  before.hidden = page === 0;
  after.hidden = page + 1 >= pages;
}

form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
form.addEventListener("reset", () => setTimeout(search));
before.addEventListener("click", () => { page -= 1; show(); window.scrollTo(0, 0); });
after.addEventListener("click", () => { page += 1; show(); window.scrollTo(0, 0); });
search();
