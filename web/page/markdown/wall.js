/**
 * The second wall: every HTML string that was made from a message passes here before it is shown.
 *
 * The lists are of what the renderer makes, not of what is harmless: `data-action` must never come from a
 * message, since an element that carries it speaks to the app.
 */

import DOMPurify from "dompurify";

const HARMLESS = ("align alt aria-label checked class data-copy data-language decoding disabled loading rel start tabindex "
  + "target title type").split(" ");

const markdown = DOMPurify(window);
markdown.setConfig({
  ALLOWED_TAGS: ("a b blockquote br button code del div em figcaption figure h3 h4 h5 h6 hr img input li ol p pre s span "
    + "strong table tbody td th thead tr ul #text").split(" "),
  ALLOWED_ATTR: ["href", "src", ...HARMLESS],
  // DOMPurify would hold every value that is not known as safe against the rule for addresses.
  ADD_URI_SAFE_ATTR: HARMLESS,
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|data:image\/(?:png|jpeg|webp|gif);base64,)/i,
  ADD_DATA_URI_TAGS: ["img"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
});
markdown.addHook("afterSanitizeAttributes", (node) => {
  if (node.localName === "input" && node.getAttribute("type") !== "checkbox") node.remove();
  if (node.localName === "img" && !node.getAttribute("src")?.startsWith("data:")) node.remove();
});

const colours = DOMPurify(window);
colours.setConfig({ ALLOWED_TAGS: ["span", "#text"], ALLOWED_ATTR: ["class"], RETURN_DOM_FRAGMENT: true });

const formulas = DOMPurify(window);
formulas.setConfig({
  USE_PROFILES: { html: true, mathMl: true, svg: true },
  ADD_TAGS: ["semantics", "annotation"],
  ADD_ATTR: ["encoding"],
  FORBID_TAGS: ["a", "button", "form", "img", "image", "input", "style", "use"],
  FORBID_ATTR: ["href", "src", "id"],
  ALLOW_DATA_ATTR: false,
  IN_PLACE: true,
});

/** Markdown's HTML as nodes. @param {string} html @returns {DocumentFragment} */
export const cleanMarkdown = (html) => /** @type {any} */ (markdown.sanitize(html));

/** Highlighted code as nodes. @param {string} html @returns {DocumentFragment} */
export const cleanColours = (html) => /** @type {any} */ (colours.sanitize(html));

/** A drawn formula, in place: its inline styles were set through the DOM and must survive. @param {HTMLElement} node */
export const cleanFormula = (node) => void formulas.sanitize(node);
