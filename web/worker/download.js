/**
 * What a start downloads, counted in bytes, and a gzipped file unpacked as it arrives.
 */

/** @import { Counter } from "./types.d.ts" */

const GZIP = [0x1f, 0x8b];

/**
 * A fetch whose bodies are counted. Only for a first visit: a body that was touched keeps a browser from
 * storing the compiled form of WebAssembly beside it.
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
 * The bytes of a file that may be gzipped, in one array.
 * @param {string} url
 * @param {Counter} count told of the bytes as they are downloaded
 * @param {number} [size] of the unpacked file, if it is known: saves joining the pieces
 */
export async function unpacked(url, count, size) {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${new URL(url).pathname}: status ${response.status}`);
  const reader = response.body.getReader();
  const first = await reader.read();
  if (first.done) throw new Error(`${new URL(url).pathname}: empty`);
  count(first.value.length);
  const whole = new ReadableStream({
    start: (controller) => controller.enqueue(first.value),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      count(value.length);
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const gzipped = GZIP.every((byte, place) => first.value[place] === byte);
  const plain = gzipped ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
  return size ? await filled(plain, size) : new Uint8Array(await new Response(plain).arrayBuffer());
}

/** @param {ReadableStream<Uint8Array>} stream @param {number} size */
async function filled(stream, size) {
  const bytes = new Uint8Array(size);
  let place = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (place + value.length > size) throw new Error("the snapshot is longer than this build says");
    bytes.set(value, place);
    place += value.length;
  }
  if (place !== size) throw new Error("the snapshot is shorter than this build says");
  return bytes;
}
