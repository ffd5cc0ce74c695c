/**
 * An answer that arrives: finished blocks are put on the page once, only the open end is drawn again.
 * Knows the element it writes into, never who writes.
 */

import { BlockStream } from "./blocks.js";
import { extend } from "./code.js";
import { colourCode, drawFormulas, drawLateFormulas, toBlock } from "./drawn.js";
import { nearness } from "./near.js";
import { schedule } from "./slices.js";

/** @import { MarkdownIt } from "markdown-it" */
/** @import { Block } from "./drawn.js" */

// An answer is painted at most this often: more is not seen, and takes time from the worker that receives it.
const PAINT_MS = 33;
// More text than this is not rendered in one frame.
const ONE_FRAME = 12_000;

export class Live {
  #host;
  #stream;
  /** @type {Block[]} */
  #open = [];
  /** What was shown before stays until there is something to show. */
  #stale = true;
  #painting = false;
  #catchingUp = false;
  #painted = 0;
  #ended = false;

  /** @param {HTMLElement} host @param {MarkdownIt} parser */
  constructor(host, parser) {
    this.#host = host;
    this.#stream = new BlockStream(parser);
  }

  /** @param {string} text */
  push(text) {
    this.#stream.push(text);
    if (this.#painting) return;
    this.#painting = true;
    const wait = PAINT_MS - (performance.now() - this.#painted);
    const paint = () => requestAnimationFrame(() => this.#paint());
    if (wait > 0) setTimeout(paint, wait);
    else paint();
  }

  /** No more text comes. Says whether the page now shows what the whole text says; else it must be rendered whole. */
  finish() {
    this.#ended = true;
    if (this.#catchingUp || this.#stream.pending > ONE_FRAME || this.#stream.referencesFound) return false;
    for (const html of this.#stream.finished(true)) this.#add(html);
    this.#dropOpen();
    return !this.#stream.referencesFound;
  }

  /** Forgets what was to come. */
  stop() {
    this.#ended = true;
  }

  #paint() {
    this.#painting = false;
    if (this.#ended) return;
    this.#painted = performance.now();
    const code = this.#stream.fenceText();
    const open = this.#open[0]?.nodes[0]?.querySelector("code");
    if (code !== null && open) extend(open, code);
    else if (this.#stream.pending > ONE_FRAME) this.#catchUp();
    else {
      for (const html of this.#stream.finished()) this.#add(html);
      this.#replaceOpen(this.#stream.open());
    }
  }

  /** Much text at once comes in slices. */
  #catchUp() {
    this.#painting = this.#catchingUp = true;
    const live = this;
    const steps = function* () {
      for (const html of live.#stream.finished()) {
        if (live.#ended) return;
        live.#add(html);
        yield;
      }
      live.#painting = live.#catchingUp = false;
      if (!live.#ended) live.#replaceOpen(live.#stream.open());
    };
    schedule({ distance: () => nearness(this.#host), steps: steps() });
  }

  /** A finished block takes the place of the open one that looks the same. @param {string} html */
  #add(html) {
    let block = this.#open.shift();
    if (block?.html !== html) {
      if (block) this.#open.unshift(block);
      this.#dropOpen();
      block = this.#show(html);
    }
    for (const node of block.nodes) void colourCode(node);
  }

  #dropOpen() {
    for (const { nodes } of this.#open) for (const node of nodes) node.remove();
    this.#open = [];
  }

  /** @param {string[]} blocks */
  #replaceOpen(blocks) {
    let kept = 0;
    while (kept < blocks.length && this.#open[kept]?.html === blocks[kept]) kept += 1;
    for (const { nodes } of this.#open.splice(kept)) for (const node of nodes) node.remove();
    for (const html of blocks.slice(kept)) this.#open.push(this.#show(html));
  }

  /** @param {string} html */
  #show(html) {
    if (this.#stale) this.#host.replaceChildren();
    this.#stale = false;
    const block = toBlock(html);
    for (const _ of drawFormulas(block));
    this.#host.append(...block.nodes);
    if (html.includes('class="math')) void drawLateFormulas(this.#host);
    return block;
  }
}
