// The proof of work before a seat is kept (ALTCHA's protocol). Without this, the form asks to wait instead.

const AT_ONCE = 500;
const form = document.querySelector("[data-gate]");

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function solved(challenge, salt, most) {
  for (let first = 0; first <= most; first += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, offset) => first + offset);
    const hashes = await Promise.all(numbers.map((number) => sha256(`${salt}${number}`)));
    const found = hashes.indexOf(challenge);
    if (found >= 0) return first + found;
  }
  return null;
}

async function pass() {
  const { gate, salt, signature, most } = form.dataset;
  const state = form.querySelector("[data-gate-state]");
  const wait = form.querySelector("[data-gate-wait]");
  state.textContent = state.dataset.working;
  wait.hidden = true;
  const number = await solved(gate, salt, Number(most));
  if (number === null) {
    wait.hidden = false;
    state.textContent = "";
    return;
  }
  const answer = { algorithm: "SHA-256", challenge: gate, number, salt, signature };
  form.elements.proof.value = btoa(JSON.stringify(answer));
  state.textContent = state.dataset.done;
  form.submit();
}

// crypto.subtle is missing on pages that are not served safely; a page from the history has been used already.
if (form && globalThis.crypto?.subtle && !form.elements.proof.value) pass();
