/**
 * Questions and answers between city and counter, at both ends: what was sent leaves the box, what could not be sent
 * stays; a line that arrives is called out in the title and by a tone.
 */

const title = document.title;

const count = () => Number(document.querySelector("[data-talk]")?.dataset.last ?? 0);
let known = count();

function sent({ detail: { elt, successful } }) {
  if (!elt.matches?.("[data-talk-send]") || !successful) return;
  const place = elt.closest("[data-talk-place]");
  place.querySelector("[data-talk-text]").value = "";
  // The next sending is another message.
  place.querySelector("[data-talk-key]").value = place.querySelector("[data-talk]").dataset.nextKey;
  known = count();
}

/** Only a line that somebody else wrote while the page is open is news. */
function callOut() {
  const now = count();
  if (now > known) {
    document.body.dispatchEvent(new CustomEvent("chime"));
    document.querySelector("[data-talk]").scrollIntoView({ block: "nearest" });
    document.title = `【${document.querySelector("[data-talk-place] form") ? "質問" : "返事"}】${title}`;
  }
  known = now;
}

document.body.addEventListener("htmx:afterRequest", sent);
document.body.addEventListener("htmx:afterSettle", ({ detail: { requestConfig } }) => {
  if (requestConfig?.verb === "get") callOut();
});
document.body.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-talk-text]")) document.title = title;
});
