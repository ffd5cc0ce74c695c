/**
 * The Markdown of messages: which syntax there is and which HTML it becomes.
 *
 * Rule 1: what a message says never becomes markup by itself; raw HTML stays text.
 * Rule 2: nothing here makes the browser ask another host; a remote image is a link.
 */

import MarkdownIt from "markdown-it";
import { mathematics } from "./mathematics.js";
import { taskList } from "./task-list.js";

/** @import { Token } from "markdown-it" */

const LINK = /^(https?:\/\/|mailto:)/i;
const PICTURE = /^data:image\/(png|jpeg|webp|gif);base64,/i;
// The room's title is the first heading and each message has a second; those of an answer lie below.
const HEADINGS_BELOW = 2;

/** @param {string} address */
function host(address) {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}

/** @param {Token[]} tokens @param {number} i */
function insideLink(tokens, i) {
  let depth = 0;
  for (const token of tokens.slice(0, i)) depth += token.type === "link_open" ? 1 : token.type === "link_close" ? -1 : 0;
  return depth > 0;
}

/** @param {{breaks?: boolean}} [options] */
export function createParser({ breaks = false } = {}) {
  const md = new MarkdownIt({ html: false, linkify: true, breaks }).use(mathematics).use(taskList);
  const escape = md.utils.escapeHtml;
  const rules = md.renderer.rules;

  rules.link_open = (tokens, i, options, _env, self) => {
    const token = tokens[i];
    if (LINK.test(String(token.attrGet("href")))) {
      token.attrSet("target", "_blank");
      token.attrSet("rel", "noopener noreferrer nofollow");
    } else {
      token.attrs = null;
    }
    return self.renderToken(tokens, i, options);
  };

  rules.image = (tokens, i, options, env, self) => {
    const token = tokens[i];
    const source = String(token.attrGet("src"));
    const name = escape(self.renderInlineAsText(token.children ?? [], options, env));
    if (PICTURE.test(source)) return `<img src="${escape(source)}" alt="${name}" loading="lazy" decoding="async">`;
    const label = host(source) ? `${name || "Image"} (image at ${escape(host(source))})` : name;
    if (!LINK.test(source) || insideLink(tokens, i)) return `<span class="remote-image">${label}</span>`;
    const attributes = 'target="_blank" rel="noopener noreferrer nofollow"';
    return `<a class="remote-image" href="${escape(source)}" ${attributes}>${label}</a>`;
  };

  /** @param {string} code @param {string} language */
  const figure = (code, language) =>
    `<figure class="code"><figcaption><span>${escape(language)}</span><button type="button" data-copy="code" aria-label="Copy code">Copy</button>` +
    `</figcaption><pre tabindex="0"><code class="hljs"${language ? ` data-language="${escape(language)}"` : ""}>` +
    `${escape(code)}</code></pre></figure>\n`;
  rules.fence = (tokens, i) => figure(tokens[i].content, md.utils.unescapeAll(tokens[i].info).trim().split(/\s+/)[0]);
  rules.code_block = (tokens, i) => figure(tokens[i].content, "");

  rules.table_open = () => '<div class="table-box" tabindex="0"><table>\n';
  rules.table_close = () => "</table></div>\n";
  for (const cell of ["th_open", "td_open"]) {
    rules[cell] = (tokens, i) => {
      // An inline style would be refused by the page's content security policy.
      const side = /right|center/.exec(String(tokens[i].attrGet("style")))?.[0];
      return side ? `<${tokens[i].tag} class="align-${side}" align="${side}">` : `<${tokens[i].tag}>`;
    };
  }

  rules.heading_open = rules.heading_close = (tokens, i) => {
    const level = Number(tokens[i].tag.slice(1));
    const tag = `h${Math.min(6, level + HEADINGS_BELOW)}`;
    return tokens[i].nesting === 1 ? `<${tag} class="level-${level}">` : `</${tag}>\n`;
  };
  return md;
}
