/**
 * The start of the page: shows the last view, starts the worker, and joins what the user does to it.
 *
 * The order matters. Listeners first, so that nothing typed is lost; then the last view; then the worker; the
 * rendering libraries only when Python is there.
 */

import { giveBack, restoreDraft, watchComposer } from "./composer.js";
import { watchEvents } from "./events.js";
import { watchFiles } from "./files.js";
import { watchOverlays } from "./overlay.js";
import { apply } from "./patches.js";
import { takeSearch, watchRoute } from "./route.js";
import { watchScroll } from "./scroll.js";
import { hideStart, showFailure, showProgress, watchStart } from "./start-notice.js";
import { registerServiceWorker } from "./sw-register.js";
import { keepView, paint, readLastVisit } from "./view.js";
import { connect } from "./worker-link.js";

/** @import { FromWorker, Patch } from "./types" */

const root = document.documentElement;
let painted = false;
/** What came before the rendering libraries; null when they are there. @type {{ patches: Patch[], blobs: Record<string, Blob> }[] | null} */
let early = [];

const link = connect(receive);
const { send, forget, flush } = watchEvents(link.send);
const scroll = watchScroll(send);
const view = keepView(link.send, () => scroll.atEnd);

watchComposer(forget);
watchOverlays(send);
watchRoute(send);
watchFiles(send);
watchStart();
sayHello();

/** @param {FromWorker} message */
function receive({ progress, patches, blobs = {}, failed, ready }) {
  // The last count may come after the start is over.
  if (progress && root.dataset.python === "starting") showProgress(progress, painted);
  if (patches) {
    if (early) early.push({ patches, blobs });
    else draw(patches, blobs);
  }
  if (ready) {
    void loadRendering();
    hideStart();
    root.dataset.python = "ready";
    void registerServiceWorker(send);
  }
  if (failed) {
    void loadRendering();
    root.dataset.python = "failed";
    showFailure(failed);
    giveBack(link.undelivered());
  }
}

/** @param {Patch[]} patches @param {Record<string, Blob>} blobs */
function draw(patches, blobs) {
  apply(patches, { scroll, blobs, forget, send });
  view.touch();
}

/**
 * The rendering libraries. What is shown until then was rendered at the last visit, and beside Python's start they
 * would cost it more time than they take. Without them text is shown as it is.
 */
async function loadRendering() {
  await import("./rich-text.js").catch(reportError);
  for (const { patches, blobs } of early?.splice(0) ?? []) draw(patches, blobs);
  early = null;
}

function sayHello() {
  const session = Object.fromEntries(Object.entries(sessionStorage).filter(([name]) => name.startsWith("inglenook:")));
  send({
    type: "page.hello",
    hash: location.hash,
    search: takeSearch(),
    origin_path: location.origin + location.pathname,
    session,
    online: navigator.onLine,
    time_zone_offset_min: 0 - new Date().getTimezoneOffset(),
    tab: crypto.getRandomValues(new Uint32Array(2)).join("-"),
  });
}

for (const type of ["online", "offline"]) {
  addEventListener(type, () => send({ type: "network.changed", online: navigator.onLine }));
}
const hide = () => {
  flush();
  view.now();
  send({ type: "page.hidden" });
};
addEventListener("visibilitychange", () => document.hidden && hide());
addEventListener("pagehide", hide);

const visit = await readLastVisit();
if (visit.view) {
  painted = paint(visit.view);
  if (!visit.view.end) scroll.stay();
}
// Not sooner: Python's start wants every core, and would make the first paint later by more than it came sooner itself.
link.start(new URL("worker/start.js", document.baseURI).href);
restoreDraft(visit.draft);
scroll.refresh();

