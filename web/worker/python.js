/**
 * Python, as fast as it can be had: from the memory snapshot, and if that fails from its packages.
 */

/** @import { Counter, Python } from "./types.d.ts" */

import { counted, unpacked } from "./download.js";

/** @param {string} name */
const at = (name) => new URL(`../python/${name}`, import.meta.url).href;

const WASM = "pyodide.asm.wasm";
const SNAPSHOT = "inglenook.snapshot";
const STDLIB = __SIZES__["stdlib.zip"] ? "stdlib.zip" : "python_stdlib.zip";
/** Bytes that a first visit downloads and counts. */
export const TOTAL = [WASM, SNAPSHOT, STDLIB].reduce((sum, name) => sum + (__SIZES__[name] ?? 0), 0);

// Nothing is installed into a snapshot, so the list of packages is not worth a request.
const NO_PACKAGES = {
  info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
  packages: {},
};

/**
 * @param {Counter} count told of bytes, if they had to be downloaded
 * @param {(what: string) => void} say what is being done, for a start that takes its time
 * @returns {Promise<Python>}
 */
export async function python(count, say) {
  const plainFetch = self.fetch;
  let first = false;
  let before = 0;
  const downloading = downloads().then((answer) => {
    first = answer;
    if (!first) return;
    count(before);
    self.fetch = counted(plainFetch.bind(self), count);
  });
  const early = (/** @type {number} */ bytes) => (first ? count(bytes) : (before += bytes));
  const snapshot = unpacked(at(SNAPSHOT), early, __SIZES__[`${SNAPSHOT}.raw`]);
  snapshot.catch(() => {});
  try {
    const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
      import(at("pyodide.mjs")),
      import(at("pyodide.asm.mjs")),
      downloading,
    ]);
    const common = { indexURL: at(""), createPyodideModule };
    try {
      return await guarded(() =>
        loadPyodide({ ...common, lockFileContents: NO_PACKAGES, stdLibURL: at(STDLIB), _loadSnapshot: snapshot }),
      );
    } catch (error) {
      console.warn("The snapshot did not load; starting from packages instead.", error);
      say("Starting from packages");
      return await guarded(() => loadPyodide({ ...common, lockFileURL: at("pyodide-lock.json"), packages: ["inglenook"] }));
    }
  } finally {
    self.fetch = plainFetch;
  }
}

/** Whether the large files are not kept yet by the service worker. */
async function downloads() {
  try {
    // The service worker keeps a file under its address and hash.
    return !(await caches.match(at(WASM), { ignoreSearch: true }));
  } catch {
    return true;
  }
}

/**
 * Run a start that may never end: Pyodide only logs a WebAssembly file that is missing or damaged and then
 * waits for it for ever, so the failure is taken where it happens.
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
async function guarded(load) {
  const { instantiateStreaming } = WebAssembly;
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = (/** @type {any} */ ...given) => {
      const made = instantiateStreaming.apply(WebAssembly, given);
      made.catch(reject);
      return made;
    };
  });
  try {
    return await Promise.race([load(), failed]);
  } finally {
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}
