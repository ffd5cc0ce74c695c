/** Blocks of HTML as nodes on the page, and the looks that come after: formulas and the colours of code. */

import { colour, layOut } from "./code.js";
import { drawFormula, formulasReady, loadFormulas, undrawn } from "./formula.js";
import { nearness } from "./near.js";
import { idle, schedule } from "./slices.js";
import { cleanMarkdown } from "./wall.js";

/** @typedef {{ html: string, nodes: Element[] }} Block */

/** @param {string} html @returns {Block} */
export function toBlock(html) {
  const fragment = cleanMarkdown(html);
  for (const code of fragment.querySelectorAll("pre > code")) layOut(code);
  return { html, nodes: [...fragment.children] };
}

/** @param {Element} node */
const formulasIn = (node) => [...(node instanceof HTMLElement && node.matches(".math") ? [node] : []), ...undrawn(node)];

/** Draws the formulas of a block, one a step; without KaTeX they stay TeX for now. @param {Block} block */
export function* drawFormulas({ html, nodes }) {
  if (!formulasReady() || !html.includes('class="math')) return;
  for (const formula of nodes.flatMap(formulasIn)) {
    drawFormula(formula);
    yield;
  }
}

/** Draws what is still TeX in an element as soon as KaTeX is there. @param {HTMLElement} element */
export async function drawLateFormulas(element) {
  if (undrawn(element).length === 0) return;
  await loadFormulas();
  const steps = function* () {
    for (const formula of undrawn(element)) {
      drawFormula(formula);
      yield;
    }
  };
  schedule({ distance: () => nearness(element), steps: steps() });
}

/** Colours the code below a node when there is time. @param {ParentNode} root */
export async function colourCode(root) {
  for (const code of root.querySelectorAll("code[data-language]:not([data-coloured])")) {
    code.setAttribute("data-coloured", "");
    await idle();
    for await (const _ of colour(/** @type {HTMLElement} */ (code))) await idle();
  }
}
