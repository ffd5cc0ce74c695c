/**
 * Everything of the browser that Python is given, as one object.
 *
 * Its functions take and answer text, numbers and bytes, and none of their promises rejects.
 */

import { files } from "./files.js";
import { http } from "./http.js";
import { jobs } from "./jobs.js";
import { page } from "./page.js";
import { storage } from "./storage.js";
import { tabs } from "./tabs.js";

/** @param {string} moduleUrl where this worker's module is, for another one */
export function host(moduleUrl) {
  const table = files();
  return { page: page(table), files: table, storage: storage(table), http: http(), tabs: tabs(), jobs: jobs(table, moduleUrl) };
}
