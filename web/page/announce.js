/** The polite live region. */

/** @param {string} text */
export function announce(text) {
  const live = document.getElementById("live");
  if (!live) return;
  // The same words twice are only read twice if the region was empty between them.
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 50);
}
