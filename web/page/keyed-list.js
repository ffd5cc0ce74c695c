/** Brings the children of an element, keyed by data-key, into an order with the fewest moves. */

import { longestIncreasing } from "./longest-increasing.js";
import { morph } from "./morph.js";

/** @param {Element} box @param {Node} child @param {Node | null} before */
function place(box, child, before) {
  // Keeps focus, scroll and open folds of what it moves, where the browser can.
  if (child.isConnected && "moveBefore" in box) box.moveBefore(child, before);
  else box.insertBefore(child, before);
}

/** @param {Element} child */
const keyOf = (child) => child.getAttribute("data-key") ?? "";

/**
 * @param {Element} box
 * @param {string[]} order
 * @param {Record<string, string>} html  new or changed children by key
 */
export function arrange(box, order, html) {
  const wanted = new Set(order);
  /** @type {Map<string, Element>} */
  const children = new Map();
  for (const child of [...box.children]) {
    if (wanted.has(keyOf(child)) && !children.has(keyOf(child))) children.set(keyOf(child), child);
    else child.remove();
  }
  const template = document.createElement("template");
  // A key that comes twice would leave a hole; the first one counts.
  template.innerHTML = [...wanted].map((key) => html[key] ?? "").join("");
  for (const fresh of [...template.content.children]) {
    const old = children.get(keyOf(fresh));
    if (old && old.localName === fresh.localName) morph(old, fresh, "outerHTML");
    else {
      old?.remove();
      children.set(keyOf(fresh), fresh);
    }
  }
  const target = [...wanted].flatMap((key) => children.get(key) ?? []);
  const now = new Map([...box.children].map((child, i) => [child, i]));
  const stay = longestIncreasing(target.map((child) => now.get(child) ?? -1));
  let before = null;
  for (let i = target.length - 1; i >= 0; i -= 1) {
    if (!stay.has(i)) place(box, target[i], before);
    before = target[i];
  }
}
