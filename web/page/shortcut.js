/** Which key press is which shortcut. Pure: no element is looked for here. */

/** @typedef {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} Press */

/**
 * Whether a press is the shortcut. "Mod" is Meta on Apple's machines, else Control. A single character that
 * needs Shift on some keyboards ("?", "/") is matched by what it types.
 *
 * @param {Press} press @param {string} shortcut for example "Mod+Shift+O" @param {boolean} apple
 */
export function matches(press, shortcut, apple) {
  const parts = shortcut.split("+");
  const key = parts.pop() || "+";
  const wanted = new Set(parts.map((part) => part.toLowerCase()));
  const control = wanted.has("ctrl") || (wanted.has("mod") && !apple);
  const meta = wanted.has("meta") || (wanted.has("mod") && apple);
  if (press.ctrlKey !== control || press.metaKey !== meta || press.altKey !== wanted.has("alt")) return false;
  const symbol = key.length === 1 && !/[a-z0-9]/i.test(key);
  return press.key.toLowerCase() === key.toLowerCase() && (symbol || press.shiftKey === wanted.has("shift"));
}

/** Whether a press would type something where text is written. @param {Press} press */
export const types = (press) => !press.ctrlKey && !press.metaKey && press.key.length === 1;
