/** The line to the worker that runs Python: starts it, and holds events back until it listens. */

import { blobWorker } from "../worker/blob-worker.js";

/** @import { FromWorker, PageEvent, ToWorker } from "./types" */

/** @param {(message: FromWorker) => void} receive */
export function connect(receive) {
  /** @type {ToWorker[]} */
  const queue = [];
  /** @type {Worker | null} that listens */
  let listener = null;

  return {
    /** @param {string} address of worker/start.js */
    start(address) {
      const worker = blobWorker(address, "inglenook");
      worker.onmessage = ({ data }) => {
        if (data.ready && !listener) {
          listener = worker;
          for (const message of queue.splice(0)) worker.postMessage(message);
        }
        receive(data);
      };
      worker.onerror = (event) => {
        if (listener) return;
        event.preventDefault();
        receive({ failed: { message: "The part that runs Python could not be loaded.", detail: event.message || `${address} did not load` } });
      };
      worker.onmessageerror = () => receive({ failed: { message: "A message from the worker could not be read." } });
    },
    /** @param {PageEvent} event @param {File[]} [files] */
    send(event, files) {
      const message = files ? { event, files } : { event };
      if (listener) listener.postMessage(message);
      else queue.push(message);
    },
    /** Events that were never delivered. */
    undelivered: () => queue.map(({ event }) => event),
  };
}
