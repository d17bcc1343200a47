/** Talking to the server over a line that comes and goes: every answer is words, and nothing is taken for success. */

const PATIENCE_MS = 60_000;
export const LOST = "接続が切れています。写真はこのタブレットに残っています。自動で送り直します。";
const ODD = "送れませんでした。写真はこのタブレットに残っています。自動で送り直します。続くときは事務局に連絡してください。";

/** The token of whoever is signed in now: signing in again, in another tab, gives this browser a new one. */
function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

/** The forms of a page that stayed open take over the token of the new sign-in. */
function renewTokens() {
  const now = token();
  if (!now) return;
  for (const field of document.querySelectorAll("input[name='csrfmiddlewaretoken']")) field.value = now;
}

/** What the server says, always with `state`: `lost` when nobody answered, `odd` when the answer makes no sense. */
export async function ask(url, { method = "POST", body = null, headers = {} } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method,
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token(), ...headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    return { state: "lost", message: LOST };
  }
  try {
    const answer = await response.json();
    if (answer.state !== "sign_in") renewTokens();
    if (answer.state) return answer;
  } catch {
    // A page instead of an answer: a proxy's, or one that says why the form was not taken.
  }
  return { state: response.status >= 500 ? "lost" : "odd", message: response.status >= 500 ? LOST : ODD };
}

/** Wait, but no longer than until the line or the person is back. */
export function pause(milliseconds) {
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
    window.addEventListener("outbox:wake", done, { signal: wake.signal });
  });
}

export async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
