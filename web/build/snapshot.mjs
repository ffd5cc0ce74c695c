/**
 * Boots Pyodide in Node, lets Python import everything, and writes the memory as it is then.
 *
 * Usage: node snapshot.mjs CONFIG.json, with { pyodide, wheels, script, snapshot, report }: a folder, a list of
 * files, the Python that runs inside, and the two files to write. The snapshot is packed, and not yet gzipped; the
 * report says how long it is unpacked and which modules it holds.
 */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pack } from "../worker/sparse.js";
import { zeroFreeMemory } from "./free-memory.mjs";

// An error's own report would quote the line it came from, and Pyodide is one line of a megabyte.
process.on("uncaughtException", (error) => {
  console.error(String(error?.message ?? error));
  process.exit(1);
});

const { pyodide: folder, wheels, script, snapshot, report } = JSON.parse(await readFile(process.argv[2], "utf8"));
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);

const pyodide = await loadPyodide({
  _makeSnapshot: true,
  // No docstrings, no asserts and no columns in tracebacks: together a megabyte less to download.
  args: ["-OO", "-X", "no_debug_ranges"],
  env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" },
});
const sitePackages = pyodide.runPython("import site; site.getsitepackages()[0]");
for (const wheel of wheels) pyodide.unpackArchive(new Uint8Array(await readFile(wheel)), "wheel", { extractDir: sitePackages });

const scope = pyodide.toPy({ __name__: "in_snapshot" });
pyodide.runPython(await readFile(script, "utf8"), { globals: scope, filename: script });
const [fill, settle] = [scope.get("fill"), scope.get("settle")];
const names = fill();
const modules = names.toJs();
const before = pyodide._module.HEAPU8.length;
settle();
for (const proxy of [names, fill, settle, scope]) proxy.destroy();
const filled = zeroFreeMemory(pyodide._module);

const memory = pyodide.makeMemorySnapshot();
await writeFile(snapshot, pack(memory));
await writeFile(report, JSON.stringify({ raw: memory.length, heap: before, filled, modules }));
process.exit(0);
