/** The clerk's screen: the chosen line stays in sight, and an answer of the city is called out in the title. */

const title = document.title;
const ANSWERS = { approved: "承認", reshoot: "撮り直し", rejected: "不可" };

function showChosen() {
  document.querySelector("#day-list [aria-current='true']")?.scrollIntoView({ block: "nearest" });
}

/** Only an answer that arrives while the page is open is news. */
function callOut(event) {
  const result = event.detail.elt?.querySelector?.("[data-result]") ?? document.querySelector("#visit-pane [data-result]");
  const answer = ANSWERS[result?.dataset.result];
  if (answer) document.title = `【${answer}】${title}`;
}

/** Nothing is swapped while nothing has changed: an open menu stays open, and a form keeps its place. */
function sayWhatIsShown(event) {
  const { version } = event.detail.elt.dataset;
  if (version) event.detail.headers["If-None-Match"] = version;
}

function keepWhatIsStillTrue(event) {
  if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
}

showChosen();
document.body.addEventListener("htmx:configRequest", sayWhatIsShown);
document.body.addEventListener("htmx:beforeSwap", keepWhatIsStillTrue);
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "visit-pane" || event.detail.elt?.id === "visit-pane") callOut(event);
});
