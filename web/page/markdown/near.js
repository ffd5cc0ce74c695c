/**
 * Tells elements when the reader comes near. What is watched is the message around an element: with
 * `content-visibility: auto` the inside of a message far away has no place on the page.
 */

/** @type {WeakMap<Element, Map<HTMLElement, () => void>>} */
const waiting = new WeakMap();
/** @type {WeakMap<HTMLElement, Element>} */
const boxes = new WeakMap();
/** @type {WeakMap<Element, number>} */
const distances = new WeakMap();
/** @type {Map<Element | null, IntersectionObserver>} */
const observers = new Map();

/** Watched, and not looked at yet. @type {Set<Element>} */
const fresh = new Set();

/** How far from the reader an element was when it came near, in pixels. @param {HTMLElement} element */
export const nearness = (element) => distances.get(boxes.get(element) ?? element) ?? 0;

/** @param {IntersectionObserverEntry[]} entries */
function seen(entries) {
  for (const { isIntersecting, target, boundingClientRect } of entries) if (isIntersecting) near(target, boundingClientRect);
}

/** @param {Element} target @param {DOMRectReadOnly} box */
function near(target, box) {
  distances.set(target, Math.max(0, -box.bottom, box.top - innerHeight));
  observerFor(target.closest("#thread")).unobserve(target);
  const calls = waiting.get(target);
  waiting.delete(target);
  for (const call of calls?.values() ?? []) call();
}

/** An observer tells of what is in view a frame later than it is; whoever opens a conversation waits for that frame. */
function look() {
  const boxes = [...fresh].map((box) => /** @type {const} */ ([box, box.getBoundingClientRect()]));
  fresh.clear();
  for (const [box, at] of boxes) if (at.height > 0 && at.bottom > 0 && at.top < innerHeight) near(box, at);
}

/** @param {Element | null} root */
function observerFor(root) {
  let observer = observers.get(root);
  if (!observer) {
    observer = new IntersectionObserver(seen, { root, rootMargin: "100% 0px" });
    observers.set(root, observer);
  }
  return observer;
}

/**
 * Calls once when the reader is about a screen away; null forgets the element.
 * @param {HTMLElement} element @param {(() => void) | null} call
 */
export function watch(element, call) {
  if (!call) {
    const box = boxes.get(element);
    if (box) waiting.get(box)?.delete(element);
    return;
  }
  const box = element.closest(".message") ?? element;
  boxes.set(element, box);
  let calls = waiting.get(box);
  if (!calls) waiting.set(box, (calls = new Map()));
  calls.set(element, call);
  const observer = observerFor(box.closest("#thread"));
  observer.unobserve(box);
  observer.observe(box);
  // In this task, but after everything that it changes.
  if (fresh.size === 0) queueMicrotask(look);
  fresh.add(box);
}
