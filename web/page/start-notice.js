/** #start: how far the first visit has come, and what to do when a start fails. */

/** @import { Failure, Progress } from "./types" */

// After the first visit everything is on the device; a bar that flashes by would only disturb.
const PATIENCE_MS = 1500;

const began = performance.now();

/** @param {string} id @param {boolean} shown */
function show(id, shown) {
  const element = document.getElementById(id);
  if (element) element.hidden = !shown;
}

/** @param {string} id @param {string} text */
function write(id, text) {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
}

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** @param {Progress} progress @param {boolean} seenBefore whether the last view is on the page */
export function showProgress({ loaded, total, what }, seenBefore) {
  if (seenBefore && performance.now() - began < PATIENCE_MS) return;
  show("start", true);
  const bar = document.getElementById("start-bar");
  if (bar instanceof HTMLProgressElement) {
    bar.max = total || 1;
    bar.value = Math.min(loaded, bar.max);
  }
  write("start-text", `${what}: ${megabytes(loaded)}${total ? ` of ${megabytes(total)}` : ""} MB`);
}

export const hideStart = () => show("start", false);

/** @param {Failure} failure */
export function showFailure({ message, detail }) {
  show("start", true);
  show("start-progress", false);
  show("start-failure", true);
  write("start-why", message);
  write("start-detail", detail ?? "");
}

async function rescue() {
  write("start-why", "Reading what is stored");
  try {
    const { saveEverything } = await import("./rescue.js");
    const count = await saveEverything((records) => write("start-why", `${records} records read`));
    write("start-why", count ? `Saved ${count} records.` : "Nothing is stored in this browser.");
  } catch (error) {
    write("start-why", `What is stored could not be read: ${error instanceof Error ? error.message : error}`);
  }
}

export function watchStart() {
  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    if (target.closest("[data-reload]")) location.reload();
    if (target.closest("[data-rescue]")) void rescue();
  });
}
