/**
 * What is put into every measured page before anything else runs: marks of moments, frames, long tasks.
 *
 * Ours and the floor's carry the same probe. A moment is milliseconds since the navigation began.
 */
globalThis.bench = (() => {
  const root = document;
  const marks = {};
  const waiting = {};
  const long = [];
  let frames = 0;

  function mark(name, at = performance.now()) {
    if (name in marks) return;
    marks[name] = at;
    for (const resolve of waiting[name] ?? []) resolve(at);
  }

  /** Looks at the start of each frame until it is so. */
  function eachFrame(name, test) {
    const look = () => (test() ? mark(name) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  }

  /** Looks whenever an attribute of the root element changes. */
  function rootAttribute(name, attribute, value) {
    const look = () => root.documentElement?.getAttribute(attribute) === value && mark(name);
    const watch = () => {
      look();
      new MutationObserver(look).observe(root.documentElement, { attributes: true, attributeFilter: [attribute] });
    };
    if (root.documentElement) watch();
    else new MutationObserver((_, self) => root.documentElement && (self.disconnect(), watch())).observe(root, { childList: true });
  }

  /** Laid out, enabled, and on top at its middle. */
  function usable(selector) {
    const element = root.querySelector(selector);
    if (!element || element.disabled) return false;
    const { left, top, width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && root.elementFromPoint(left + width / 2, top + height / 2) === element;
  }

  /** Whether the end of the last element of its kind shows these words in the window. */
  function inView(selector, words) {
    const element = [...root.querySelectorAll(selector)].at(-1);
    if (!element?.textContent.includes(words)) return false;
    const lines = [...element.querySelectorAll("p")].filter((each) => each.textContent.includes(words));
    const { top, bottom, height } = (lines.at(-1) ?? element).getBoundingClientRect();
    return height > 0 && bottom > 0 && top < innerHeight;
  }

  const request = (asked) =>
    new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const opened = () => request(indexedDB.open("inglenook"));

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) long.push({ start: entry.startTime, duration: entry.duration });
  }).observe({ type: "longtask", buffered: true });

  return {
    marks,
    mark,
    eachFrame,
    rootAttribute,
    usable,
    inView,
    when: (name) => (name in marks ? Promise.resolve(marks[name]) : new Promise((resolve) => (waiting[name] ??= []).push(resolve))),
    reset: (...names) => names.forEach((name) => delete marks[name]),
    countFrames() {
      frames = 0;
      const tick = () => {
        frames += 1;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    },
    frames: () => frames,
    longTasks: (since) => long.filter(({ start, duration }) => start + duration > since).map(({ duration }) => duration),

    /** Resolves when nothing in the page has changed and no task was long for so many milliseconds. */
    quiet: (ms = 500) =>
      new Promise((resolve) => {
        let timer = 0;
        let seen = long.length;
        const again = () => {
          clearTimeout(timer);
          timer = setTimeout(() => (long.length === seen ? (watcher.disconnect(), resolve(performance.now())) : ((seen = long.length), again())), ms);
        };
        const watcher = new MutationObserver(again);
        watcher.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
        again();
      }),

    /** Puts records into the stores that the application has made. */
    async fill(address) {
      const rows = await (await fetch(address, { cache: "no-store" })).json();
      const database = await opened();
      const transaction = database.transaction([...new Set(rows.map(({ store }) => store))], "readwrite");
      for (const { store, key, record } of rows) {
        // Bytes, which JSON cannot hold.
        if (store === "threads") record.text = Uint8Array.from(atob(record.text), (letter) => letter.charCodeAt(0));
        transaction.objectStore(store).put(record, key);
      }
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      database.close();
    },

    async count(store) {
      const database = await opened();
      const found = await request(database.transaction(store).objectStore(store).count());
      database.close();
      return found;
    },

    /** Resolves when the view that is kept for the next start shows these words. */
    async viewKept(words) {
      const database = await opened();
      for (;;) {
        const record = await request(database.transaction("settings").objectStore("settings").get("view"));
        if (JSON.stringify(record ?? "").includes(words)) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      database.close();
    },
  };
})();
