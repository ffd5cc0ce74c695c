import assert from "node:assert/strict";
import { test } from "node:test";

// Of a worker; nothing here is refused by a policy.
globalThis.self = Object.assign(new EventTarget(), { origin: "http://127.0.0.1" });
const { http } = await import("../worker/http.js");

/** A call whose head has come, and what plays the server's end of its body. */
async function answered() {
  let server;
  const body = new ReadableStream({ start: (controller) => (server = controller) });
  globalThis.fetch = async () => new Response(body);
  const call = http().start("POST", "http://127.0.0.1/v1/chat/completions", "{}", null);
  assert.equal(JSON.parse(await call.head()).status, 200);
  return { call, server, say: (text) => server.enqueue(new TextEncoder().encode(text)) };
}

/** Lets go of everything that waits only for a promise. */
const turn = () => new Promise((done) => setImmediate(done));

/** All that is still read: the text, and what is said at its end. */
async function rest(call) {
  let text = "";
  for (;;) {
    const { bytes, json } = await call.read();
    if (!bytes) return { text, said: JSON.parse(json) };
    text += new TextDecoder().decode(bytes);
  }
}

test("what came before the connection broke is read, even if nobody had asked for it", async () => {
  const { call, server, say } = await answered();
  say("one, ");
  await turn();
  say("two");
  await turn();
  server.error(new TypeError("network error"));
  const { text, said } = await rest(call);
  assert.equal(text, "one, two");
  assert.deepEqual(said, { error: { name: "TypeError", message: "network error" } });
});

test("what came meanwhile is one piece, in its order", async () => {
  const { call, server, say } = await answered();
  for (const text of ["one, ", "two, ", "three"]) say(text);
  await turn();
  const { bytes } = await call.read();
  assert.equal(new TextDecoder().decode(bytes), "one, two, three");
  const waiting = rest(call);
  await turn();
  say(", four");
  await turn();
  server.close();
  assert.deepEqual(await waiting, { text: ", four", said: {} });
});

test("what nobody takes waits with the server, and comes when there is room again", async () => {
  let given = 0;
  const pull = (controller) => (given++ < 8 ? controller.enqueue(new Uint8Array(32 << 20)) : controller.close());
  globalThis.fetch = async () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  const call = http().start("GET", "http://127.0.0.1/v1/models", "{}", null);
  await call.head();
  for (let n = 0; n < 20; n++) await turn();
  assert.equal(given, 4);
  let size = 0;
  for (let read; (read = (await call.read()).bytes); ) size += read.length;
  assert.equal(size, 8 * (32 << 20));
});

test("a call that we closed says so", async () => {
  const { call, server } = await answered();
  const waiting = rest(call);
  call.close();
  server.error(new DOMException("aborted", "AbortError"));
  assert.deepEqual(await waiting, { text: "", said: { error: { name: "closed", message: "" } } });
});
