/**
 * Asks the database for what the last visit left, in the page itself: opening it is the longest step on the way to
 * the first paint, and this way it begins before the first file is there.
 */

import { openDatabase } from "./database.js";

/** @import { StoredText } from "./types" */

/** The records of the view and of the draft as they are stored, or none. @returns {Promise<StoredText[]>} */
async function read() {
  const database = await openDatabase();
  if (!database?.objectStoreNames.contains("settings")) {
    database?.close();
    return [];
  }
  const settings = database.transaction("settings").objectStore("settings");
  /** @param {string} key @returns {Promise<StoredText>} */
  const get = (key) =>
    new Promise((resolve) => {
      const request = settings.get(key);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(undefined);
    });
  const conversation = /^#\/c\/([^/?]+)/.exec(location.hash)?.[1] ?? "";
  const found = Promise.all([get("view"), get(`draft:${conversation}`)]);
  database.close();
  return found;
}

// What is wrong with the database, the worker finds and says.
globalThis.lastVisit = read().catch(() => []);
