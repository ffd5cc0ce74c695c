/** Starts Python with nothing in it, as its documentation says, and tells the page. */
import { loadPyodide } from "./python/pyodide.mjs";

await loadPyodide({ indexURL: new URL("python/", import.meta.url).href });
postMessage("ready");
