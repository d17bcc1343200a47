/** The page for a missing line goes away by itself when the line is back, also one that comes and goes. */

const RETRY_MS = 5_000;

window.addEventListener("online", () => window.location.reload());
setInterval(() => navigator.onLine && window.location.reload(), RETRY_MS);
