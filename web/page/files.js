/** Files from outside: dropped anywhere, chosen, or pasted. Hands them on with where they were meant to go. */

/** @import { Send } from "./types" */

const MOST_FILES = 20_000;

/** @typedef {{ file: File, path: string }} Given */

/** @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[]>} */
async function entriesOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    // A reader gives at most a hundred at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** @param {FileSystemEntry} entry @param {Given[]} given */
async function collect(entry, given) {
  if (given.length >= MOST_FILES) return;
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    given.push({ file, path });
  } else if (entry.isDirectory) {
    for (const inner of await entriesOf(/** @type {FileSystemDirectoryEntry} */ (entry))) await collect(inner, given);
  }
}

/** @param {DataTransfer} transfer @returns {Promise<Given[]>} */
async function dropped(transfer) {
  // Both must be asked now: after this task the transfer is empty.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return files.map((file) => ({ file, path: file.name }));
  /** @type {Given[]} */
  const given = [];
  for (const entry of entries) if (entry) await collect(entry, given);
  return given;
}

/** @param {Send} send */
export function watchFiles(send) {
  const overlay = document.getElementById("drop-overlay");
  let depth = 0;

  /** @param {string} target @param {Given[]} given */
  const give = (target, given) => {
    if (given.length === 0) return;
    const files = given.map(({ file, path }) => ({ name: file.name, size: file.size, media_type: file.type, path }));
    send({ type: "files.given", target, files }, given.map(({ file }) => file));
  };

  /** @param {boolean} shown */
  const show = (shown) => {
    if (!shown) depth = 0;
    if (overlay) overlay.hidden = !shown;
  };
  /** @param {EventTarget | null} target */
  const targetOf = (target) => (target instanceof Element ? target.closest("[data-drop-target]") : null);
  /** @param {DragEvent} event */
  const brings = (event) => event.dataTransfer?.types.includes("Files") ?? false;

  addEventListener("dragenter", (event) => {
    if (!brings(event)) return;
    if (!depth++) send({ type: "files.near" });
    show(true);
  });
  addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    const over = targetOf(event.target);
    for (const place of overlay?.querySelectorAll("[data-drop-target]") ?? []) place.toggleAttribute("data-over", place === over);
  });
  addEventListener("dragleave", (event) => {
    if (brings(event) && (depth -= 1) <= 0) show(false);
  });
  addEventListener("drop", async (event) => {
    if (!brings(event) || !event.dataTransfer) return;
    event.preventDefault();
    const place = targetOf(event.target);
    show(false);
    // An import only shows a preview, so a drop beside the targets does no harm.
    give(place?.getAttribute("data-drop-target") ?? "import", await dropped(event.dataTransfer));
  });

  addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "file" || !target.dataset.files) return;
    give(target.dataset.files, [...(target.files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
    // The same file may be chosen again.
    target.value = "";
  });

  addEventListener("click", ({ target }) => {
    if (target instanceof HTMLInputElement && target.dataset.files === "import") send({ type: "files.near" });
    const wanted = target instanceof Element && target.closest("[data-pick]")?.getAttribute("data-pick");
    if (!wanted) return;
    const input = document.querySelector(`input[type=file][data-files="${CSS.escape(wanted)}"]`);
    if (input instanceof HTMLInputElement) input.click();
  });

  addEventListener("paste", (event) => {
    const { clipboardData, target } = event;
    // A copied table comes as text and as a picture; then the text is meant.
    if (!clipboardData?.files.length || clipboardData.getData("text/plain")) return;
    if (!(target instanceof Element) || !target.closest("#composer")) return;
    event.preventDefault();
    give("attach", [...clipboardData.files].map((file) => ({ file, path: file.name })));
  });
}
