/** The page for a missing line goes away by itself when the line is back. */

window.addEventListener("online", () => window.location.reload());
