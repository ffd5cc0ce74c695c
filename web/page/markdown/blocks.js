/**
 * Markdown that arrives in pieces, as top-level blocks: the finished ones once, the open end as often as asked.
 *
 * Block structure is decided line by line, so appended text can only change the last top-level block
 * of the complete lines. Three things look further, and each has its answer here: a last line without its
 * end (never trusted for a cut), a maths block without its end (`env.openLine`), and link references, which
 * may be defined after their use (`final` then differs, see `referencesFound`).
 *
 * No DOM here: text in, HTML strings out.
 */

/** @import { MarkdownIt, Token } from "markdown-it" */
/** @typedef {Record<string, any>} Env */

/** @param {string} text */
const normalise = (text) => text.replace(/\r\n?/g, "\n").replace(/\0/g, "\ufffd");

/**
 * The top-level blocks of a text, with block structure only.
 * @param {MarkdownIt} md @param {string} text @param {Env} env
 */
export function parseBlocks(md, text, env) {
  /** @type {Token[]} */
  const tokens = [];
  md.block.parse(text, md, env, tokens);
  /** @type {Token[][]} */
  const blocks = [];
  for (const token of tokens) {
    if (token.level === 0 && token.nesting >= 0) blocks.push([token]);
    else blocks.at(-1)?.push(token);
  }
  return blocks;
}

/**
 * One block as HTML. Runs the rules that come after the block rules, as `md.render` would.
 * @param {MarkdownIt} md @param {Token[]} tokens @param {Env} env
 */
export function renderBlock(md, tokens, env) {
  const state = new md.core.State("", md, env);
  state.tokens = tokens;
  for (const rule of md.core.ruler.getRules("").slice(2)) rule(state);
  return md.renderer.render(state.tokens, md.options, env);
}

/** @param {Token} token @param {string[]} lines */
function fenceIsClosed(token, lines) {
  const [start, end] = token.map ?? [0, 0];
  const last = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(lines[end - 1] ?? "");
  return end - start > 1 && last !== null && last[1].startsWith(token.markup);
}

/**
 * The line before which nothing can change any more.
 * @param {Token[][]} blocks @param {string[]} lines @param {number | undefined} openLine
 */
function stableLine(blocks, lines, openLine) {
  const last = blocks.at(-1)?.[0];
  if (!last?.map) return 0;
  const ended = last.type === "hr" || last.type === "heading_open"
    || (last.type === "fence" && fenceIsClosed(last, lines)) || last.type === "math_block";
  const cut = ended ? last.map[1] : last.map[0];
  if (openLine === undefined || openLine >= cut) return cut;
  return blocks.findLast(([token]) => (token.map?.[0] ?? 0) <= openLine)?.[0].map?.[0] ?? 0;
}

export class BlockStream {
  #md;
  #tail = "";
  /** @type {Env} */
  #env = { references: {} };
  /** @type {{mark: string, line: string} | null} */
  #fence = null;
  #fenceText = "";

  /** @param {MarkdownIt} md */
  constructor(md) {
    this.#md = md;
  }

  /** How much text is not yet in finished blocks. */
  get pending() {
    return this.#tail.length;
  }

  /** Whether a link reference was defined: blocks finished before it may look different now. */
  get referencesFound() {
    return Object.keys(this.#env.references).length > 0;
  }

  /** @param {string} text */
  push(text) {
    this.#tail += text;
    if (this.#fence) this.#extendFence(text);
  }

  /** Finished blocks since the last call, one at a time. With `final`, everything is finished. @param {boolean} [final] */
  *finished(final = false) {
    if (this.#fence && !final) return;
    this.#fence = null;
    // The second half of a line end may still come.
    if (!final && this.#tail.endsWith("\r")) return;
    this.#tail = normalise(this.#tail);
    let head = this.#tail;
    if (!final) {
      const complete = head.slice(0, head.lastIndexOf("\n") + 1);
      if (!complete) return;
      /** @type {Env} */
      const probe = { references: {} };
      const lines = complete.split("\n");
      const cut = stableLine(parseBlocks(this.#md, complete, probe), lines, probe.openLine);
      if (cut === 0) return;
      head = `${lines.slice(0, cut).join("\n")}\n`;
    }
    this.#tail = this.#tail.slice(head.length);
    for (const block of parseBlocks(this.#md, head, this.#env)) yield renderBlock(this.#md, block, this.#env);
  }

  /** The blocks of the open end, as they look now. */
  open() {
    const text = normalise(this.#tail);
    const env = { references: { ...this.#env.references }, live: true };
    const blocks = parseBlocks(this.#md, text, env);
    const [first] = blocks[0] ?? [];
    if (blocks.length === 1 && first.type === "fence" && text.startsWith(first.markup) && !fenceIsClosed(first, text.split("\n"))) {
      this.#fence = { mark: first.markup, line: text.slice(text.lastIndexOf("\n") + 1) };
      this.#fenceText = "";
      // The line that names the language may not be complete yet.
      if (!text.includes("\n")) this.#fence = null;
    }
    return blocks.map((block) => renderBlock(this.#md, block, env));
  }

  /** Code that came since the last call while the open end is one unclosed fence, else null. */
  fenceText() {
    if (!this.#fence) return null;
    const text = this.#fenceText;
    this.#fenceText = "";
    return text;
  }

  /** @param {string} text */
  #extendFence(text) {
    const fence = this.#fence;
    if (!fence || text.includes("\r") || text.includes("\0")) {
      this.#fence = null;
      return;
    }
    const lines = (fence.line + text).split("\n");
    const mark = fence.mark[0];
    // A line that is or may become the closing fence ends the short way; the whole block is drawn again.
    if (lines.some((line) => new RegExp(`^ {0,3}${mark}+[ \\t]*$`).test(line))) {
      this.#fence = null;
      return;
    }
    fence.line = lines.at(-1) ?? "";
    this.#fenceText += text;
  }
}
