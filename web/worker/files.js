/**
 * Files and blobs by handle. Python knows a handle, a name and a size, and reads slices in place.
 *
 * A slice is read synchronously, which only a worker may do; so a file of any size is a seekable
 * Python file without ever being loaded.
 */

/** @import { PyBytes } from "./types.d.ts" */

import { bytesOf } from "./border.js";

export function files() {
  /** @type {Map<string, Blob>} */
  const held = new Map();
  /** @type {Map<string, Blob[]>} */
  const writing = new Map();
  const reader = typeof FileReaderSync === "undefined" ? null : new FileReaderSync();
  let count = 0;

  const keep = (/** @type {Blob} */ blob) => {
    const handle = `f${++count}`;
    held.set(handle, blob);
    return handle;
  };

  return {
    keep,
    get: (/** @type {string} */ handle) => held.get(handle),

    /** What Python may know of a file. @param {Blob} blob */
    describe(blob) {
      const file = blob instanceof File ? blob : null;
      return {
        handle: keep(blob),
        name: file?.name ?? "",
        size: blob.size,
        media_type: blob.type,
        modified_ms: file?.lastModified ?? null,
      };
    },

    /** -1: no such file. @param {string} handle */
    size: (handle) => held.get(handle)?.size ?? -1,

    /**
     * The bytes of a slice, or undefined: the file was moved, changed or is no longer readable.
     * @param {string} handle @param {number} start @param {number} end
     */
    read(handle, start, end) {
      const blob = held.get(handle);
      if (!blob || !reader) return undefined;
      try {
        return new Uint8Array(reader.readAsArrayBuffer(blob.slice(start, end)));
      } catch {
        return undefined;
      }
    },

    /** @param {string} handle */
    forget: (handle) => void held.delete(handle),

    /** Begin a new blob. */
    create() {
      const writer = `w${++count}`;
      writing.set(writer, []);
      return writer;
    },
    /**
     * Each piece becomes a Blob at once, because browsers keep those outside the worker's memory.
     * @param {string} writer @param {PyBytes} bytes
     */
    append(writer, bytes) {
      writing.get(writer)?.push(new Blob([bytesOf(bytes)]));
    },
    /** The handle of the finished blob. @param {string} writer @param {string} mediaType */
    finish(writer, mediaType) {
      const blob = new Blob(writing.get(writer) ?? [], { type: mediaType });
      writing.delete(writer);
      return keep(blob);
    },
    /** @param {string} writer */
    discard: (writer) => void writing.delete(writer),
  };
}

/** @typedef {ReturnType<typeof files>} FileTable */
