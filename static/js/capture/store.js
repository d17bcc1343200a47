/**
 * Pictures that wait on this tablet, sealed with AES-GCM in IndexedDB. The key is the server's: it is fetched for one
 * visit by the worker who is signed in, cannot be read out of the browser, and is gone when the page is.
 */

const NAME = "waiting-pictures";
const ROWS = "pictures";

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ROWS, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
  return opened;
}

async function within(mode, act) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(ROWS, mode);
    const request = act(transaction.objectStore(ROWS));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** A key that seals and opens here, but that no script can read out again. */
export function keyFrom(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** What tells a row from another's: nothing of it stands outside the seal but where it belongs. */
function bound(row) {
  return new TextEncoder().encode(`${row.id} ${row.visit} ${row.key}`);
}

/** Keep the picture. `about` and the picture's bytes are sealed together; resolves once it lies on the disk. */
export async function keep({ id, visit, about, blob }, { id: keyId, key }) {
  const row = { id, visit, key: keyId, kept: Date.now(), iv: crypto.getRandomValues(new Uint8Array(12)) };
  const words = new TextEncoder().encode(JSON.stringify(about));
  const plain = new Uint8Array(4 + words.length + blob.size);
  new DataView(plain.buffer).setUint32(0, words.length);
  plain.set(words, 4);
  plain.set(new Uint8Array(await blob.arrayBuffer()), 4 + words.length);
  row.sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: row.iv, additionalData: bound(row) }, key, plain);
  await within("readwrite", (rows) => rows.put(row));
}

/** The picture of a row. Rejects with any other key than the one it was sealed with. */
export async function open(row, key) {
  const how = { name: "AES-GCM", iv: row.iv, additionalData: bound(row) };
  const plain = await crypto.subtle.decrypt(how, key, row.sealed);
  const length = new DataView(plain).getUint32(0);
  const about = JSON.parse(new TextDecoder().decode(plain.slice(4, 4 + length)));
  return { id: row.id, visit: row.visit, about, blob: new Blob([plain.slice(4 + length)], { type: "image/jpeg" }) };
}

export function all() {
  return within("readonly", (rows) => rows.getAll());
}

export async function holds(id) {
  return (await within("readonly", (rows) => rows.count(id))) > 0;
}

export function forget(id) {
  return within("readwrite", (rows) => rows.delete(id));
}
