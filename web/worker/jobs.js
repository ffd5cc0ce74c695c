/**
 * A worker for long work: started from the same module and snapshot, one at a time, ended by terminate(). It may
 * start one in turn.
 *
 * One more may be started before it is needed, because a start takes longer than many a job.
 */

/** @import { FileTable } from "./files.js" */
/** @import { PyCall, PyList } from "./types.d.ts" */

import { blobWorker } from "./blob-worker.js";
import { kept, listOf, wrong } from "./border.js";

/** By its name such a worker knows what it is. */
export const JOB = "inglenook job";

/** @param {FileTable} files @param {string} moduleUrl */
export function jobs(files, moduleUrl) {
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Worker | null} */
  let spare = null;

  function cancel() {
    worker?.terminate();
    worker = null;
  }

  function release() {
    spare?.terminate();
    spare = null;
  }

  /** @param {string} eventText @param {string[]} handles */
  function send(eventText, handles) {
    const given = handles.flatMap((handle) => files.get(handle) ?? []);
    worker?.postMessage({ event: JSON.parse(eventText), files: given });
  }

  return {
    /**
     * @param {string} requestText @param {PyList<string>} handles
     * @param {PyCall<[string]>} call told each report as JSON text; its blobs are handles
     */
    start(requestText, handles, call) {
      cancel();
      const heard = kept(call);
      const given = listOf(handles);
      /** @param {unknown} error */
      const failed = (error) => {
        cancel();
        heard(JSON.stringify({ failed: { message: "The second worker could not be started.", detail: wrong(error).message } }));
      };
      try {
        const mine = spare ?? blobWorker(moduleUrl, JOB);
        spare = null;
        worker = mine;
        mine.onerror = (event) => mine === worker && failed(new Error(event.message || "the module did not load"));
        mine.onmessage = ({ data }) => {
          if (mine !== worker) return;
          if (data.progress || data.ready) return;
          if (data.failed) cancel();
          const { blobs, ...report } = data;
          const handles = Object.entries(blobs ?? {}).map(([name, blob]) => [name, files.keep(blob)]);
          heard(JSON.stringify(blobs ? { ...report, blobs: Object.fromEntries(handles) } : report));
        };
        send(requestText, given);
      } catch (error) {
        failed(error);
      }
    },

    /** @param {string} requestText */
    tell: (requestText) => send(requestText, []),

    cancel,

    cores: () => navigator.hardwareConcurrency || 1,

    /**
     * Start a worker for the next job. One that fails is forgotten; the job's own start says why.
     * @param {boolean} more whether it is to have one of its own beside it, at once
     */
    prepare(more) {
      const mine = (spare ??= blobWorker(moduleUrl, JOB));
      const failed = () => mine === spare && release();
      mine.onerror = failed;
      mine.onmessage = ({ data }) => data.failed && failed();
      if (more) mine.postMessage({ more });
    },

    release,
  };
}
