/**
 * What a start downloads, counted in bytes, and unpacked.
 */

/** @import { Counter } from "./types.d.ts" */

import { unpack } from "./sparse.js";

/**
 * A fetch whose bodies are counted. Only for a first visit: what the service worker keeps is not downloaded.
 * @param {typeof fetch} plain
 * @param {Counter} count
 * @returns {typeof fetch}
 */
export function counted(plain, count) {
  return async (input, init) => {
    const response = await plain(input, init);
    if (!response.ok || !response.body) return response;
    const counter = new TransformStream({
      transform(/** @type {Uint8Array} */ piece, controller) {
        count(piece.byteLength);
        controller.enqueue(piece);
      },
    });
    return new Response(response.body.pipeThrough(counter), { status: response.status, headers: response.headers });
  };
}

/**
 * The memory in a snapshot's file, which is gzipped, as a host has it, or not, as the service worker keeps it.
 * @param {Promise<Response>} fetched
 * @param {number} size of the memory
 */
export async function memoryOf(fetched, size) {
  const response = await fetched;
  if (!response.ok) throw new Error(`${new URL(response.url).pathname}: status ${response.status}`);
  const bytes = await response.arrayBuffer();
  return unpack(isGzipped(bytes) ? await gunzip(bytes) : bytes, size);
}

/** @param {ArrayBuffer} bytes */
function isGzipped(bytes) {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  return first === 0x1f && second === 0x8b;
}

/** @param {ArrayBuffer} bytes */
function gunzip(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
