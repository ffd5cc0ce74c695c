/** Dialogs, the menu, the drawer, and what happens around them: place, keys, and word to Python when the user closes one. */

/** @import { Send } from "./types" */

/** Closed by Python's own patch: not news to it. @type {WeakSet<Element>} */
const silent = new WeakSet();

/** What had the focus when the menu was opened. @type {HTMLElement | null} */
let opener = null;

/** Where the focus goes when what opened something is gone, such as a message that was deleted. */
function holdFocus() {
  if (document.activeElement !== document.body) return;
  const place = opener?.isConnected ? opener : document.getElementById("thread");
  place?.focus({ preventScroll: true });
}

/** @param {HTMLElement} menu */
function hide(menu) {
  menu.hidePopover();
  // The browser gives it back only if the chosen item is still there, and Python empties a menu that is done.
  holdFocus();
}

/** @param {string} id @param {boolean} open */
export function showDialog(id, open) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open === open) return;
  if (open) {
    // The dialog must give the focus back to what opened the menu, not to an item that vanishes.
    const menu = document.querySelector("[popover]:popover-open");
    if (menu instanceof HTMLElement) hide(menu);
    dialog.showModal();
  } else {
    silent.add(dialog);
    dialog.close();
  }
}

/** @param {string} id @param {string | null} anchor */
export function showPopover(id, anchor) {
  const menu = document.getElementById(id);
  if (!menu) return;
  const open = menu.matches(":popover-open");
  const place = anchor === null ? null : document.querySelector(anchor);
  if (!place) {
    if (open) hide(menu);
    return;
  }
  if (!open) {
    opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    menu.showPopover();
  }
  const box = place.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + height + 8 <= innerHeight || box.top < height;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  menu.style.top = `${below ? Math.min(box.bottom + 4, Math.max(8, innerHeight - height - 8)) : box.top - height - 4}px`;
  const first = menu.querySelector("button");
  if (!open && first instanceof HTMLElement) first.focus();
}

/** Closes the dialog or menu around an element. @param {Element} element */
export function closeAround(element) {
  const box = element.closest("dialog[open], [popover]");
  if (box instanceof HTMLDialogElement) box.close();
  else if (box instanceof HTMLElement && box.matches(":popover-open")) box.hidePopover();
}

/** Arrow keys walk through a menu. @param {KeyboardEvent} event */
function walk(event) {
  const menu = event.target instanceof Element && event.target.closest("[popover]");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("button:not(:disabled)")];
  const at = items.indexOf(/** @type {Element} */ (document.activeElement));
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key] ?? 0;
  const item = items.at(next % items.length);
  if (!(item instanceof HTMLElement) || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  item.focus();
}

/** Opens and closes what data-toggle names: data-open on it. A choice made inside closes it again. @param {Event} event */
function toggle({ target }) {
  if (!(target instanceof Element)) return;
  const name = target.closest("[data-toggle]")?.getAttribute("data-toggle");
  if (name) document.getElementById(name)?.toggleAttribute("data-open");
  else if (target.closest("a[href], [data-action]:not([aria-haspopup], [aria-expanded])")) target.closest("[data-open]")?.removeAttribute("data-open");
}

/** What was toggled open closes with Escape, unless something that lies above it takes the key. @param {KeyboardEvent} event */
function closeOpened({ key }) {
  if (key !== "Escape" || document.querySelector("dialog[open], [popover]:popover-open")) return;
  for (const opened of document.querySelectorAll("[data-open]")) opened.removeAttribute("data-open");
}

/** @param {Send} send */
export function watchOverlays(send) {
  addEventListener("close", ({ target }) => {
    if (!(target instanceof HTMLDialogElement)) return;
    if (!silent.delete(target)) send({ type: "dialog.closed", id: target.id });
    opener = null;
    holdFocus();
  }, true);
  addEventListener("keydown", walk);
  addEventListener("keydown", closeOpened);
  addEventListener("click", toggle);
}
