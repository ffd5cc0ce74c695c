/**
 * Inglenook without a network: every file of this build is kept, checked by its hash, and served from there.
 *
 * Rule 1: it never touches a request to another origin, nor one that is not a GET; no conversation passes here.
 * Rule 2: an old build is dropped only when the new one is whole, and takes over only when the page says so.
 *
 * The build writes the values below: its id, the files that are fetched at once, and those kept when first used.
 * Each is [path, SHA-256 in hex].
 */

const BUILD = __BUILD__;
const FILES = __FILES__;
const LATER = __LATER__;

// Other rooms may live on the same origin under other paths; each keeps to its own.
const PREFIX = `inglenook ${self.registration.scope} `;
const CACHE = PREFIX + BUILD;
const AT_ONCE = 4;

const at = (path) => new URL(path, self.registration.scope).href;
/** A file is kept under its hash, so that a newer build finds what it can take over. */
const keyOf = (path, hash) => `${at(path)}?sha256=${hash}`;
const KEYS = new Map([...FILES, ...LATER].map(([path, hash]) => [at(path), { path, hash, key: keyOf(path, hash) }]));
const START = at("index.html");

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "skip-waiting") event.waitUntil(self.skipWaiting());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  // What follows the path of the start page, such as the answer of a sign-in, is for the page to read.
  url.hash = "";
  if (request.mode === "navigate") url.search = "";
  const known = KEYS.get(url.href === self.registration.scope ? START : url.href);
  if (known) event.respondWith(answer(known, request));
});

/** Take over what an older build has, fetch the rest; what was got stays for the next try if one file fails. */
async function install() {
  const cache = await caches.open(CACHE);
  const older = await olderCaches();
  const waiting = [...FILES];
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await keep(cache, older, ...file);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const [path, hash] of LATER) await takeOver(cache, older, keyOf(path, hash));
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function olderCaches() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  return Promise.all(names.map((name) => caches.open(name)));
}

async function keep(cache, older, path, hash) {
  const key = keyOf(path, hash);
  if ((await cache.match(key)) || (await takeOver(cache, older, key))) return;
  await cache.put(key, asKept(path, await download(path, hash)));
}

async function takeOver(cache, older, key) {
  for (const other of older) {
    const found = await other.match(key);
    if (!found) continue;
    await cache.put(key, found);
    return true;
  }
  return false;
}

/** A file of exactly this build: from the browser's own cache if it is there, else from the network. */
async function download(path, hash) {
  for (const cache of ["default", "reload"]) {
    const response = await fetch(at(path), { cache, credentials: "same-origin" });
    if (!response.ok) throw new Error(`${path}: status ${response.status}`);
    const body = await response.clone().arrayBuffer();
    if ((await sha256(body)) !== hash) continue;
    if (!response.redirected) return response;
    // A navigation may not be answered with a response that was redirected, so it is made anew.
    return new Response(body, { headers: { "Content-Type": response.headers.get("Content-Type") ?? "" } });
  }
  throw new Error(`${path} is not the file of build ${BUILD}`);
}

/** The snapshot is kept unpacked: reading five times the bytes takes less time than unpacking them at every start. */
function asKept(path, response) {
  if (!path.endsWith(".snapshot")) return response;
  return new Response(response.body.pipeThrough(new DecompressionStream("gzip")));
}

async function sha256(body) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function answer({ path, hash, key }, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key);
  if (kept) return kept;
  // The browser made room, or this is a file that is kept when first used.
  try {
    const response = asKept(path, await download(path, hash));
    await cache.put(key, response.clone());
    return response;
  } catch {
    return fetch(request);
  }
}
