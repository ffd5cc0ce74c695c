/**
 * Fetches one streamed answer and draws it: finished blocks once, the open tail once a frame.
 * `ask` is called by the bench with the address, the key and the body of the request.
 */
import MarkdownIt from "markdown-it";

const md = new MarkdownIt({ linkify: true });
const thread = document.getElementById("thread");
const messages = document.getElementById("messages");
const open = document.createElement("div");

let tail = "";
let waiting = false;
let over = false;

/** Where the last blank line outside a fence is. */
function cutOf(text) {
  let cut = 0;
  let fence = false;
  let at = 0;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) fence = !fence;
    if (!fence && line === "" && at > 0) cut = at;
    at += line.length + 1;
  }
  return cut;
}

function paint() {
  waiting = false;
  const cut = cutOf(tail);
  if (cut > 0 && cut < tail.length) {
    const done = document.createElement("div");
    done.innerHTML = md.render(tail.slice(0, cut));
    open.before(done);
    tail = tail.slice(cut);
  }
  open.innerHTML = md.render(tail);
  thread.scrollTop = thread.scrollHeight;
  if (over) document.documentElement.dataset.answer = "done";
}

function askForPaint() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(paint);
}

globalThis.ask = async (url, key, body) => {
  messages.append(open);
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  let rest = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + piece).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      if (!event.startsWith("data: ") || event === "data: [DONE]") continue;
      tail += JSON.parse(event.slice(6)).choices[0]?.delta?.content ?? "";
    }
    askForPaint();
  }
  over = true;
  askForPaint();
};
