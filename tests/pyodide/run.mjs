/**
 * The suites that need no browser, once more in the Python that the browser has.
 *
 * Usage: node run.mjs CONFIG.json, with { pyodide, wheels, root, arguments }.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// An error's own report would quote the line it came from, and Pyodide is one line of a megabyte.
process.on("uncaughtException", (error) => {
  console.error(String(error?.message ?? error));
  process.exit(1);
});

const settings = JSON.parse(await readFile(process.argv[2], "utf8"));
const { loadPyodide } = await import(pathToFileURL(join(settings.pyodide, "pyodide.mjs")).href);
const pyodide = await loadPyodide({ env: { HOME: "/home/pyodide", COLUMNS: "120", PYTHONDONTWRITEBYTECODE: "1" } });
const sitePackages = pyodide.runPython("import site; site.getsitepackages()[0]");
for (const wheel of settings.wheels) {
  pyodide.unpackArchive(new Uint8Array(await readFile(wheel)), "wheel", { extractDir: sitePackages });
}
pyodide.mountNodeFS("/project", settings.root);
const scope = pyodide.toPy({ __name__: "in_pyodide" });
const script = join(settings.root, "tests/pyodide/in_pyodide.py");
pyodide.runPython(await readFile(script, "utf8"), { globals: scope, filename: script });
process.exit(scope.get("run")(pyodide.toPy(settings.arguments)));
