import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, unpack } from "../worker/sparse.js";

const PAGE = 4096;

/** A memory of `pages` pages in which each of `filled` has one byte set. */
function memory(pages, filled, rest = 0) {
  const made = new Uint8Array(pages * PAGE + rest);
  for (const page of filled) made[page * PAGE + 7] = page + 1;
  return made;
}

for (const [name, made] of [
  ["nothing", new Uint8Array(0)],
  ["only zeros", memory(5, [])],
  ["one page in the middle", memory(5, [2])],
  ["the first and the last", memory(5, [0, 4])],
  ["neighbours", memory(6, [1, 2, 3])],
  ["a last page that is not whole", memory(2, [2], 100)],
]) {
  test(`${name} comes back as it was`, () => assert.deepEqual(unpack(pack(made).buffer, made.length), made));
}

test("zeros take no room, and neighbours share a run", () => {
  assert.equal(pack(memory(1000, [3, 4, 900])).length, 2 * 4 + 2 * 8 + 3 * PAGE);
});

for (const [name, packed, size, says] of [
  ["cut in the bytes", pack(memory(5, [2])).slice(0, -1), 5 * PAGE, /cut or damaged/],
  ["cut in the table", pack(memory(5, [0, 2, 4])).slice(0, 16), 5 * PAGE, /cut/],
  ["empty", new Uint8Array(0), 5 * PAGE, /cut/],
  ["with something after it", new Uint8Array([...pack(memory(5, [2])), 0]), 5 * PAGE, /longer/],
  ["of another build", pack(memory(5, [2])), 6 * PAGE, /this build's/],
]) {
  test(`a snapshot that is ${name} is refused`, () => assert.throws(() => unpack(packed.buffer, size), says));
}

test("a run beyond the memory is refused", () => {
  const packed = pack(memory(5, [4]));
  new DataView(packed.buffer).setUint32(8, 5 * PAGE, true);
  assert.throws(() => unpack(packed.buffer, 5 * PAGE), /damaged/);
});
