/** The message being written: keys, growth, and leaving the field when it is sent. */

/** @import { PageEvent } from "./types" */

const field = () => /** @type {HTMLTextAreaElement | null} */ (document.getElementById("message"));

// Until Python has said what the composer holds, what is typed counts more.
let starting = true;
let typedSinceStart = false;

/** Lets a text field be as high as its text; the style sheet sets the limit. @param {HTMLElement | null} element */
export function grow(element) {
  if (!(element instanceof HTMLTextAreaElement)) return;
  element.style.height = "auto";
  element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
}

/** Whether a value from Python is older than what the user typed while Python was starting: only its first can be. @param {string} id */
export function outranks(id) {
  if (id !== "message" || !starting) return false;
  starting = false;
  return typedSinceStart;
}

/**
 * A new value for a field that was typed in while it was on its way: what was typed on top of the old value goes on
 * top of the new one.
 * @param {HTMLTextAreaElement} control @param {string} value @param {string} was
 */
export function keepTyped(control, value, was) {
  control.value = value + (control.value.startsWith(was) ? control.value.slice(was.length) : control.value);
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The draft of the last visit, unless the user was faster. @param {string} text */
export function restoreDraft(text) {
  const message = field();
  if (!message || message.value || typedSinceStart || !text) return;
  message.value = text;
  grow(message);
}

/** A message that could not be handed over comes back. @param {PageEvent[]} undelivered */
export function giveBack(undelivered) {
  const texts = undelivered.filter(({ type }) => type === "message.send").map(({ text }) => String(text ?? ""));
  const message = field();
  if (!message || texts.length === 0) return;
  message.value = [...texts, message.value].filter(Boolean).join("\n\n");
  grow(message);
}

/** @param {HTMLTextAreaElement} message */
function nothingToSend(message) {
  return message.value.trim() === "" && !document.getElementById("composer-attachments")?.childElementCount;
}

/** @param {(control: Element) => void} forget stops a pending draft event */
export function watchComposer(forget) {
  const touch = matchMedia("(pointer: coarse)");

  addEventListener("input", ({ target }) => {
    if (target instanceof HTMLTextAreaElement) grow(target);
    if (target === field()) typedSinceStart = true;
  });

  addEventListener("keydown", (press) => {
    const message = press.target;
    if (!(message instanceof HTMLTextAreaElement) || press.isComposing || press.keyCode === 229) return;
    const sends = press.key === "Enter" && (press.ctrlKey || press.metaKey
      || (message.id === "message" && !press.shiftKey && !press.altKey && !touch.matches));
    if (sends && message.form) {
      press.preventDefault();
      if (!press.repeat) message.form.requestSubmit();
    } else if (press.key === "ArrowUp" && message.id === "message" && message.value === "") {
      const last = [...document.querySelectorAll("[data-edit-last]")].at(-1);
      if (!(last instanceof HTMLElement)) return;
      press.preventDefault();
      last.click();
    }
  });

  // Before the listener that sends (capture): an empty message stops here, and the draft is not told once more.
  addEventListener("submit", (event) => {
    const form = event.target;
    const message = field();
    if (!(form instanceof HTMLFormElement) || !message || message.form !== form) return;
    if (nothingToSend(message)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    forget(message);
    // After it, in the same task: the text was read.
    addEventListener("submit", () => {
      message.value = "";
      typedSinceStart = false;
      grow(message);
    }, { once: true });
  }, true);
}
