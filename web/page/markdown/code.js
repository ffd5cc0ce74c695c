/**
 * Code blocks: long ones are laid out in parts, and colours come afterwards, in idle time, piece by piece.
 *
 * A part is an element of its own, so that new code or new colours lay out that part again and not the
 * whole block. The text of the block never changes.
 */

import { cleanColours } from "./wall.js";

const PART_LINES = 80;
const PIECE = 6_000;
// A string or comment that runs over the end of a piece makes the piece longer, but never than this.
const LONGEST_PIECE = 24_000;
const LONGEST_CODE = 400_000;

/** @type {Promise<typeof import("./languages.js")> | null} */
let coming = null;

/** @param {string} text */
function newPart(text) {
  const part = document.createElement("span");
  part.className = "code-part";
  part.textContent = text;
  return part;
}

/** Breaks long code into parts. @param {Element} code */
export function layOut(code) {
  const text = code.textContent;
  if (text.length < PART_LINES * 8) return;
  const lines = text.split("\n");
  if (lines.length <= PART_LINES + 1) return;
  const parts = [];
  for (let i = 0; i < lines.length; i += PART_LINES) {
    const last = i + PART_LINES >= lines.length;
    const piece = lines.slice(i, i + PART_LINES).join("\n") + (last ? "" : "\n");
    if (piece) parts.push(newPart(piece));
  }
  code.replaceChildren(...parts);
}

/** Adds code to the end of an open block. @param {Element} code @param {string} text */
export function extend(code, text) {
  let part = code.lastElementChild ?? code;
  const node = part.lastChild;
  if (node instanceof Text) node.appendData(text);
  else part.append(text);
  if (part !== code && part.textContent.length < PART_LINES * 60) return;
  if (part === code) layOut(code);
  else {
    // A part must end with a line.
    const whole = part.textContent;
    const cut = whole.lastIndexOf("\n") + 1;
    if (!cut) return;
    part.textContent = whole.slice(0, cut);
    code.append(newPart(whole.slice(cut)));
  }
}

/** @param {string} text @param {number} from */
function pieceEnd(text, from) {
  if (text.length - from <= PIECE * 1.5) return text.length;
  // An empty line before an unindented one is where a language is most likely at its top level.
  const gap = /\n\s*\n(?=\S)/g;
  gap.lastIndex = from + PIECE;
  const found = gap.exec(text.slice(0, from + PIECE * 2));
  if (found) return found.index + found[0].length;
  return (text.indexOf("\n", from + PIECE) + 1) || text.length;
}

/**
 * Colours a block of code; each step is one piece.
 * @param {HTMLElement} code
 */
export async function* colour(code) {
  const name = code.dataset.language?.toLowerCase() ?? "";
  const text = code.textContent;
  if (!name || text.length > LONGEST_CODE) return;
  coming ??= import("./languages.js");
  const { hljs } = await coming;
  if (!hljs.getLanguage(name)) return;
  const parts = [];
  let start = 0;
  while (start < text.length) {
    let end = pieceEnd(text, start);
    let result = hljs.highlight(text.slice(start, end), { language: name, ignoreIllegals: true });
    while (end < text.length && result._top && "parent" in result._top && end - start < LONGEST_PIECE) {
      yield;
      end = pieceEnd(text, end);
      result = hljs.highlight(text.slice(start, end), { language: name, ignoreIllegals: true });
    }
    const clean = cleanColours(result.value);
    if (start === 0 && end === text.length) {
      if (code.textContent === text) code.replaceChildren(clean);
      return;
    }
    const part = newPart("");
    part.append(clean);
    parts.push(part);
    start = end;
    yield;
  }
  if (code.textContent === text) code.replaceChildren(...parts);
}
