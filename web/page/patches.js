/** The interpreter of patches: one table, an operation is a function of a few lines. It decides nothing. */

import { announce } from "./announce.js";
import { grow, keepTyped, outranks } from "./composer.js";
import { arrange } from "./keyed-list.js";
import { keepingFocus, morph } from "./morph.js";
import { showDialog, showPopover } from "./overlay.js";
import { navigate } from "./route.js";
import { applyUpdate } from "./sw-register.js";

/** @import { Patch, PatchOf, RichTextElement, Send } from "./types" */
/** @import { Scroll } from "./scroll.js" */

/** @typedef {{ scroll: Scroll, blobs: Record<string, Blob>, forget: (control: Element) => void, send: Send }} Context */

/** @param {string} id */
function regionOf(id) {
  const region = document.getElementById(id);
  if (!region) throw new Error(`The page has no region "${id}".`);
  return region;
}

/** @param {Element} region @param {Context} context @param {() => void} change */
function carefully(region, { scroll }, change) {
  const careful = () => keepingFocus(region, change);
  if (region.closest("#thread")) scroll.holding(careful);
  else careful();
}

/** @type {{ [Op in Patch["op"]]: (patch: PatchOf<Op>, context: Context) => void }} */
const operations = {
  morph({ region: id, html }, context) {
    const region = regionOf(id);
    carefully(region, context, () => morph(region, html, "innerHTML"));
  },
  list({ region: id, order, html }, context) {
    const region = regionOf(id);
    carefully(region, context, () => arrange(region, order, html));
  },
  append({ key, part, text }) {
    const selector = `[data-key="${CSS.escape(key)}"] rich-text[data-part="${CSS.escape(part)}"]`;
    const element = /** @type {RichTextElement | null} */ (document.querySelector(selector));
    if (!element) return;
    if (element.receive) element.receive(text);
    else {
      element.pendingSource = (element.pendingSource ?? element.textContent) + text;
      element.append(text);
    }
  },
  root({ data }) {
    Object.assign(document.documentElement.dataset, data);
  },
  value({ id, value, was }, { forget }) {
    const control = document.getElementById(id);
    // Asked of every value, also of one that changes nothing.
    const older = outranks(id);
    if (control instanceof HTMLTextAreaElement && was !== undefined && control.value !== was && control.value) {
      if (!older) keepTyped(control, value, was);
    } else if (control && "value" in control && control.value !== value && !older) {
      forget(control);
      control.value = value;
      grow(control);
    }
  },
  focus: ({ id }) => document.getElementById(id)?.focus(),
  dialog: ({ id, open }) => showDialog(id, open),
  popover: ({ id, anchor }) => showPopover(id, anchor),
  navigate: ({ hash, replace }) => navigate(hash, replace ?? false),
  leave: ({ url }) => location.assign(url),
  session({ name, value }) {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, value);
  },
  download({ name, blob }, { blobs }) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blobs[blob]);
    link.download = name;
    link.click();
    // The browser reads the blob after the click; a minute is plenty to begin.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  },
  persist: (_, { send }) => void navigator.storage?.persist?.().then(() => send({ type: "data.measure" })),
  reach({ url }, { send }) {
    const tell = (/** @type {string} */ outcome) => send({ type: "reach.tested", outcome });
    addEventListener("securitypolicyviolation", ({ blockedURI }) => blockedURI.startsWith(url) && tell("refused"), { once: true });
    // A failure alone says nothing; Python waits for the word of the policy.
    fetch(url, { mode: "no-cors" }).then(() => tell("reached"), () => {});
  },
  announce: ({ text }) => announce(text),
  "scroll-to-end": (_, { scroll }) => scroll.toEnd(),
  title({ text }) {
    document.title = text;
  },
  update: () => void applyUpdate(),
};

/** Applies patches in order, in this task. One that fails is reported and does not stop the others. @param {Patch[]} patches @param {Context} context */
export function apply(patches, context) {
  for (const patch of patches) {
    const operation = /** @type {((patch: Patch, context: Context) => void) | undefined} */ (operations[patch.op]);
    try {
      if (!operation) throw new Error(`The page does not know the patch "${patch.op}".`);
      operation(patch, context);
    } catch (error) {
      reportError(error);
    }
  }
  if (patches.some(({ op }) => op === "morph" || op === "list")) context.scroll.refresh();
}
