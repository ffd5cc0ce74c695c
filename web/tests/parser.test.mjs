import assert from "node:assert/strict";
import { test } from "node:test";
import { createParser } from "../page/markdown/parser.js";

const md = createParser();
const render = (text) => md.render(text).trim();

test("raw HTML stays text", () => assert.doesNotMatch(render("<img src=x onerror=alert(1)> <script>1</script>"), /<(img|script)/));
test("a javascript address is no link", () => assert.doesNotMatch(render("[a](javascript:alert(1)) <javascript:alert(1)>"), /<a/));
test("an address on this page is no link", () => assert.equal(render("[a](#/c/1)"), "<p><a>a</a></p>"));
test("a link opens elsewhere and says nothing about us", () =>
  assert.equal(render("[a](https://e.org)"), '<p><a href="https://e.org" target="_blank" rel="noopener noreferrer nofollow">a</a></p>'));
test("a remote image is a link that names the host", () => {
  const html = render("![cat](https://img.example/x.png)");
  assert.doesNotMatch(html, /<img/);
  assert.match(html, /<a class="remote-image"[^>]*>cat \(image at img\.example\)<\/a>/);
});
test("a remote image in a link does not nest links", () =>
  assert.equal(render("[![c](https://i.example/x.png)](https://e.org)").match(/<a/g).length, 1));
test("a picture in the text itself is shown", () => assert.match(render("![a](data:image/png;base64,AAAA)"), /<img src="data:image\/png/));
test("a picture that is a document is not shown", () => assert.doesNotMatch(render("![a](data:image/svg+xml;base64,AAAA)"), /<img/));
test("task lists have boxes that say their state", () => {
  const html = render("- [x] done\n- [ ] open");
  assert.match(html, /checked aria-label="Done"> done/);
  assert.match(html, /disabled aria-label="Not done"> open/);
});
test("headings lie below the message's own", () =>
  assert.equal(render("# A\n\nB\n==="), '<h3 class="level-1">A</h3>\n<h3 class="level-1">B</h3>'));
test("a table lies in a box of its own and aligns by class", () =>
  assert.match(render("|a|b|\n|:-:|-:|\n|1|2|"), /<div class="table-box" tabindex="0"><table>[\s\S]*class="align-center"[\s\S]*class="align-right"/));
test("a language name cannot break out of its attribute", () => assert.match(render('```a"b<c\nx\n```'), /data-language="a&quot;b&lt;c"/));
test("line ends are kept where they were typed", () => assert.match(createParser({ breaks: true }).render("a\nb"), /a<br>/));
