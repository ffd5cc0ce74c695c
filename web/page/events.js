/**
 * What the user does, as events for Python. Elements name their intent in data attributes; the listeners are few
 * and sit on the document, so that what Python draws needs no wiring.
 */

import { copyFrom } from "./copy.js";
import { closeAround } from "./overlay.js";
import { matches, types } from "./shortcut.js";

/** @import { Fields, Send } from "./types" */

const QUIET_MS = 120;
const DRAFT_QUIET_MS = 250;
// These speak to the page, not to Python.
const PAGE_ONLY = new Set(
  ["action", "input", "key", "shortcut", "close", "copy", "copied", "sentinel", "files", "pick", "editLast"],
);
const apple = /Mac|iP(hone|ad|od)/.test(navigator.platform);

/** The data attributes of an element as fields: data-message-id is message_id. @param {HTMLElement} element */
function fieldsOf(element) {
  /** @type {Fields} */
  const fields = {};
  for (const [name, value] of Object.entries(element.dataset)) {
    if (!PAGE_ONLY.has(name)) fields[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  return fields;
}

/** @param {Element} control @returns {unknown} */
function valueOf(control) {
  if (control instanceof HTMLInputElement && control.type === "checkbox") return control.checked;
  return /** @type {HTMLInputElement} */ (control).value;
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
function formFields(form, submitter) {
  const fields = fieldsOf(form);
  for (const control of form.elements) {
    const name = control.getAttribute("name");
    if (!name || control instanceof HTMLButtonElement || control.matches(":disabled")) continue;
    if (control instanceof HTMLInputElement && (control.type === "file" || (control.type === "radio" && !control.checked))) continue;
    fields[name] = valueOf(control);
  }
  if (submitter instanceof HTMLButtonElement) {
    if (submitter.name) fields[submitter.name] = submitter.value;
    Object.assign(fields, fieldsOf(submitter));
  }
  return fields;
}

/** @param {EventTarget | null} target @param {string} selector @returns {HTMLElement | null} */
const around = (target, selector) => (target instanceof Element ? target.closest(selector) : null);

/** @param {Element | null} element */
const writesText = (element) =>
  element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement
  || (element instanceof HTMLInputElement && !/^(button|checkbox|radio|submit|reset|range|file)$/.test(element.type));

/** The element that a press stands for now: of the form or dialog in which it happens, else the first that can be used. @param {KeyboardEvent} press */
function shortcutTarget(press) {
  const modal = document.querySelector("dialog:modal, :popover-open");
  const inside = around(press.target, "form, dialog, [popover]");
  const found = [...document.querySelectorAll("[data-shortcut]")].filter((element) =>
    (element.getAttribute("data-shortcut") ?? "").split(" ").some((shortcut) => matches(press, shortcut, apple))
    && !element.matches(":disabled, dialog:not([open]) *, [hidden], [hidden] *, [popover]:not(:popover-open) *")
    && (!modal || modal.contains(element)));
  return found.find((element) => inside?.contains(element)) ?? found[0];
}

/**
 * @param {Send} deliver
 * @returns {{ send: Send, forget: (control: Element) => void, flush: () => void }} `send` delivers what was typed before first
 */
export function watchEvents(deliver) {
  /** Controls with something typed and not yet told, in order. @type {Map<Element, ReturnType<typeof setTimeout>>} */
  const typed = new Map();

  /** @param {Element} control */
  const forget = (control) => {
    clearTimeout(typed.get(control));
    typed.delete(control);
  };
  /** @param {Element} control */
  const tell = (control) => {
    forget(control);
    const element = /** @type {HTMLElement} */ (control);
    deliver({ type: element.dataset.input ?? "", ...fieldsOf(element), value: valueOf(control) });
  };
  const flush = () => [...typed.keys()].forEach(tell);
  /** @type {Send} */
  const send = (event, files) => {
    flush();
    deliver(event, files);
  };

  addEventListener("pointerdown", ({ target, button, isPrimary }) => {
    const link = around(target, "a[href^='#/c/']");
    if (link instanceof HTMLAnchorElement && isPrimary && button === 0) deliver({ type: "route.wanted", hash: link.hash });
  });

  addEventListener("click", (event) => {
    const copy = around(event.target, "[data-copy]");
    if (copy) void copyFrom(copy);
    const element = around(event.target, "[data-action]");
    const open = event.ctrlKey || event.metaKey || event.shiftKey;
    if (element && !(element instanceof HTMLFormElement) && !element.matches(":disabled")
      && !(element instanceof HTMLAnchorElement && element.href && open)) {
      if (element instanceof HTMLAnchorElement) event.preventDefault();
      send({ type: element.dataset.action ?? "", ...fieldsOf(element) });
    }
    const close = around(event.target, "[data-close]");
    if (close && !(close instanceof HTMLButtonElement && close.type === "submit" && close.form)) closeAround(close);
  });

  addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.action) return;
    event.preventDefault();
    const { submitter } = event;
    send({ type: form.dataset.action, ...formFields(form, submitter) });
    if (form.method === "dialog" || submitter?.dataset.close !== undefined) closeAround(form);
  });

  addEventListener("input", (event) => {
    const control = around(event.target, "[data-input]");
    if (!control || control instanceof HTMLSelectElement || /** @type {any} */ (control).type === "checkbox") return;
    forget(control);
    const quiet = control.dataset.input === "draft.edit" ? DRAFT_QUIET_MS : QUIET_MS;
    typed.set(control, setTimeout(() => tell(control), quiet));
  });

  addEventListener("change", (event) => {
    const control = around(event.target, "[data-input]");
    if (!control) return;
    const atOnce = control instanceof HTMLSelectElement || /** @type {any} */ (control).type === "checkbox" || /** @type {any} */ (control).type === "radio";
    if (atOnce || typed.has(control)) {
      forget(control);
      flush();
      tell(control);
    }
  });

  addEventListener("keydown", (press) => {
    if (press.defaultPrevented || press.isComposing || press.keyCode === 229 || press.repeat) return;
    if (types(press) && writesText(/** @type {Element} */ (press.target))) return;
    const target = shortcutTarget(press);
    if (!(target instanceof HTMLElement)) return;
    press.preventDefault();
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
      target.focus();
      if (target instanceof HTMLInputElement) target.select();
    } else target.click();
  });

  return { send, forget, flush };
}
