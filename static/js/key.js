/** A security key registers or confirms (WebAuthn). The page's form carries the answer; the server judges it. */

const WORDS = {
  waiting: "キーの確認を待っています。",
  refused: "確認できませんでした。キーを確かめて、もう一度ボタンを押してください。",
  held: "このキーはすでに登録されています。",
  missing: "このブラウザーや接続では、キーを使えません。",
};

function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const described = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

async function registered(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: described(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function confirmed(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: described(options.allowCredentials),
  };
  const given = await navigator.credentials.get({ publicKey });
  return answer(given, {
    authenticatorData: text(given.response.authenticatorData),
    signature: text(given.response.signature),
    userHandle: given.response.userHandle ? text(given.response.userHandle) : null,
  });
}

function answer(credential, more) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON), ...more };
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

function wordFor(error) {
  if (error.name === "InvalidStateError") return WORDS.held;
  return error.name === "SecurityError" ? WORDS.missing : WORDS.refused;
}

async function useKey(place) {
  const form = place.closest("form");
  const state = place.querySelector("[data-key-state]");
  if (!window.PublicKeyCredential) {
    state.textContent = WORDS.missing;
    return;
  }
  state.textContent = WORDS.waiting;
  try {
    const options = JSON.parse(place.dataset.keyOptions);
    form.elements.namedItem(place.dataset.keyField).value =
      place.dataset.key === "create" ? await registered(options) : await confirmed(options);
  } catch (error) {
    state.textContent = wordFor(error);
    return;
  }
  state.textContent = "";
  form.requestSubmit();
}

for (const place of document.querySelectorAll("[data-key]")) {
  place.querySelector("[data-key-button]").addEventListener("click", () => useKey(place));
}
