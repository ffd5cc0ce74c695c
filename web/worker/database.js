/**
 * The database "inglenook": its name, its version, its stores, and how it is opened.
 *
 * The page reads from it too, before Python is there; whoever opens it first makes the stores.
 */

import { openDB } from "idb";

export const NAME = "inglenook";
/** 3: texts of conversations are bytes, which an older program could not read; it makes way. */
export const VERSION = 3;
export const STORES = ["conversations", "threads", "drafts", "attachments", "activity", "connections", "settings", "search", "debug"];

/**
 * @param {{ blocked?: () => void, blocking?: () => void, terminated?: () => void }} [told]
 */
export function openDatabase(told = {}) {
  return openDB(NAME, VERSION, {
    ...told,
    // Only ever adds what is missing; what is there is never touched.
    upgrade(database) {
      for (const store of STORES) if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
    },
  });
}
