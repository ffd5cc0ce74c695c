import assert from "node:assert/strict";
import { test } from "node:test";
import { createParser } from "../page/markdown/parser.js";

const md = createParser();
const render = (text) => md.render(text).trim();
const formulas = (text) => [...render(text).matchAll(/class="math[^"]*">([^<]*)</g)].map((found) => found[1]);

for (const text of [
  "It costs $5 and $6.", "from $5-$6 a month", "$5 million and 6$ more", "US$5 and US$6", "a price of 5$ or 6$ each",
  "`$HOME` and `$PATH`", "use $HOME and `a$`", "\\$x\\$", "$ x $", "$", "$$", "$1,000 to $2,000", "costs $5 and US$",
]) {
  test(`"${text}" holds no formula`, () => assert.deepEqual(formulas(text), []));
}

for (const [text, expected] of [
  ["$x$", ["x"]], ["a $x+1$, b", ["x+1"]], ["\\(a\\) and \\[b\\]", ["a", "b"]], ["$$\nx\n+ y\n= z\n$$", ["x\n+ y\n= z"]],
  ["\\[\n\\int_0^1 x\n\\]", ["\\int_0^1 x"]], ["$$ a $$", ["a"]], ["text $$a$$ more", ["a"]], ["We have\n$$\nx\n$$\nthen", ["x"]],
  ["- item\n  $$\n  x\n  - y\n  $$\n- next", ["x\n- y"]], ["$a_1$ and $b_2$", ["a_1", "b_2"]], ["$100$", ["100"]],
  ["$\\$5$", ["\\$5"]], ["**bold $x$**", ["x"]], ["| $a$ | $b$ |\n|--|--|\n| 1 | 2 |", ["a", "b"]], ["> $$\n> q\n> $$", ["q"]],
  ["$a < b$", ["a &lt; b"]], ["$$a\nb$$", ["a\nb"]],
]) {
  test(`${JSON.stringify(text)} holds ${JSON.stringify(expected)}`, () => assert.deepEqual(formulas(text), expected));
}

test("a formula that never ends is text", () => assert.match(render("$$\nx\n\n- a"), /<li>a/));
