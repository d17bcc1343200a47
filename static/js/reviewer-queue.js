/** The reviewer's queue: how many wait stands in the title, and what is new is called out by a tone. */

const title = document.title;
const queue = () => document.getElementById("queue");
const news = () => new Set((queue()?.dataset.news ?? "").split(" ").filter(Boolean));
let known = news();

function showCount() {
  const free = Number(queue()?.dataset.free ?? 0);
  document.title = free ? `（${free}）${title}` : title;
}

function callOut() {
  const now = news();
  if ([...now].some((each) => !known.has(each))) document.body.dispatchEvent(new CustomEvent("chime"));
  known = now;
  showCount();
}

/** Nothing is swapped while nothing has changed. */
function sayWhatIsShown({ detail: { elt, headers } }) {
  if (elt.dataset.version) headers["If-None-Match"] = elt.dataset.version;
}

function keepWhatIsStillTrue({ detail }) {
  if (detail.xhr.status === 304) detail.shouldSwap = false;
}

document.body.addEventListener("htmx:configRequest", sayWhatIsShown);
document.body.addEventListener("htmx:beforeSwap", keepWhatIsStillTrue);
document.body.addEventListener("htmx:afterSettle", callOut);
showCount();
