/**
 * The other end of the worker: the page, or for a job the worker that started it.
 *
 * Events come in as JSON text with files as handles; what goes out is a message with blobs beside it.
 */

/** @import { FileTable } from "./files.js" */
/** @import { PyCall, ToWorker } from "./types.d.ts" */

import { kept } from "./border.js";

/** @param {FileTable} files */
export function page(files) {
  /** @type {string[]} */
  const waiting = [];
  /** @type {((event: string) => void) | null} */
  let heard = null;

  /** What the sender said of each file, and what is true of it. @param {unknown} said @param {Blob[]} given */
  const described = (said, given) =>
    given.map((blob, place) => ({ ...(Array.isArray(said) ? said[place] : {}), ...files.describe(blob) }));

  return {
    /** @param {ToWorker} message */
    receive({ event, files: given }) {
      if (!event) return;
      const text = JSON.stringify(given ? { ...event, files: described(event.files, given) } : event);
      if (heard) heard(text);
      else waiting.push(text);
    },

    /** @param {PyCall<[string]>} call told each event as JSON text */
    listen(call) {
      heard = kept(call);
      for (const text of waiting.splice(0)) heard(text);
    },

    /**
     * @param {string} messageText a JSON object; its `blobs` maps names to handles, which are given away
     */
    post(messageText) {
      const { blobs, ...message } = JSON.parse(messageText);
      if (blobs) {
        message.blobs = {};
        for (const [name, handle] of Object.entries(blobs)) {
          message.blobs[name] = files.get(handle);
          files.forget(handle);
        }
      }
      self.postMessage(message);
    },
  };
}
