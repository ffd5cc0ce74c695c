/**
 * How HTML from Python settles into the page; the only file that configures idiomorph.
 *
 * What belongs to the reader survives: focus, caret, what was typed, folds that were opened or closed by hand,
 * and everything inside a `<rich-text>` or a `<stored-picture>`.
 */

import { Idiomorph } from "idiomorph";

/** @import { RichTextElement } from "./types" */

/** Folds that the reader moved. @type {WeakSet<Element>} */
const moved = new WeakSet();
/** Controls whose value the page keeps during the current morph. @type {Set<Element>} */
const kept = new Set();

addEventListener("click", ({ target }) => {
  const summary = target instanceof Element && target.closest("summary");
  if (summary && summary.parentElement) moved.add(summary.parentElement);
}, true);

/** The default of a select is in its options. @param {HTMLSelectElement} select */
const chosen = (select) => select.querySelector("option[selected]")?.getAttribute("value");

/** Whether what the user put in wins over the HTML. @param {Element} old @param {Element} next */
function keepsValue(old, next) {
  const focused = old === document.activeElement;
  if (old instanceof HTMLInputElement && next instanceof HTMLInputElement) {
    if (old.type === "checkbox" || old.type === "radio") {
      return !old.dataset.input && old.checked !== old.defaultChecked && old.defaultChecked === next.defaultChecked;
    }
    return focused || (old.value !== old.defaultValue && old.defaultValue === next.defaultValue);
  }
  if (old instanceof HTMLTextAreaElement && next instanceof HTMLTextAreaElement) {
    return focused || (old.value !== old.defaultValue && old.defaultValue === next.defaultValue);
  }
  if (old instanceof HTMLSelectElement && next instanceof HTMLSelectElement) {
    return focused || (!old.dataset.input && old.value !== chosen(old) && chosen(old) === chosen(next));
  }
  return false;
}

/** @param {RichTextElement} old @param {Element} next */
function settleRichText(old, next) {
  if (old.reconcile) old.reconcile(next);
  else if (old.dataset.rev === next.getAttribute("data-rev") && (old.dataset.rendered !== undefined || old.pendingSource)) {
    if (next.textContent.length >= (old.pendingSource ?? "").length) old.pendingSource = next.textContent;
  } else {
    old.pendingSource = undefined;
    return true;
  }
  return false;
}

const config = {
  callbacks: {
    /** @param {Node} old @param {Node} next */
    beforeNodeMorphed(old, next) {
      if (!(old instanceof Element) || !(next instanceof Element)) return true;
      if (old.localName === "stored-picture" && old.getAttribute("data-sha256") === next.getAttribute("data-sha256")) return false;
      if (old.localName === "rich-text") return settleRichText(/** @type {RichTextElement} */ (old), next);
      if (keepsValue(old, next)) kept.add(old);
      return true;
    },
    /** @param {string} name @param {Element} element @param {"update" | "remove"} kind */
    beforeAttributeUpdated(name, element, kind) {
      if (name === "open") return element.localName !== "dialog" && !moved.has(element);
      if (name === "value" || name === "checked") return !kept.has(element);
      if (name === "selected") return !kept.has(/** @type {Element} */ (element.closest("select")));
      // Set by the page itself: the mark of a copied text, the height of a growing text field.
      if (kind === "remove") return name !== "data-copied" && !(name === "style" && element.localName === "textarea");
      return true;
    },
  },
};

/** @param {Element} element @param {string | Element} content @param {"innerHTML" | "outerHTML"} morphStyle */
export function morph(element, content, morphStyle) {
  kept.clear();
  Idiomorph.morph(element, content, { ...config, morphStyle });
}

/** @param {Element | null | undefined} box */
const usable = (box) => box?.querySelector(":is(a[href], button, input, textarea, select):not(:disabled)");

/**
 * Puts the focus back into a region if the change took it away: to the same control, else to the place where it was.
 * @param {Element} region @param {() => void} change
 */
export function keepingFocus(region, change) {
  const active = document.activeElement;
  if (!active || active === region || !region.contains(active)) return change();
  const { action } = active instanceof HTMLElement ? active.dataset : {};
  let child = /** @type {Element} */ (active);
  while (child.parentElement && child.parentElement !== region) child = child.parentElement;
  const place = [...region.children].indexOf(child);
  change();
  if (document.activeElement === active) return undefined;
  const near = region.contains(child) ? child : region.children[Math.min(place, region.children.length - 1)];
  const alike = action && near?.querySelector(`[data-action="${CSS.escape(action)}"]`);
  // At the last of several versions the button that led there is off; the one beside it is not.
  const target = active.isConnected ? active
    : (active.id && document.getElementById(active.id)) || (alike && (alike.matches(":disabled") ? usable(alike.parentElement) : alike))
      || usable(near) || near;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  return undefined;
}
