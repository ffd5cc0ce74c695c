/**
 * The worker's entry: starts Python and hands it the browser.
 *
 * It is imported by a blob: URL, so that the page's content security policy holds in here too.
 */

import { wrong } from "./border.js";
import { host } from "./host.js";
import { JOB } from "./jobs.js";
import { TOTAL, python } from "./python.js";

const PROGRESS_MS = 50;

const given = host(import.meta.url);
self.onmessage = ({ data }) => (data.more ? given.jobs.prepare(false) : given.page.receive(data));

let loaded = 0;
let what = "Downloading Python";
let due = false;

function progress() {
  due = false;
  self.postMessage({ progress: { loaded: Math.min(loaded, TOTAL), total: TOTAL, what } });
}

/** @param {number} bytes */
function count(bytes) {
  loaded += bytes;
  if (due) return;
  due = true;
  setTimeout(progress, PROGRESS_MS);
}

/** @param {string} words */
function say(words) {
  what = words;
  progress();
}

async function boot() {
  const main = (await python(count, say)).pyimport("inglenook.main");
  await (self.name === JOB ? main.start_job(given) : main.start(given));
  self.postMessage({ ready: true });
}

// Not awaited at the top level: requests may come in before Python is there, and must be kept.
boot().catch((error) => {
  console.error(`Inglenook ${__BUILD__} could not start.`, error);
  const { name, message } = wrong(error);
  self.postMessage({ failed: { message: "Python could not be started.", detail: `${name}: ${message}`.slice(-4000) } });
});
