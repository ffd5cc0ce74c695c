/**
 * Saves what is stored as one JSON file, straight from IndexedDB, when Python cannot start.
 *
 * Knows the stores by name. Never reads the store of connections, and leaves out every setting that could be
 * a secret: the file is meant to be kept anywhere.
 */

const STORES = ["conversations", "threads", "drafts", "attachments", "settings"];
const SECRET = /key|token|secret|password|authorization|credential/i;
// Many small parts cost more memory than the text; now and then they become one blob, which may lie on disk.
const PARTS = 500;

/** @param {Blob | ArrayBuffer | ArrayBufferView} data @returns {Promise<string>} */
async function base64(data) {
  const bytes = new Uint8Array(await new Response(/** @type {BodyInit} */ (data)).arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** A stored value as JSON can hold it. @param {unknown} value @param {boolean} guarded @returns {Promise<unknown>} */
async function plain(value, guarded) {
  if (value instanceof Blob) return { media_type: value.type, base64: await base64(value) };
  // The text of a conversation, made small.
  if (value instanceof Uint8Array) return new Response(new Blob([/** @type {BlobPart} */ (value)]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { base64: await base64(value) };
  if (Array.isArray(value)) return Promise.all(value.map((item) => plain(item, guarded)));
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  /** @type {Record<string, unknown>} */
  const result = {};
  for (const [name, item] of Object.entries(value)) {
    if (!guarded || !SECRET.test(name)) result[name] = await plain(item, guarded);
  }
  return result;
}

/** @returns {Promise<IDBDatabase | null>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("inglenook");
    let made = false;
    request.onupgradeneeded = () => {
      made = true;
      request.transaction?.abort();
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      if (made) resolve(null);
      else reject(request.error);
    };
  });
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {string} text @param {string} name */
function download(text, name) {
  const link = document.createElement("a");
  link.href = text;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(text), 60_000);
}

/** @param {(records: number) => void} tell @returns {Promise<number>} how many records were saved */
export async function saveEverything(tell) {
  const database = await openDatabase();
  if (!database) return 0;
  /** @type {BlobPart[]} */
  let parts = [`{"format":"inglenook-rescue","version":1,"saved":${JSON.stringify(new Date())},"stores":{`];
  let count = 0;
  try {
    const stores = STORES.filter((name) => database.objectStoreNames.contains(name));
    for (const [i, store] of stores.entries()) {
      parts.push(`${i ? "," : ""}\n${JSON.stringify(store)}:[`);
      const keys = await done(database.transaction(store).objectStore(store).getAllKeys());
      let first = true;
      for (const key of keys) {
        const guarded = store === "settings";
        if (guarded && (key === "view" || SECRET.test(String(key)))) continue;
        const value = await done(database.transaction(store).objectStore(store).get(key));
        parts.push(`${first ? "" : ","}\n${JSON.stringify({ key, value: await plain(value, guarded) })}`);
        first = false;
        count += 1;
        if (count % 50 === 0) tell(count);
        if (parts.length > PARTS) parts = [new Blob(parts)];
      }
      parts.push("]");
    }
  } finally {
    database.close();
  }
  parts.push("}}\n");
  const day = new Date().toISOString().slice(0, 10);
  if (count > 0) download(URL.createObjectURL(new Blob(parts, { type: "application/json" })), `inglenook-rescue-${day}.json`);
  return count;
}
