/**
 * Other tabs of the same room: word of what changed, and named locks that live as long as their tab.
 *
 * Web Locks are only there in secure contexts; on plain http in a home network tabs ask each other instead.
 */

/** @import { PyCall } from "./types.d.ts" */

import { kept } from "./border.js";

const CHANNEL = "inglenook";
const PREFIX = "inglenook:";
const ANSWER_MS = 200;

export function tabs() {
  const channel = new BroadcastChannel(CHANNEL);
  /** @type {Map<string, () => void>} */
  const own = new Map();
  /** @type {Set<string>} */
  const reported = new Set();
  /** @type {(idsText: string) => void} */
  let heard = () => {};

  channel.onmessage = ({ data }) => {
    if (data?.changed) heard(JSON.stringify(data.changed));
    if (data?.ask) channel.postMessage({ held: [...own.keys()] });
    for (const name of data?.held ?? []) reported.add(name);
  };

  return {
    /** @param {string} idsText a JSON list of conversation ids */
    tell: (idsText) => channel.postMessage({ changed: JSON.parse(idsText) }),

    /** @param {PyCall<[string]>} call */
    listen(call) {
      heard = kept(call);
    },

    /** @param {string} name */
    hold(name) {
      if (own.has(name)) return;
      /** @type {Promise<void>} */
      const released = new Promise((release) => own.set(name, release));
      navigator.locks?.request(PREFIX + name, () => released).catch((error) => console.warn("A lock was not granted.", error));
    },

    /** @param {string} name */
    release(name) {
      own.get(name)?.();
      own.delete(name);
    },

    /** @returns {Promise<string>} a JSON list of the names that any tab holds now */
    async held() {
      if (navigator.locks) {
        const { held = [] } = await navigator.locks.query();
        const others = held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
        return JSON.stringify([...new Set([...own.keys(), ...others])]);
      }
      reported.clear();
      channel.postMessage({ ask: true });
      await new Promise((done) => setTimeout(done, ANSWER_MS));
      return JSON.stringify([...new Set([...own.keys(), ...reported])]);
    },
  };
}
