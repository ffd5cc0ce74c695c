/**
 * The database, as the page itself reads it.
 *
 * Never creates or upgrades it: that is the worker's, and a database made here would lack its stores.
 */

/** @returns {Promise<IDBDatabase | null>} */
export function openDatabase() {
  return new Promise((resolve) => {
    const request = indexedDB.open("inglenook");
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = (event) => {
      event.preventDefault();
      resolve(null);
    };
    request.onsuccess = () => {
      const database = request.result;
      // The worker may have to upgrade it.
      database.onversionchange = () => database.close();
      resolve(database);
    };
  });
}
