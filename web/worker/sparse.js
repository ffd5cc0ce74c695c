/**
 * A memory of which much is zero, as the runs that are not: less to keep, to read and to unpack.
 *
 * Little-endian 32-bit words: the size of the memory, the number of runs, an offset and a length for each; then the
 * bytes of the runs in the same order.
 */

const PAGE = 4096;
const WORD = 4;
const HEADER = 2;

/** @param {Uint8Array} memory */
export function pack(memory) {
  const runs = filledRuns(memory);
  const table = new Uint32Array(HEADER + 2 * runs.length);
  table.set([memory.length, runs.length, ...runs.flat()]);
  const packed = new Uint8Array(table.byteLength + runs.reduce((sum, [, length]) => sum + length, 0));
  packed.set(new Uint8Array(table.buffer));
  let place = table.byteLength;
  for (const [offset, length] of runs) {
    packed.set(memory.subarray(offset, offset + length), place);
    place += length;
  }
  return packed;
}

/** @param {Uint8Array} memory @returns {[offset: number, length: number][]} */
function filledRuns(memory) {
  /** @type {[number, number][]} */
  const runs = [];
  for (let offset = 0; offset < memory.length; offset += PAGE) {
    const page = memory.subarray(offset, offset + PAGE);
    if (page.every((byte) => byte === 0)) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === offset) last[1] += page.length;
    else runs.push([offset, page.length]);
  }
  return runs;
}

/**
 * The memory again.
 * @param {ArrayBuffer} packed
 * @param {number} size that it must have
 */
export function unpack(packed, size) {
  const [says, count] = words(packed, 0, HEADER);
  if (says !== size) throw new Error(`the snapshot is of ${says} bytes; this build's is of ${size}`);
  const runs = words(packed, HEADER, 2 * count);
  const memory = new Uint8Array(size);
  let place = (HEADER + runs.length) * WORD;
  for (let run = 0; run < runs.length; run += 2) {
    const [offset, length] = runs.subarray(run, run + 2);
    if (offset + length > size || place + length > packed.byteLength) throw new Error("the snapshot is cut or damaged");
    memory.set(new Uint8Array(packed, place, length), offset);
    place += length;
  }
  if (place !== packed.byteLength) throw new Error("the snapshot is longer than it says");
  return memory;
}

/** @param {ArrayBuffer} packed @param {number} first @param {number} count */
function words(packed, first, count) {
  if ((first + count) * WORD > packed.byteLength) throw new Error("the snapshot is cut");
  return new Uint32Array(packed, first * WORD, count);
}
