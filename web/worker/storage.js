/**
 * IndexedDB for Python: text in, text out, and no promise that rejects.
 *
 * An answer is a value, a `conflict` or an `error` with the platform's name for it. A connection that the
 * browser ended is opened again; one that we gave up for a newer version stays closed.
 */

/** @import { FileTable } from "./files.js" */
/** @import { Answer, Operation, PyBytes, PyCall } from "./types.d.ts" */

import { bytesOf, joined, kept, wrong } from "./border.js";
import { answerOf, endOf, openDatabase } from "./database.js";
import { causeOf, RevisionChanged, run } from "./transaction.js";

// A string is escaped twice when it travels inside JSON; from this length on it travels beside it.
const LONG_TEXT = 1024;
const BLOCKED_WAIT_MS = 3000;
const NOTHING = new Uint8Array();

const encoder = new TextEncoder();
// A text may begin with what looks like a byte order mark; it is kept.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

class BlockedError extends Error {
  name = "BlockedError";
}
class SupersededError extends Error {
  name = "SupersededError";
}

/** @param {IDBDatabase} database @param {string} key @returns {Promise<unknown>} */
const attachment = (database, key) => answerOf(database.transaction("attachments").objectStore("attachments").get(key));

/** @param {FileTable} files */
export function storage(files) {
  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;
  /** What is open. Asked for at once, the browser works while Python goes on. @type {IDBDatabase | null} */
  let current = null;
  let superseded = false;
  /** @type {(what: string) => void} */
  let tell = () => {};

  /** @returns {Promise<IDBDatabase>} */
  function opened() {
    if (superseded) return Promise.reject(new SupersededError("a newer version has taken over the database"));
    opening ??= open();
    return opening;
  }

  function open() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** @type {Promise<never>} */
    const blocked = new Promise((_, reject) => {
      wait = () => {
        tell("blocked");
        timer = setTimeout(() => reject(new BlockedError("another tab keeps an older version open")), BLOCKED_WAIT_MS);
      };
    });
    const asked = openDatabase({
      blocked: () => wait(),
      blocking: () => {
        superseded = true;
        close();
        tell("superseded");
      },
      terminated: () => {
        opening = current = null;
        tell("terminated");
      },
    });
    const answer = Promise.race([asked, blocked]).finally(() => clearTimeout(timer));
    answer.then((database) => (current = opening === answer ? database : null), () => (opening = null));
    // One that is opened after nobody waits any more would stand in the way of the next version.
    asked.then((database) => opening === answer || database.close(), () => {});
    return answer;
  }
  let wait = () => {};

  function close() {
    opening?.then((database) => database.close(), () => {});
    opening = current = null;
  }

  /**
   * @template T
   * @param {(database: IDBDatabase) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function using(work) {
    const database = current ?? (await opened());
    try {
      return await work(database);
    } catch (error) {
      // The connection ended without a word, which WebKit does after a pause; nothing had begun.
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
      close();
      return await work(await opened());
    }
  }

  /**
   * @param {(database: IDBDatabase) => Promise<Answer>} work
   * @returns {Promise<Answer>}
   */
  async function answered(work) {
    try {
      return await using(work);
    } catch (error) {
      if (error instanceof RevisionChanged) return packed({ conflict: { key: error.key } }, [error.record]);
      return { json: JSON.stringify({ error: wrong(error) }), bytes: NOTHING };
    }
  }

  return {
    /** @param {PyCall<[string]>} call told "blocked", "superseded" or "terminated" */
    listen(call) {
      tell = kept(call);
    },

    /** @param {string} operationsText @param {PyBytes} texts */
    transact(operationsText, texts) {
      const operations = unpacked(operationsText, bytesOf(texts));
      return answered(async (database) => packed({}, await run(database, operations)));
    },

    /** @param {string} key @param {PyBytes | string} bytes or a handle @param {string} mediaType */
    putBlob(key, bytes, mediaType) {
      const blob = typeof bytes === "string" ? files.get(bytes) : new Blob([bytesOf(bytes)], { type: mediaType });
      return answered(async (database) => {
        const transaction = database.transaction("attachments", "readwrite");
        const end = endOf(transaction);
        const store = transaction.objectStore("attachments");
        try {
          if ((await answerOf(store.getKey(key))) === undefined) await answerOf(store.put(blob, key));
          await end;
        } catch (error) {
          throw await causeOf(error, end);
        }
        return packed({}, []);
      });
    },

    /** @param {string} key @returns {Promise<{ json: string, bytes: Uint8Array | undefined }>} */
    async getBlob(key) {
      /** @type {Uint8Array | undefined} */
      let bytes;
      const { json } = await answered(async (database) => {
        const blob = await attachment(database, key);
        if (blob instanceof Blob) bytes = new Uint8Array(await blob.arrayBuffer());
        return packed({}, []);
      });
      return { json, bytes };
    },

    /** The blob as a file to be read in slices. @param {string} key @returns {Promise<{ json: string, handle: string }>} */
    async openBlob(key) {
      let handle = "";
      const { json } = await answered(async (database) => {
        const blob = await attachment(database, key);
        if (blob instanceof Blob) handle = files.keep(blob);
        return packed({}, []);
      });
      return { json, handle };
    },

    /** @returns {Promise<string>} used_bytes, quota_bytes, persisted; null where the browser does not say */
    async estimate() {
      /** @type {{ usage?: number | null, quota?: number | null, usageDetails?: { indexedDB?: number } }} */
      const { usage = null, quota = null, usageDetails } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
      const persisted = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
      // Where the browser tells them apart, without the program that the service worker keeps.
      return JSON.stringify({ used_bytes: usageDetails?.indexedDB ?? usage, quota_bytes: quota, persisted });
    },
  };
}

/** @param {string} text @param {Uint8Array} bytes @returns {Operation[]} */
function unpacked(text, bytes) {
  /** @type {{ operations: Operation[], sizes: number[] }} */
  const { operations, sizes } = JSON.parse(text);
  let end = 0;
  // Copies: a part of a longer array would be stored with all of it.
  const pieces = sizes.map((size) => bytes.slice(end, (end += size)));
  for (const { record = {}, texts = {}, bytes = {} } of operations) {
    for (const [name, place] of Object.entries(texts)) record[name] = decoder.decode(pieces[place]);
    for (const [name, place] of Object.entries(bytes)) record[name] = pieces[place];
  }
  return operations;
}

/** @param {Record<string, unknown>} answer @param {unknown[]} results @returns {Answer} */
function packed(answer, results) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  const light = results.map((result) => (Array.isArray(result) ? result.map(lighten) : lighten(result)));
  const sizes = pieces.map((piece) => piece.length);
  return { json: JSON.stringify({ ...answer, results: light, sizes }), bytes: joined(pieces) };

  /** @param {any} record */
  function lighten(record) {
    if (record === null || typeof record !== "object") return record;
    if (record instanceof Blob) return { record: { size: record.size, media_type: record.type } };
    /** @type {Record<string, number>} */
    const texts = {};
    /** @type {Record<string, number>} */
    const bytes = {};
    const rest = { ...record };
    for (const [name, value] of Object.entries(record)) {
      if (value instanceof Uint8Array) bytes[name] = pieces.push(value) - 1;
      else if (typeof value === "string" && value.length >= LONG_TEXT) texts[name] = pieces.push(encoder.encode(value)) - 1;
      else continue;
      delete rest[name];
    }
    return { record: rest, texts, bytes };
  }
}
