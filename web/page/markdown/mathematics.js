/**
 * Mathematics in Markdown: `$x$`, `$$x$$`, `\(x\)`, `\[x\]`, in a line and as blocks.
 *
 * Knows where a formula begins and ends. Never learns how one is drawn: a formula becomes an element
 * of class "math" whose text is the TeX.
 */

/** @import { MarkdownIt, StateBlock, StateInline } from "markdown-it" */

// A lone "$$" must not make a reader of the stream wait for its partner for ever.
const LONGEST_BLOCK_LINES = 120;

/** Delimiters of blocks; the same pairs may stand inside a line. */
const PAIRS = /** @type {const} */ ([["$$", "$$"], ["\\[", "\\]"]]);

// "$5 million and 6$" is money: an amount, then a word.
const MONEY = /^\d[\d.,]*\s*[kKmMbB]?\s+[A-Za-z]{2,}/;

/** @param {string} text @param {number} at */
function escaped(text, at) {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes += 1;
  return slashes % 2 === 1;
}

/**
 * The end of a formula that opens at `start` with one dollar, or -1. After pandoc: no space inside
 * the dollars, no digit after the second, and the next dollar decides.
 *
 * @param {string} text @param {number} start
 */
export function closingDollar(text, start) {
  const before = text[start - 1] ?? "";
  const first = text[start + 1] ?? "";
  if (/[\w$]/.test(before) || first === "" || /[\s$]/.test(first)) return -1;
  let end = text.indexOf("$", start + 1);
  while (end > 0 && escaped(text, end)) end = text.indexOf("$", end + 1);
  if (end < 0 || /\s/.test(text[end - 1]) || /[\d$]/.test(text[end + 1] ?? "")) return -1;
  const inside = text.slice(start + 1, end);
  return inside.includes("`") || MONEY.test(inside) ? -1 : end;
}

/** @param {string} text @param {number} start @param {string} close */
function closingMark(text, start, close) {
  const end = text.indexOf(close, start);
  return end > start && text.slice(start, end).trim() ? end : -1;
}

/** @param {StateInline} state @param {boolean} silent */
function inline(state, silent) {
  const { src, pos } = state;
  const two = src.slice(pos, pos + 2);
  let end = -1;
  let width = 2;
  let display = true;
  if (two === "$$") end = closingMark(src, pos + 2, "$$");
  else if (two === "\\[") end = closingMark(src, pos + 2, "\\]");
  else if (two === "\\(") {
    end = closingMark(src, pos + 2, "\\)");
    display = false;
  } else if (two[0] === "$") {
    end = closingDollar(src, pos);
    width = 1;
    display = false;
  }
  if (end < 0 || end >= state.posMax) return false;
  if (!silent) {
    const token = state.push("math", "span", 0);
    token.content = src.slice(pos + width, end).trim();
    token.meta = { display };
  }
  state.pos = end + width;
  return true;
}

/** @param {StateBlock} state @param {number} line */
const lineText = (state, line) => state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]).trimEnd();

/** @param {StateBlock} state @param {number} start @param {number} last @param {boolean} silent */
function block(state, start, last, silent) {
  if (state.sCount[start] - state.blkIndent >= 4) return false;
  const first = lineText(state, start);
  const pair = PAIRS.find(([open]) => first.startsWith(open));
  if (!pair) return false;
  const [open, close] = pair;
  const rest = first.slice(2);
  let line = start;
  let closed = false;
  if (rest.includes(close)) {
    if (rest.indexOf(close) !== rest.length - 2 || rest.length === 2) return false;
    closed = true;
  }
  while (!closed) {
    line += 1;
    if (line >= last || line - start > LONGEST_BLOCK_LINES) break;
    if (!state.isEmpty(line) && state.sCount[line] < state.blkIndent) return false;
    const text = lineText(state, line);
    const at = text.indexOf(close);
    if (at >= 0 && at !== text.length - 2) return false;
    closed = at >= 0;
  }
  if (!closed) {
    if (line - start > LONGEST_BLOCK_LINES || last < state.bMarks.length - 1) return false;
    // More text may still close it: whoever cuts the source must not cut behind this line.
    const env = /** @type {{openLine?: number, live?: boolean}} */ (state.env);
    env.openLine = Math.min(env.openLine ?? start, start);
    if (!env.live || open !== first) return false;
    line -= 1;
  }
  if (silent) return true;
  const body = line === start ? rest : [rest, state.getLines(start + 1, line + 1, state.sCount[start], false)].join("\n");
  const token = state.push("math_block", "div", 0);
  token.block = true;
  token.content = (closed ? body.trimEnd().slice(0, -2) : body).trim();
  token.map = [start, line + 1];
  token.meta = { open: !closed };
  state.line = line + 1;
  return true;
}

/** @param {MarkdownIt} md */
export function mathematics(md) {
  md.inline.ruler.before("escape", "math", inline);
  md.block.ruler.before("fence", "math_block", block, { alt: ["paragraph", "reference", "blockquote", "list"] });
  const escape = md.utils.escapeHtml;
  md.renderer.rules.math = (tokens, i) =>
    `<span class="math${tokens[i].meta?.display ? " math-display" : ""}">${escape(tokens[i].content)}</span>`;
  md.renderer.rules.math_block = (tokens, i) =>
    `<div class="math${tokens[i].meta?.open ? "-open" : ""} math-display">${escape(tokens[i].content)}</div>\n`;
}
