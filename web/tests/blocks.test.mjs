import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockStream } from "../page/markdown/blocks.js";
import { createParser } from "../page/markdown/parser.js";
import { documents } from "./documents.mjs";

const md = createParser();
const whole = (text) => md.render(text);

/** The HTML after the pieces arrived, as the element would show it. */
function streamed(pieces) {
  const stream = new BlockStream(md);
  let done = "";
  for (const piece of pieces) {
    stream.push(piece);
    done += [...stream.finished()].join("");
    stream.open();
    stream.fenceText();
  }
  done += [...stream.finished(true)].join("");
  return { html: done, again: stream.referencesFound };
}

for (const [name, text] of Object.entries(documents)) {
  test(`${name}: in one piece it is as rendered whole`, () => assert.equal(streamed([text]).html, whole(text)));

  test(`${name}: character by character it ends as rendered whole`, () => {
    const { html, again } = streamed([...text]);
    // Link references may be defined after their use: then the element renders the whole once more.
    if (again) assert.equal(streamed([text]).html, whole(text));
    else assert.equal(html, whole(text));
  });

  test(`${name}: cut at any place it ends as rendered whole`, () => {
    for (let at = 1; at < text.length; at += 1) {
      const { html, again } = streamed([text.slice(0, at), text.slice(at)]);
      if (!again) assert.equal(html, whole(text), `cut at ${at}`);
    }
  });

  test(`${name}: what is shown on the way is what the text so far says`, () => {
    const stream = new BlockStream(md);
    let done = "";
    for (const [i, piece] of [...text].entries()) {
      stream.push(piece);
      done += [...stream.finished()].join("");
      if (stream.fenceText() !== null) continue;
      const shown = done + stream.open().join("");
      const soFar = [...text].slice(0, i + 1).join("");
      if (!stream.referencesFound && !/math-open/.test(shown) && !/\[[^\]]*\]:/.test(soFar)) assert.equal(shown, whole(soFar), `after ${i + 1}`);
    }
  });
}

test("finished text is not kept to be rendered again", () => {
  const stream = new BlockStream(md);
  for (let i = 0; i < 200; i += 1) {
    stream.push(`Paragraph ${i}.\n\n`);
    [...stream.finished()];
  }
  assert.ok(stream.pending < 40, `${stream.pending} characters are open`);
});

test("code in an open fence comes as text alone until the fence closes", () => {
  const stream = new BlockStream(md);
  stream.push("```js\nlet a;\n");
  [...stream.finished()];
  stream.open();
  stream.push("let b;\nlet");
  assert.equal(stream.fenceText(), "let b;\nlet");
  stream.push(" c;\n``");
  assert.equal(stream.fenceText(), null);
  assert.deepEqual([...stream.finished()], []);
  assert.match(stream.open()[0], /let c;/);
});
