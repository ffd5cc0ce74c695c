/** Copying: the Markdown of a message, or the code of a block. */

import { announce } from "./announce.js";

/** @import { RichTextElement } from "./types" */

const SHOWN_MS = 2000;

/** @param {Element} element */
function textOf(element) {
  if (element.localName !== "rich-text") return element.textContent;
  const { source, pendingSource } = /** @type {RichTextElement} */ (element);
  return source ?? pendingSource ?? element.textContent;
}

/** @param {HTMLElement} button */
function sourcesOf(button) {
  if (button.dataset.copy === "code") return [...(button.closest("figure")?.querySelectorAll("code") ?? [])];
  const box = button.closest("rich-text") ?? button.closest(".message");
  return box?.localName === "rich-text" ? [box] : [...(box?.querySelectorAll('rich-text[data-part="text"]') ?? [])];
}

/** Copies, and marks the button with data-copied for a moment. @param {HTMLElement} button */
export async function copyFrom(button) {
  const text = sourcesOf(button).map(textOf).join("\n\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without leave to use the clipboard, or without a secure page, the old way may still work.
    const field = document.createElement("textarea");
    field.value = text;
    button.after(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    button.focus();
    if (!copied) return announce("The browser did not allow copying.");
  }
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, SHOWN_MS);
  return announce("Copied");
}
