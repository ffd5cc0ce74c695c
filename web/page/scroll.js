/**
 * Scrolling: follows an arriving answer while the reader is at the end, holds still when something grows above,
 * and tells Python when a sentinel comes into view.
 */

/** @import { Send } from "./types" */

const AT_END = 32;
const OFFER_JUMP = 120;

/** @typedef {ReturnType<typeof watchScroll>} Scroll */

/** @param {Element} element */
function scrollerOf(element) {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  }
  return null;
}

/** @param {Send} send */
function watchSentinels(send) {
  /** @type {Map<Element | null, IntersectionObserver>} */
  const observers = new Map();
  /** @type {WeakMap<Element, string>} */
  const armed = new WeakMap();
  /** @param {IntersectionObserverEntry[]} entries */
  const seen = (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      const { sentinel: type, ...fields } = { ...target.dataset };
      if (type) send({ type, ...fields });
    }
  };
  /** Watches sentinels that are new, or whose surroundings changed since they were last seen. */
  return () => {
    for (const sentinel of document.querySelectorAll("[data-sentinel]")) {
      const root = scrollerOf(sentinel);
      const rows = root ? [...root.children].reduce((sum, child) => sum + child.childElementCount, 0) : 0;
      const state = `${rows} ${JSON.stringify({ .../** @type {HTMLElement} */ (sentinel).dataset })}`;
      if (armed.get(sentinel) === state) continue;
      armed.set(sentinel, state);
      let observer = observers.get(root);
      if (!observer) observers.set(root, (observer = new IntersectionObserver(seen, { root, rootMargin: "1500px 0px" })));
      // Observing anew reports at once whether it is in view.
      observer.unobserve(sentinel);
      observer.observe(sentinel);
    }
  };
}

/** @param {Send} send */
export function watchScroll(send) {
  const thread = document.getElementById("thread");
  const messages = document.getElementById("messages");
  const jump = document.getElementById("jump");
  let following = true;
  // It starts at the top; asking would lay out the page before it is drawn.
  let top = 0;

  const distance = () => (thread ? thread.scrollHeight - thread.scrollTop - thread.clientHeight : 0);
  const offer = () => {
    const away = !following && distance() > OFFER_JUMP;
    if (jump && jump.hidden === away) jump.hidden = !away;
  };
  const toEnd = () => {
    following = true;
    if (!thread) return;
    thread.scrollTop = thread.scrollHeight;
    top = thread.scrollTop;
    offer();
  };

  thread?.addEventListener("scroll", () => {
    const away = distance() > AT_END;
    // New text alone makes the way to the end longer; only going up means that the reader left.
    if (!away) following = true;
    else if (thread.scrollTop < top - 1) following = false;
    top = thread.scrollTop;
    offer();
  }, { passive: true });
  jump?.addEventListener("click", toEnd);

  const grown = new ResizeObserver(() => (following ? toEnd() : offer()));
  if (messages) grown.observe(messages);
  if (thread) grown.observe(thread);

  /** The first message that the reader sees. */
  const firstSeen = () => {
    const edge = thread?.getBoundingClientRect().top ?? 0;
    for (const child of messages?.children ?? []) if (child.getBoundingClientRect().bottom > edge) return child;
    return null;
  };

  return {
    toEnd,
    stay: () => void (following = false),
    refresh: watchSentinels(send),
    get atEnd() {
      return following;
    },

    /** Changes messages without moving what the reader sees. @param {() => void} change */
    holding(change) {
      const anchor = following ? null : firstSeen();
      const before = anchor?.getBoundingClientRect().top ?? 0;
      change();
      if (!anchor?.isConnected || !thread) return;
      // Browsers hold still by themselves, but not at the very top, and not all of them: only the rest is corrected.
      const moved = anchor.getBoundingClientRect().top - before;
      if (Math.abs(moved) >= 1) thread.scrollTop += moved;
      top = thread.scrollTop;
    },
  };
}
