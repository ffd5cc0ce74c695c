/**
 * `<rich-text data-part data-rev>`: an element whose text is Markdown and whose looks are rendered from it.
 *
 * Knows when to render: when the reader comes near, never twice, and an answer that arrives only at its open end.
 * Never learns Markdown (markdown/parser.js) nor who wrote the text. Fetched after the first paint; until then
 * the text is shown as it is.
 */

import { BlockStream } from "./markdown/blocks.js";
import { colourCode, drawFormulas, drawLateFormulas, toBlock } from "./markdown/drawn.js";
import { Live } from "./markdown/live.js";
import { nearness, watch } from "./markdown/near.js";
import { createParser } from "./markdown/parser.js";
import { schedule } from "./markdown/slices.js";
import "./stored-picture.js";

/** @import { RichTextElement } from "./types" */

// HTML of this length is put on the page in one go; a usual message is shorter.
const ONE_CHANGE = 12_000;
// More text than this is not shown before it is rendered, nor parsed in one go.
const LONGEST_RAW = 16_000;

const parsers = { plain: createParser(), breaks: createParser({ breaks: true }) };

/** The finished blocks of a whole text. @param {BlockStream} stream @param {string} text */
function* blocksOf(stream, text) {
  // A link may be defined anywhere; then the whole text must be known before the first block is drawn.
  const piece = /\[[^\]\n]+\]:/.test(text) ? text.length : LONGEST_RAW;
  for (let start = 0; start < text.length; start += piece) {
    stream.push(text.slice(start, start + piece));
    yield* stream.finished(start + piece >= text.length);
  }
}

class RichText extends HTMLElement {
  /** @type {string | null} */
  #source = null;
  /** @type {Live | null} */
  #live = null;
  /** Counts renderings; an older one stops. */
  #job = 0;

  connectedCallback() {
    if (this.#live || this.#job) return;
    this.#source ??= /** @type {RichTextElement} */ (this).pendingSource ?? null;
    if (this.hasAttribute("data-rendered")) {
      // From the saved view: formulas were kept as TeX.
      watch(this, () => this.#finishLooks());
      return;
    }
    this.#source ??= this.textContent;
    if (!this.#source) return;
    // The rest of a very long text would only be laid out to be replaced.
    if (this.#source.length > LONGEST_RAW) this.replaceChildren(this.#source.slice(0, LONGEST_RAW / 4));
    watch(this, () => this.#render());
  }

  // Moving an element keeps everything.
  connectedMoveCallback() {}

  disconnectedCallback() {
    watch(this, null);
  }

  /** The Markdown; what is on the page if only a saved view is there. */
  get source() {
    return this.#source ?? this.textContent;
  }

  get #parser() {
    return this.hasAttribute("data-breaks") || this.closest(".message.user") ? parsers.breaks : parsers.plain;
  }

  /** More text at the end. @param {string} text */
  receive(text) {
    if (!this.#live) {
      watch(this, null);
      this.#job += 1;
      this.removeAttribute("data-rendered");
      this.#live = new Live(this, this.#parser);
      this.#live.push(this.#source ?? "");
    }
    this.#source = (this.#source ?? "") + text;
    this.#live.push(text);
  }

  /** The same element in newer HTML from Python. @param {Element} next */
  reconcile(next) {
    const text = next.textContent;
    const same = next.getAttribute("data-rev") === this.getAttribute("data-rev");
    for (const { name, value } of next.attributes) if (this.getAttribute(name) !== value) this.setAttribute(name, value);
    if (same && this.#source === null) {
      this.#source = text;
      return;
    }
    // A template that was drawn before the last pieces arrived knows less than the page.
    if (same && (!this.#live || text.length < this.source.length)) return;
    if (this.#live && text.startsWith(this.source)) {
      if (text.length > this.source.length) this.receive(text.slice(this.source.length));
      const right = this.#live.finish();
      this.#live = null;
      if (right) this.#settled();
      else this.#render();
    } else if (this.#live || text !== this.#source) {
      this.#live?.stop();
      this.#live = null;
      this.#source = text;
      this.#job += 1;
      watch(this, () => this.#render());
    }
  }

  /** Rendered in one go, for printing. */
  renderNow() {
    if (this.hasAttribute("data-rendered") || this.#live || !this.#source) return;
    for (const _ of this.#steps(++this.#job));
  }

  #render() {
    schedule({ distance: () => nearness(this), steps: this.#steps(++this.#job) });
  }

  /** Renders the whole text, block by block. @param {number} job */
  *#steps(job) {
    if (!this.isConnected) {
      this.#job = 0;
      return;
    }
    let fragment = document.createDocumentFragment();
    let first = true;
    const put = () => {
      if (first) this.replaceChildren(fragment);
      else this.append(fragment);
      first = false;
      fragment = document.createDocumentFragment();
    };
    let size = 0;
    for (const html of blocksOf(new BlockStream(this.#parser), this.#source ?? "")) {
      if (job !== this.#job) return;
      const block = toBlock(html);
      yield* drawFormulas(block);
      fragment.append(...block.nodes);
      size += html.length;
      if (size > ONE_CHANGE) {
        put();
        size = 0;
      }
      yield;
    }
    if (job !== this.#job) return;
    put();
    this.#settled();
  }

  #settled() {
    this.setAttribute("data-rendered", "");
    this.dispatchEvent(new Event("rich-text.rendered", { bubbles: true }));
    this.#finishLooks();
  }

  #finishLooks() {
    void drawLateFormulas(this);
    void colourCode(this);
  }
}

addEventListener("beforeprint", () => {
  for (const element of document.querySelectorAll("rich-text")) /** @type {RichText} */ (element).renderNow();
});

customElements.define("rich-text", RichText);
