/**
 * `<stored-picture data-sha256 data-type title>`: a picture of a conversation, out of the database of this device.
 *
 * Drawn when the reader comes near. Until then, and if it is not there, its title is what is seen.
 */

import { openDatabase } from "./database.js";
import { watch } from "./markdown/near.js";

/** @param {string} key @returns {Promise<Blob | undefined>} */
async function stored(key) {
  const database = await openDatabase();
  if (!database) return undefined;
  /** @type {Promise<unknown>} */
  const found = new Promise((resolve, reject) => {
    const request = database.transaction("attachments").objectStore("attachments").get(key);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  database.close();
  const blob = await found;
  return blob instanceof Blob ? blob : undefined;
}

class StoredPicture extends HTMLElement {
  #address = "";

  connectedCallback() {
    watch(this, () => void this.#draw().catch(() => this.#fail()));
  }

  // Moving an element keeps everything.
  connectedMoveCallback() {}

  disconnectedCallback() {
    watch(this, null);
    URL.revokeObjectURL(this.#address);
    this.replaceChildren(this.title);
  }

  async #draw() {
    const { sha256 = "", type } = this.dataset;
    const blob = await stored(sha256);
    if (!blob) return this.#fail();
    if (!this.isConnected) return undefined;
    // Of the kind that Python says, whatever was stored: opened alone it must be a picture and nothing else.
    this.#address = URL.createObjectURL(blob.slice(0, blob.size, type));
    const link = Object.assign(document.createElement("a"), { href: this.#address, target: "_blank" });
    const image = Object.assign(new Image(), { alt: this.title, src: this.#address, onerror: () => this.#fail() });
    link.append(image);
    this.replaceChildren(link);
    return undefined;
  }

  #fail() {
    this.toggleAttribute("data-missing", true);
    this.replaceChildren(`${this.title} cannot be shown.`);
  }
}

customElements.define("stored-picture", StoredPicture);
