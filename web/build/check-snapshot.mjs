/**
 * Restores a snapshot in Node the way that the worker does, and lets Python try what it must be able to do.
 *
 * Usage: node check-snapshot.mjs CONFIG.json, with { pyodide, snapshot, size, library, script }.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { unpack } from "../worker/sparse.js";

// An error's own report would quote the line it came from, and Pyodide is one line of a megabyte.
process.on("uncaughtException", (error) => {
  console.error(String(error?.message ?? error));
  process.exit(1);
});

const { pyodide: folder, snapshot, size, library, script } = JSON.parse(await readFile(process.argv[2], "utf8"));
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const packed = gunzipSync(await readFile(snapshot));
const memory = unpack(packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length), size);
const pyodide = await loadPyodide({ stdLibURL: library, _loadSnapshot: memory });
const scope = pyodide.toPy({ __name__: "after_restore" });
pyodide.runPython(await readFile(script, "utf8"), { globals: scope, filename: script });
console.log(await scope.get("check")());
process.exit(0);
