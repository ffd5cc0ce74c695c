/**
 * What crosses between Python and JavaScript: text, bytes, lists of text, functions.
 *
 * Python passes proxies that end with the call; here they become plain values that last. No object tree
 * crosses: converting one costs many times what JSON text does.
 */

/** @import { PyBytes, PyCall, PyList, Wrong } from "./types.d.ts" */

/**
 * A copy of Python's bytes.
 * @param {PyBytes} bytes
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(bytes) {
  const buffer = bytes.getBuffer("u8");
  try {
    return new Uint8Array(buffer.data);
  } finally {
    buffer.release();
  }
}

/** Pieces as one. @param {Uint8Array[]} pieces */
export function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}

/**
 * @template T
 * @param {PyList<T> | null | undefined} list
 * @returns {T[]}
 */
export const listOf = (list) => list?.toJs() ?? [];

/**
 * A Python function that may be called after the call that brought it.
 * @template {unknown[]} Given
 * @param {PyCall<Given>} call
 * @returns {(...given: Given) => void}
 */
export const kept = (call) => call.copy();

/**
 * An exception as plain text; Python never meets a JavaScript error object.
 * @param {unknown} error
 * @returns {Wrong}
 */
export function wrong(error) {
  if (error instanceof Error || error instanceof DOMException) return { name: error.name, message: error.message };
  return { name: "Error", message: String(error) };
}
