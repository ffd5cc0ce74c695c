/**
 * The database "inglenook": its name, its version, its stores, how it is opened, and its answers as promises.
 *
 * The page reads from it too, before Python is there, but never makes it.
 */

export const NAME = "inglenook";
/** 3: texts of conversations are bytes, which an older program could not read; it makes way. */
export const VERSION = 3;
export const STORES = ["conversations", "threads", "drafts", "attachments", "activity", "connections", "settings", "search", "debug"];

/** @param {{ blocked: () => void, blocking: () => void, terminated: () => void }} told */
export async function openDatabase({ blocked, blocking, terminated }) {
  const request = indexedDB.open(NAME, VERSION);
  request.onblocked = blocked;
  // Only ever adds what is missing; what is there is never touched.
  request.onupgradeneeded = () => {
    const database = request.result;
    for (const store of STORES) if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
  };
  const database = await answerOf(request);
  database.onversionchange = blocking;
  database.onclose = terminated;
  return database;
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export const answerOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * The end of a transaction. One that fails is aborted, and says why if it was not we who did it.
 * @param {IDBTransaction} transaction
 */
export function endOf(transaction) {
  /** @type {Promise<void>} */
  const end = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
  // Whoever waits for it meets its failure; without this a browser would report it a second time as unhandled.
  end.catch(() => {});
  return end;
}
