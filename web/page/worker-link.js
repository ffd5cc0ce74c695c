/** The line to the worker that runs Python: starts it, and holds events back until it listens. */

import { blobWorker } from "../worker/blob-worker.js";

/** @import { FromWorker, PageEvent, ToWorker } from "./types" */

/**
 * @param {string} address of worker/start.js
 * @param {(message: FromWorker) => void} receive
 */
export function connect(address, receive) {
  /** @type {ToWorker[]} */
  const queue = [];
  let ready = false;
  const worker = blobWorker(address, "inglenook");

  worker.onmessage = ({ data }) => {
    if (data.ready && !ready) {
      ready = true;
      for (const message of queue.splice(0)) worker.postMessage(message);
    }
    receive(data);
  };
  worker.onerror = (event) => {
    if (ready) return;
    event.preventDefault();
    receive({ failed: { message: "The part that runs Python could not be loaded.", detail: event.message || `${address} did not load` } });
  };
  worker.onmessageerror = () => receive({ failed: { message: "A message from the worker could not be read." } });

  return {
    /** @param {PageEvent} event @param {File[]} [files] */
    send(event, files) {
      const message = files ? { event, files } : { event };
      if (ready) worker.postMessage(message);
      else queue.push(message);
    },
    /** Events that were never delivered. */
    undelivered: () => queue.map(({ event }) => event),
  };
}
