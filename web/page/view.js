/**
 * The last view: what the page showed, kept as HTML, so that the next start shows it before Python is there.
 *
 * Knows the regions by id; the records were read by last-visit.js.
 */

/** @import { Send, View } from "./types" */

const LEAST_ENTRY_PX = 32;
const LONGEST = 300_000;
const SETTLED_MS = 1000;
const APART_MS = 2000;
const PATIENCE_MS = 10_000;
const PATIENCE_WITH_DATABASE_MS = 1000;

const WHOLE = ["shelf-footer", "room-header", "composer-models", "thread-foot", "drawings"];
const ROOT = ["theme", "connection"];

/** @param {string | undefined} text @returns {View | null} */
function asView(text) {
  try {
    const view = JSON.parse(text ?? "null");
    return view?.version === 1 && typeof view.regions === "object" ? view : null;
  } catch {
    return null;
  }
}

/**
 * The view and the draft of the last visit. A database that does not answer keeps nobody from starting.
 * @returns {Promise<{ view: View | null, draft: string }>}
 */
export async function readLastVisit() {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_WITH_DATABASE_MS, []));
  const [view, draft] = await Promise.race([globalThis.lastVisit ?? [], late]);
  return { view: asView(view?.value), draft: draft?.value ?? "" };
}

/** Shows a view in the regions that Python has not filled yet; says whether the thread was part of it. @param {View} view */
export function paint(view) {
  const sameRoom = location.hash === "" || location.hash === view.hash;
  for (const [id, html] of Object.entries(view.regions)) {
    const region = document.getElementById(id);
    if (region && (sameRoom || id.startsWith("shelf"))) region.innerHTML = html;
  }
  for (const name of ROOT) if (view.root[name]) document.documentElement.dataset[name] = view.root[name];
  if (!sameRoom) return false;
  document.title = view.title;
  const thread = document.getElementById("thread");
  if (thread && view.end) thread.scrollTop = thread.scrollHeight;
  return true;
}

/** A copy of an element as it can be shown again without what made it. @param {Element} element */
function still(element) {
  const copy = /** @type {Element} */ (element.cloneNode(true));
  for (const formula of copy.querySelectorAll("[data-drawn]")) {
    formula.textContent = formula.querySelector("annotation")?.textContent ?? formula.textContent;
    formula.removeAttribute("data-drawn");
  }
  for (const text of copy.querySelectorAll("rich-text")) {
    if (text.hasAttribute("data-rendered") || !text.firstElementChild) continue;
    // Rendered, but not to its end: what Python sends must win.
    text.setAttribute("data-rendered", "");
    text.removeAttribute("data-rev");
  }
  // A content security policy refuses inline styles, and addresses of blobs end with the page.
  for (const styled of copy.querySelectorAll("[style]")) styled.removeAttribute("style");
  for (const picture of copy.querySelectorAll("stored-picture")) picture.textContent = picture.getAttribute("title");
  return copy.outerHTML;
}

/** What is seen of the thread and a little more: each message that is drawn again costs time at the start. @param {boolean} atEnd */
function messagesInView(atEnd) {
  const { top, bottom, height } = document.getElementById("thread")?.getBoundingClientRect() ?? new DOMRect();
  const [above, below] = atEnd ? [height / 2, 0] : [0, height / 2];
  return [...(document.getElementById("messages")?.children ?? [])].filter((child) => {
    const at = child.getBoundingClientRect();
    return at.bottom > top - above && at.top < bottom + below;
  });
}

function entriesInView() {
  return [...(document.getElementById("shelf-list")?.children ?? [])].slice(0, Math.ceil(innerHeight / LEAST_ENTRY_PX));
}

/** @param {boolean} atEnd */
function currentView(atEnd) {
  /** @type {Record<string, string>} */
  const regions = {};
  for (const id of WHOLE) {
    const region = document.getElementById(id);
    if (region) regions[id] = region.innerHTML;
  }
  regions["shelf-list"] = entriesInView().map(still).join("");
  let room = LONGEST - JSON.stringify(regions).length;
  const messages = messagesInView(atEnd).map(still);
  // At the end the last ones matter, elsewhere the first.
  const kept = [];
  while (messages.length > 0) {
    const html = /** @type {string} */ (atEnd ? messages.pop() : messages.shift());
    room -= html.length;
    if (room < 0) break;
    if (atEnd) kept.unshift(html);
    else kept.push(html);
  }
  regions.messages = kept.join("");
  /** @type {View} */
  const view = { version: 1, hash: location.hash, title: document.title, root: {}, regions, end: atEnd };
  for (const name of ROOT) view.root[name] = document.documentElement.dataset[name] ?? "";
  return JSON.stringify(view);
}

/** Keeps the view when the page has come to rest. @param {Send} send @param {() => boolean} atEnd */
export function keepView(send, atEnd) {
  let last = "";
  let told = 0;
  let waitingSince = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const tell = () => {
    clearTimeout(timer);
    waitingSince = 0;
    const view = currentView(atEnd());
    told = performance.now();
    if (view !== last) send({ type: "view.painted", view });
    last = view;
  };
  const touch = () => {
    const now = performance.now();
    waitingSince ||= now;
    clearTimeout(timer);
    // While an answer arrives the page is never at rest; then it is kept now and then all the same.
    const rest = Math.min(SETTLED_MS, Math.max(0, waitingSince + PATIENCE_MS - now));
    const idle = () => ("requestIdleCallback" in window ? requestIdleCallback(tell, { timeout: 500 }) : tell());
    timer = setTimeout(idle, Math.max(rest, told + APART_MS - now));
  };
  addEventListener("rich-text.rendered", touch);
  return { touch, now: () => waitingSince > 0 && tell() };
}
