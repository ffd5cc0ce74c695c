/** On a click: one record out of IndexedDB, JSON.parse, and as many of its last messages as fill the window. */
import MarkdownIt from "markdown-it";

const md = new MarkdownIt({ linkify: true });
const thread = document.getElementById("thread");
const messages = document.getElementById("messages");

/** @returns {Promise<IDBDatabase>} */
const opened = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("floor", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("threads");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

globalThis.keep = async (address) => {
  const [{ key, record }] = await (await fetch(address)).json();
  // Ours is kept small; the floor is a plain text.
  const bytes = Uint8Array.from(atob(record.text), (letter) => letter.charCodeAt(0));
  record.text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  const database = await opened();
  const transaction = database.transaction("threads", "readwrite");
  transaction.objectStore("threads").put(record, key);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  document.getElementById("open").dataset.id = key;
};

document.getElementById("open").onclick = async ({ target }) => {
  const database = await opened();
  const request = database.transaction("threads").objectStore("threads").get(target.dataset.id);
  await new Promise((resolve) => (request.onsuccess = resolve));
  const conversation = JSON.parse(request.result.text);
  for (const message of conversation.messages.toReversed()) {
    const article = document.createElement("article");
    article.innerHTML = md.render(message.parts.map(({ text }) => text).join("\n"));
    messages.prepend(article);
    if (messages.offsetHeight > thread.clientHeight) break;
  }
  thread.scrollTop = thread.scrollHeight;
};
