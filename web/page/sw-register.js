/** The service worker: registers it, tells when a new version waits, and changes over only when asked. */

/** @import { Send } from "./types" */

const LOOK_AGAIN_MS = 6 * 60 * 60 * 1000;

/** @param {Send} send */
export async function registerServiceWorker(send) {
  const container = navigator.serviceWorker;
  if (!container) return;
  try {
    const registration = await container.register("./sw.js", { scope: "./" });
    let looked = Date.now();
    const waits = () => {
      // Without a controller this is the first visit: nothing old is running.
      if (registration.waiting && container.controller) send({ type: "update.waiting" });
    };
    waits();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", waits));
    addEventListener("visibilitychange", () => {
      if (document.hidden || Date.now() - looked < LOOK_AGAIN_MS) return;
      looked = Date.now();
      // Offline is no news here.
      registration.update().catch(() => {});
    });
  } catch (error) {
    // The app works without it, only not offline.
    console.warn("The service worker was not registered.", error);
  }
}

/** Hands over to the version that waits, then loads it. */
export async function applyUpdate() {
  const registration = await navigator.serviceWorker?.getRegistration("./");
  navigator.serviceWorker?.addEventListener("controllerchange", () => location.reload(), { once: true });
  if (registration?.waiting) registration.waiting.postMessage({ type: "skip-waiting" });
  else location.reload();
}
