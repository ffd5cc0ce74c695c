/**
 * A list of operations as one IndexedDB transaction: all of it happens, or nothing.
 *
 * Nothing waits between two operations, so the transaction cannot end early and the order is the list's.
 * A revision that is not as expected, or a record where none may be, undoes what was asked after and before it.
 */

/** @import { Operation } from "./types.d.ts" */

import { answerOf, endOf } from "./database.js";

const WRITES = new Set(["put", "add", "delete"]);

export class RevisionChanged extends Error {
  /** @param {string} key @param {unknown} record */
  constructor(key, record) {
    super(key);
    this.key = key;
    this.record = record;
  }
}

/**
 * @param {IDBDatabase} database
 * @param {Operation[]} operations
 * @returns {Promise<unknown[]>} one result for each operation
 * @throws {RevisionChanged}
 */
export async function run(database, operations) {
  const stores = [...new Set(operations.map((operation) => operation.store))];
  if (!stores.length) return [];
  const mode = operations.some((operation) => WRITES.has(operation.op)) ? "readwrite" : "readonly";
  const transaction = database.transaction(stores, mode);
  const end = endOf(transaction);
  try {
    const steps = operations.map((operation) => {
      const asked = step(transaction.objectStore(operation.store), operation);
      asked.catch(() => {});
      return asked;
    });
    // The database need not wait for us to hear of each step, unless one may still undo the others.
    if (!operations.some(({ op }) => op === "expect")) transaction.commit();
    const results = await inOrder(operations, steps);
    await end;
    return results;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself, which is what was wanted.
    }
    throw await causeOf(error, end);
  }
}

/**
 * Why something failed: the transaction knows it (a full disk), its requests only know that they were aborted.
 * @param {unknown} error @param {Promise<void>} end
 */
export async function causeOf(error, end) {
  const cause = await end.then(() => null, (reason) => reason);
  return isAbort(error) && cause ? cause : error;
}

/** @param {Operation[]} operations @param {Promise<unknown>[]} steps */
async function inOrder(operations, steps) {
  /** @type {unknown[]} */
  const results = [];
  for (const [place, operation] of operations.entries()) {
    const result = await steps[place].catch((error) => {
      throw operation.op === "add" && isThere(error) ? new RevisionChanged(operation.key, null) : error;
    });
    if (operation.op === "expect") {
      const found = result === undefined ? 0 : /** @type {any} */ (result)?.revision;
      if (found !== operation.revision) throw new RevisionChanged(operation.key, result ?? null);
    }
    results.push(operation.op === "expect" || WRITES.has(operation.op) ? null : (result ?? null));
  }
  return results;
}

/** @param {IDBObjectStore} store @param {Operation} operation @returns {Promise<unknown>} */
function step(store, { op, key, record, except }) {
  switch (op) {
    case "get":
    case "expect":
      return answerOf(store.get(key));
    case "put":
      return answerOf(store.put(record, key));
    case "add":
      return answerOf(store.add(record, key));
    case "delete":
      return answerOf(store.delete(key));
    case "all":
      return except ? allBut(store, except) : answerOf(store.getAll());
    case "keys":
      return answerOf(store.getAllKeys());
    default:
      throw new TypeError(`no such operation: ${op}`);
  }
}

/** @param {IDBObjectStore} store @param {string[]} prefixes */
async function allBut(store, prefixes) {
  const [keys, records] = await Promise.all([answerOf(store.getAllKeys()), answerOf(store.getAll())]);
  return records.filter((/** @type {unknown} */ _, /** @type {number} */ place) => !prefixes.some((prefix) => String(keys[place]).startsWith(prefix)));
}

/** @param {unknown} error */
const isThere = (error) => error instanceof DOMException && error.name === "ConstraintError";

/** @param {unknown} error */
const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";
