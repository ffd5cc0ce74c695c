/**
 * A worker under the page's content security policy, for the page and for a worker that starts another.
 *
 * A module worker made from a plain address does not inherit the policy of the page's <meta> element; one made
 * from a blob does. Firefox passes by the service worker when it fetches what a blob imports statically, so the
 * blob imports when it runs, and holds back what is said to it until then.
 */

/** @param {string} address @returns {string} */
const starter = (address) => `
const early = [];
onmessage = (event) => early.push(event);
import(${JSON.stringify(address)}).then(
  () => early.forEach((event) => onmessage(event)),
  (error) => setTimeout(() => { throw error; }),
);
`;

/**
 * @param {string} address of its module, which sets `onmessage`; that it cannot be loaded is an error of the worker
 * @param {string} name
 */
export function blobWorker(address, name) {
  const blob = URL.createObjectURL(new Blob([starter(address)], { type: "text/javascript" }));
  const worker = new Worker(blob, { type: "module", name });
  // Whoever speaks has been loaded.
  worker.addEventListener("message", () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}
