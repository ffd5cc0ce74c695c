import assert from "node:assert/strict";
import { test } from "node:test";
import { longestIncreasing } from "../page/longest-increasing.js";
import { matches, types } from "../page/shortcut.js";

const press = (key, ...modifiers) => ({
  key, ctrlKey: modifiers.includes("ctrl"), metaKey: modifiers.includes("meta"), altKey: modifiers.includes("alt"), shiftKey: modifiers.includes("shift"),
});

for (const [shortcut, made, apple, expected] of [
  ["Mod+K", press("k", "ctrl"), false, true], ["Mod+K", press("k", "meta"), true, true], ["Mod+K", press("k", "ctrl"), true, false],
  ["Mod+K", press("k"), false, false], ["Mod+Shift+O", press("O", "ctrl", "shift"), false, true], ["Mod+Shift+O", press("o", "ctrl"), false, false],
  ["?", press("?", "shift"), false, true], ["?", press("?"), false, true], ["/", press("/", "shift"), false, true], ["/", press("/", "ctrl"), false, false],
  ["Escape", press("Escape"), false, true], ["Escape", press("Escape", "shift"), false, false], ["Alt+ArrowUp", press("ArrowUp", "alt"), false, true],
]) {
  test(`${JSON.stringify(made)} is ${expected ? "" : "not "}${shortcut}${apple ? " on a Mac" : ""}`, () => assert.equal(matches(made, shortcut, apple), expected));
}

test("a letter writes text and a command does not", () => {
  assert.equal(types(press("k")), true);
  assert.equal(types(press("k", "ctrl")), false);
  assert.equal(types(press("Escape")), false);
});

test("the longest run that may stay is found", () => {
  assert.deepEqual([...longestIncreasing([3, 0, 1, -1, 2])].sort(), [1, 2, 4]);
  assert.deepEqual([...longestIncreasing([])], []);
  assert.equal(longestIncreasing([4, 3, 2, 1, 0]).size, 1);
  assert.equal(longestIncreasing([0, 1, 2, 3]).size, 4);
});
