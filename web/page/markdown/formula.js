/** Draws formulas with KaTeX, which is fetched with its style sheet when the first formula shows up. */

import { cleanFormula } from "./wall.js";

/** @import katex from "katex" */

const STYLE = "assets/katex/katex.min.css";
const KEPT = 300;

/** @type {typeof katex | null} */
let engine = null;
/** @type {Promise<void> | null} */
let coming = null;
/** Drawn formulas by TeX: the open end of an answer is drawn many times. @type {Map<string, HTMLElement>} */
const drawn = new Map();

/** Whether formulas can be drawn now. */
export const formulasReady = () => engine !== null;

/** Fetches KaTeX and its style sheet once. */
export function loadFormulas() {
  coming ??= import("katex").then((module) => {
    engine = module.default;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(STYLE, document.baseURI).href;
    document.head.append(link);
  });
  return coming;
}

/** @param {string} tex @param {boolean} displayMode */
function draw(tex, displayMode) {
  const key = `${displayMode ? "d" : "i"}${tex}`;
  let node = drawn.get(key);
  if (!node) {
    node = document.createElement("span");
    // Through the DOM, not as a string: a content security policy refuses inline styles in HTML.
    engine?.render(tex, node, {
      displayMode, output: "htmlAndMathml", trust: false, throwOnError: false, strict: "ignore", maxExpand: 300, maxSize: 30,
    });
    cleanFormula(node);
    drawn.set(key, node);
    if (drawn.size > KEPT) drawn.delete(/** @type {string} */ (drawn.keys().next().value));
  }
  return node.cloneNode(true);
}

/** Formulas below a node that are still TeX. @param {ParentNode} root @returns {NodeListOf<HTMLElement>} */
export const undrawn = (root) => root.querySelectorAll(".math:not([data-drawn])");

/** Draws one formula in its place. @param {HTMLElement} element */
export function drawFormula(element) {
  const copy = draw(element.textContent, element.classList.contains("math-display"));
  element.replaceChildren(...copy.childNodes);
  element.dataset.drawn = "";
}
