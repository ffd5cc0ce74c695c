/**
 * Work in slices: jobs are generators, and no slice keeps the page from the user for longer than a few ms.
 * The job nearest to what the reader sees goes first.
 */

const SLICE_MS = 8;

/** @typedef {{ distance: () => number, steps: Iterator<unknown> }} Job */

/** @type {Job[]} */
const jobs = [];
let running = false;

// Without a frame in this time the page is hidden, and waits for nobody.
const FRAME_MS = 100;

/**
 * The next frame: one slice for each, since what a slice puts on the page must be laid out, too.
 * @returns {Promise<unknown>}
 */
const frame = () =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, FRAME_MS);
    requestAnimationFrame((now) => {
      clearTimeout(late);
      resolve(now);
    });
  });

/** A time when the page has nothing better to do. */
export const idle = () =>
  new Promise((resolve) => ("requestIdleCallback" in window ? requestIdleCallback(resolve, { timeout: 1500 }) : setTimeout(resolve, 30)));

async function run() {
  running = true;
  // The others that become due in this task.
  await null;
  while (jobs.length > 0) {
    const end = performance.now() + SLICE_MS;
    jobs.sort((a, b) => b.distance() - a.distance());
    while (jobs.length > 0 && performance.now() < end) {
      const job = /** @type {Job} */ (jobs.at(-1));
      let done = true;
      try {
        done = job.steps.next().done ?? false;
      } catch (error) {
        reportError(error);
      }
      if (done) jobs.splice(jobs.indexOf(job), 1);
    }
    await frame();
  }
  running = false;
}

/** @param {Job} job */
export function schedule(job) {
  jobs.push(job);
  if (!running) void run();
}
