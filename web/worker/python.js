/**
 * Python, as fast as it can be had: from the memory snapshot, and if that fails from its packages.
 */

/** @import { Counter, Python } from "./types.d.ts" */

import { counted, memoryOf } from "./download.js";

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
  const download = wasKept() ? plainFetch.bind(self) : counted(plainFetch.bind(self), count);
  // All three at once: the compiler works beside the thread that reads the memory.
  const compiled = compile(download(at(WASM)));
  const snapshot = memoryOf(download(at(SNAPSHOT)), __SIZES__[`${SNAPSHOT}.raw`]);
  for (const each of [compiled, snapshot]) each.catch(() => {});
  // Pyodide would ask for the file that is being compiled.
  self.fetch = async (input, init) => (input === at(WASM) ? new Response() : download(input, init));
  try {
    const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
      import(at("pyodide.mjs")),
      import(at("pyodide.asm.mjs")),
    ]);
    const common = { indexURL: at(""), createPyodideModule };
    try {
      return await withCompiled(compiled, () =>
        loadPyodide({ ...common, lockFileContents: NO_PACKAGES, stdLibURL: at(STDLIB), _loadSnapshot: snapshot }),
      );
    } catch (error) {
      console.warn("The snapshot did not load; starting from packages instead.", error);
      say("Starting from packages");
      return await withCompiled(compiled, () =>
        loadPyodide({ ...common, lockFileURL: at("pyodide-lock.json"), packages: ["inglenook"] }),
      );
    }
  } finally {
    self.fetch = plainFetch;
  }
}

/** Whether it is the service worker that brings the files: then nothing is downloaded. */
function wasKept() {
  const [own] = performance.getEntriesByName(import.meta.url);
  return own instanceof PerformanceResourceTiming && own.workerStart > 0;
}

/** @param {Promise<Response>} fetched @returns {Promise<WebAssembly.Module>} */
async function compile(fetched) {
  const response = await fetched;
  if (!response.ok) throw new Error(`${WASM}: status ${response.status}`);
  // Not every static host knows the type that a browser asks for before it compiles what is still arriving.
  return response.headers.get("Content-Type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/**
 * Run a start with a module that is being compiled. That it cannot be is the start's failure: Pyodide itself only
 * logs it and then waits for ever.
 * @template T
 * @param {Promise<WebAssembly.Module>} compiled
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
async function withCompiled(compiled, load) {
  const { instantiateStreaming } = WebAssembly;
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = (_source, imports) => {
      const made = compiled.then(async (module) => ({ module, instance: await WebAssembly.instantiate(module, imports) }));
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
