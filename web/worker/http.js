/**
 * One HTTP call for Python, by fetch: no cookies, no redirects, no referrer, no cache, bytes as they come.
 *
 * Closing a call closes its connection. fetch gives no reason for a failure, so what the browser does let
 * a script know is collected as facts; what they mean to the user is decided elsewhere.
 */

/** @import { Facts, PyBytes, Wrong } from "./types.d.ts" */

import { bytesOf, joined, wrong } from "./border.js";

// Servers send a comment every few seconds while a model thinks; this long without a byte is a dead line.
export const IDLE_MS = 5 * 60 * 1000;
/** More than an answer that is read as a whole may have. What is beyond it waits with the server. */
const MOST_WAITING = 96 << 20;
const PROBE_MS = 3000;
// The report of a refusal is a task of its own and may come after fetch has failed.
const REPORT_MS = 50;

/** @type {Set<string>} */
const refusedOrigins = new Set();
self.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "connect-src") refusedOrigins.add(originOf(event.blockedURI));
});

export function http() {
  return { start };
}

/**
 * Begin a call. `head()` answers {status, headers} or {error} as JSON text; `read()` answers
 * {bytes, json}: what has come since the last time, or at the end and on an error nothing.
 * @param {string} method @param {string} url @param {string} headersText
 * @param {PyBytes | null} body @param {number} [idleMs]
 */
function start(method, url, headersText, body, idleMs = IDLE_MS) {
  const controller = new AbortController();
  /** Come, and not yet taken by Python. @type {Uint8Array[]} */
  let pieces = [];
  /** What there is to say after the last piece. @type {{ error?: Wrong } | undefined} */
  let last;
  let size = 0;
  let tell = () => {};
  let taken = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let ended = "";

  /** @param {string} why */
  function end(why) {
    clearTimeout(timer);
    if (ended) return;
    ended = why;
    controller.abort();
  }
  function expectBytes() {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(() => end("idle"), idleMs);
  }
  /** @param {unknown} error */
  const failure = (error) => (ended === "idle" || ended === "closed" ? { name: ended, message: "" } : wrong(error));

  /**
   * Takes what comes at once, also while Python is at something else: when a connection breaks, the browser drops
   * whatever nobody has read.
   * @param {Response} response
   */
  async function receive({ body }) {
    const reader = body?.getReader();
    try {
      for (;;) {
        const piece = (await reader?.read())?.value;
        if (!piece) break;
        expectBytes();
        pieces.push(piece);
        tell();
        size += piece.length;
        if (size > MOST_WAITING) await /** @type {Promise<void>} */ (new Promise((done) => (taken = done)));
      }
      end("over");
      last = {};
    } catch (error) {
      clearTimeout(timer);
      last = { error: failure(error) };
    }
    tell();
  }

  const bytes = body ? bytesOf(body) : undefined;
  expectBytes();
  const answer = Promise.resolve().then(() =>
    fetch(url, {
      method,
      headers: JSON.parse(headersText),
      body: bytes,
      signal: controller.signal,
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      cache: "no-store",
    }),
  );
  answer.catch(() => {});

  return {
    async head() {
      try {
        const response = await answer;
        expectBytes();
        void receive(response);
        return JSON.stringify({ status: response.status, headers: Object.fromEntries(response.headers) });
      } catch (error) {
        clearTimeout(timer);
        const facts = ended ? {} : await factsOf(url);
        return JSON.stringify({ error: failure(error), facts });
      }
    },

    // Not null: in Python only undefined is None.
    /** @returns {Promise<{ bytes: Uint8Array | undefined, json: string }>} */
    async read() {
      if (!pieces.length && !last) await /** @type {Promise<void>} */ (new Promise((told) => (tell = told)));
      if (!pieces.length) return { bytes: undefined, json: JSON.stringify(last) };
      const bytes = joined(pieces);
      pieces = [];
      size = 0;
      taken();
      return { bytes, json: "{}" };
    },

    close() {
      end("closed");
    },
  };
}

/** @param {string} url @returns {Promise<Facts>} */
async function factsOf(url) {
  const target = originOf(url);
  const online = navigator.onLine;
  if (!refusedOrigins.has(target)) await new Promise((done) => setTimeout(done, REPORT_MS));
  const refused = refusedOrigins.has(target);
  const answers = refused || !online || !target ? null : await probe(target);
  return { online, origin: self.origin, refused, answers };
}

/**
 * Whether anything answers there at all. The answer cannot be read, which is all that CORS forbids, so
 * this tells a server that is not running from one that does not let this page in. It carries no key.
 * @param {string} target
 */
async function probe(target) {
  try {
    const signal = AbortSignal.timeout(PROBE_MS);
    await fetch(target, { mode: "no-cors", credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", signal });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} url */
function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return "";
  }
}
