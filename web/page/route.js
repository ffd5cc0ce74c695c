/** The address: the fragment names what is shown, and Python decides what that is. */

/** @import { Send } from "./types" */

let known = location.hash;

/** Python moved: the address follows and says nothing back. @param {string} hash @param {boolean} replace */
export function navigate(hash, replace) {
  known = hash;
  if (hash === location.hash) return;
  const address = hash || location.pathname + location.search;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

/** @param {Send} send */
export function watchRoute(send) {
  // Going back fires both events, a link too in some browsers.
  const changed = () => {
    if (location.hash === known) return;
    known = location.hash;
    send({ type: "route.changed", hash: known });
  };
  addEventListener("hashchange", changed);
  addEventListener("popstate", changed);
}

/** The query of a sign-in that came back, taken out of the address bar so that a reload does not use it again. */
export function takeSearch() {
  const { search, pathname, hash } = location;
  const query = new URLSearchParams(search);
  if (query.has("code") || query.has("error")) history.replaceState(null, "", pathname + hash);
  return search;
}
