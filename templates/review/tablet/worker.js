/** The shell of the clerk's tablet. Pages and pictures of people never come into this cache. */

const SHELL = {{ shell|safe }};
const OFFLINE = "{{ offline }}";
const START = "{{ start }}";
const CACHE = "tablet-{{ version }}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

/** What was sent may have arrived or not: back to the page it was sent from, which tells when the line is there. */
function withoutLine(request) {
  return request.method === "GET" ? caches.match(OFFLINE) : Response.redirect(request.referrer || START, 303);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => withoutLine(request)));
    return;
  }
  const { origin, pathname } = new URL(request.url);
  if (request.method === "GET" && origin === self.location.origin && SHELL.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});
