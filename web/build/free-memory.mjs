/**
 * Memory that is free but still holds what was last there. Filled with zeros, it costs nothing to download.
 */

const LARGEST = 512 * 1024;
const SMALLEST = 16;
// What the allocator asks for beyond a block that it has no room for.
const MARGIN = 128 * 1024;

/**
 * Take every free block below the heap's end, from large to small, fill it, and give all of them back.
 * @param {any} module Pyodide's Emscripten module
 * @returns {number} how many bytes were filled
 */
export function zeroFreeMemory(module) {
  const { _malloc, _free, _sbrk } = module;
  const end = _sbrk(0);
  const room = module.HEAPU8.length - end - MARGIN;
  const taken = [];
  let filled = 0;
  for (let size = LARGEST; size >= SMALLEST; size /= 2) {
    // A block that did not fit would make the whole memory grow.
    if (size > room && size > MARGIN) continue;
    for (;;) {
      const block = _malloc(size);
      if (!block) break;
      if (block >= end) {
        // From here on the heap would grow, and new memory is zero already.
        _free(block);
        break;
      }
      module.HEAPU8.fill(0, block, block + size);
      taken.push(block);
      filled += size;
    }
  }
  for (const block of taken) _free(block);
  module._malloc_trim(0);
  // The stack grows down; what is below its pointer belongs to calls that have returned.
  module.HEAPU8.fill(0, module._emscripten_stack_get_end() + SMALLEST, module._emscripten_stack_get_current() - 64);
  return filled;
}
