/**
 * Bundles the page, the worker and the styles with esbuild.
 *
 * Usage: node bundle.mjs CONFIG.json, with { web, out, sizes, build }: the sources, the folder to fill, and what the
 * worker's start knows of its downloads and its build.
 */

import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const { web, out, sizes, build: id } = JSON.parse(await readFile(process.argv[2], "utf8"));

const common = { bundle: true, minify: true, legalComments: "none", target: "es2022", logLevel: "error", absWorkingDir: web };
const define = { __SIZES__: JSON.stringify(sizes), __BUILD__: JSON.stringify(id) };

try {
  await Promise.all([early(), page(), worker(), styles(), formulas()]);
} catch (error) {
  // esbuild has printed what is wrong in the sources; everything else has not been said yet.
  if (!error.errors) console.error(String(error.message ?? error));
  process.exit(1);
}

/** What the build writes into the page itself. */
function early() {
  return build({ ...common, entryPoints: ["page/last-visit.js"], outfile: join(out, "early.js"), format: "iife" });
}

function page() {
  const own = { ...common, define, outdir: join(out, "assets"), format: "esm" };
  // What the first paint needs is one file: a second one would be found only after the first has come.
  const later = ["./rich-text.js", "./rescue.js"];
  const first = build({ ...own, entryPoints: ["page/main.js"], external: later });
  const parts = { entryNames: "[name]", chunkNames: "part-[hash]", splitting: true };
  const rest = build({ ...own, ...parts, entryPoints: ["page/rich-text.js", "page/rescue.js"] });
  return Promise.all([first, rest]);
}

function worker() {
  // Pyodide is loaded from beside it at run time, never bundled.
  return build({ ...common, define, entryPoints: ["worker/start.js"], outfile: join(out, "worker/start.js"), format: "esm" });
}

function styles() {
  return build({ ...common, entryPoints: ["css/index.css"], outfile: join(out, "assets/app.css") });
}

/** KaTeX's style sheet with the one kind of font that every browser of today reads. */
async function formulas() {
  const from = join(web, "node_modules/katex/dist");
  const to = join(out, "assets/katex");
  await mkdir(join(to, "fonts"), { recursive: true });
  const css = await readFile(join(from, "katex.min.css"), "utf8");
  const old = /,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g;
  await writeFile(join(to, "katex.min.css"), css.replace(old, ""));
  const fonts = (await readdir(join(from, "fonts"))).filter((name) => name.endsWith(".woff2"));
  await Promise.all(fonts.map((name) => copyFile(join(from, "fonts", name), join(to, "fonts", name))));
}
