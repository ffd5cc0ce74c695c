import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.formats.markdown.html import html
from inglenook.formats.markdown.inline import inline

MARKS = st.lists(
    st.sampled_from([*"*_~`[]()!<>#-+|\\$&=.:1 \n\t\"'ax", "**", "```", "](https://e.org)", "- ", "> ", "|-|", "$$"]),
    max_size=40,
).map("".join)
VOID = {"br", "hr", "img"}
BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "ul"}
KNOWN = VOID | BLOCKS | {"a", "code", "del", "em", "strong", "table", "tbody", "td", "th", "thead", "tr"}


class Checked(HTMLParser):
    """Every tag is one of ours, is closed where it should be, and leads nowhere but to the web or a mail address."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        assert tag in KNOWN
        for name, value in attrs:
            assert name in ("href", "rel", "start", "style", "data-language", "src", "alt", "class")
            assert name != "href" or value.startswith(("https://", "http://", "mailto:"))
            assert name != "src" or value.startswith("data:image/")
        assert not (tag == "a" and "a" in self.open)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def checked(markdown, **options):
    parser = Checked()
    parser.feed(html(markdown, **options))
    parser.close()
    assert parser.open == []
    return "".join(parser.text)


@given(MARKS | st.text(max_size=40))
def test_any_text_becomes_whole_tags_of_ours(text):
    checked(text)
    checked(text, top=3, breaks=True)


@given(st.text(st.characters(categories=("L", "N")), max_size=40))
def test_plain_words_stay(text):
    assert "".join(checked(text).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("**a** *b* __c__ _d_ ~~e~~", "<strong>a</strong> <em>b</em> <strong>c</strong> <em>d</em> <del>e</del>"),
        ("***a*** **b*c*d**", "<em><strong>a</strong></em> <strong>b<em>c</em>d</strong>"),
        ("snake_case_name 2 * 3 * 4 **open", "snake_case_name 2 * 3 * 4 **open"),
        ("`a<b` ``c`d`` `open", "<code>a&lt;b</code> <code>c`d</code> `open"),
        ("**a `**` b**", "<strong>a <code>**</code> b</strong>"),
        ("\\*a\\* \\<b> \\q", "*a* &lt;b&gt; \\q"),
        ("<b onclick=x>&lt;&nbsp;&nope;", "&lt;b onclick=x&gt;&lt;\xa0&amp;nope;"),
        ("a  \nb\\\nc\nd", "a<br>\nb<br>\nc\nd"),
        ("\\(x_1*y*z_2\\) $$a*b*c$$ \\[d*e*f\\] $5 and $6", "\\(x_1*y*z_2\\) $$a*b*c$$ \\[d*e*f\\] $5 and $6"),
    ],
)
def test_marks_inside_a_line(markdown, made):
    assert inline(markdown) == made


@pytest.mark.parametrize(
    ("markdown", "addresses"),
    [
        ('[a](https://e.org/b_(c)?d=1&e=2 "t")', ["https://e.org/b_(c)?d=1&amp;e=2"]),
        ("(https://e.org/a). <https://e.org/b> **https://e.org/c**", [f"https://e.org/{x}" for x in "abc"]),
        ("[https://e.org](https://f.org) [a [b](https://g.org) c](https://h.org)", ["https://f.org", "https://g.org", "https://h.org"]),
        ("[m](mailto:a@e.org) ![picture](https://e.org/p.png)", ["mailto:a@e.org", "https://e.org/p.png"]),
        ("[a](javascript:alert(1)) [b](data:text/html,x) [c](//e.org) [d](/e) <javascript:x>", []),
        ("[a](java&#10;script:x) [b](<\tjavascript:x>) [c](&#106;avascript:x)", []),
    ],
)  # fmt: skip
def test_links_lead_to_the_web_or_to_a_mail_address(markdown, addresses):
    assert re.findall(r'href="([^"]*)"', inline(markdown)) == addresses


def test_a_picture_inside_the_text_is_shown_and_no_other_is():
    assert inline("![a *b*](data:image/png;base64,AAAA)") == '<img src="data:image/png;base64,AAAA" alt="a b">'
    assert "<img" not in inline("![a](https://e.org/a.png) ![b](data:image/svg+xml;base64,AAAA)")


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("# A #\n## B", "<h1>A</h1>\n<h2>B</h2>"),
        ("A\n===\nB\n---", "<h1>A</h1>\n<h2>B</h2>"),
        ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("a\n1986. b\n#c", "<p>a\n1986. b\n#c</p>"),
        ("```py x\n<a>\n  b\n```\nc", '<pre data-language="py"><code>&lt;a&gt;\n  b\n</code></pre>\n<p>c</p>'),
        ("~~~\n```\n~~~", "<pre><code>```\n</code></pre>"),
        ("```\nopen", "<pre><code>open\n</code></pre>"),
        ("    a\n\n     b", "<pre><code>a\n\n b\n</code></pre>"),
        ("> a\nb\n> > c", "<blockquote>\n<p>a\nb</p>\n<blockquote>\n<p>c</p>\n</blockquote>\n</blockquote>"),
        ("$$\na_b_c\n- d\n$$", '<p class="formula">$$\na_b_c\n- d\n$$</p>'),
        ("$$\nopen\n- a", "<p>$$\nopen</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("- a\n- b\n* c", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ul>\n<li>c</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("- a\n\n- b", "<ul>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ul>"),
        ("1. a\n   - b\n     c\n2. d", "<ol>\n<li>a\n<ul>\n<li>b\nc</li>\n</ul></li>\n<li>d</li>\n</ol>"),
        ("- a\n  ```\n  b\n\n  c\n  ```\n- d", "<ul>\n<li>a\n<pre><code>b\n\nc\n</code></pre></li>\n<li>d</li>\n</ul>"),
        ("- [ ] a\n- [x] b", "<ul>\n<li>\u2610 a</li>\n<li>\u2611 b</li>\n</ul>"),
    ],
)
def test_blocks(markdown, made):
    assert html(markdown) == made


def test_a_table_keeps_every_cell():
    made = html("| a | b |\n|:--|--:|\n| `c\\|d` | **e** | more |\n| f |")
    right = ' style="text-align:right"'
    assert made == (
        f'<div class="table"><table>\n<thead>\n<tr><th>a</th><th{right}>b</th></tr>\n</thead>\n<tbody>\n'
        f"<tr><td><code>c|d</code></td><td{right}><strong>e</strong></td><td>more</td></tr>\n<tr><td>f</td></tr>\n"
        "</tbody>\n</table></div>"
    )


def test_headings_begin_where_the_page_wants_them():
    assert html("# a\n###### b", top=3) == "<h3>a</h3>\n<h6>b</h6>"


@pytest.mark.parametrize(
    "text",
    ["# " + "#" * 40_000 + "x", "|a\n---" + " " * 40_000 + "x|", "**a " * 20_000, "`a" * 20_000 + "``", "[" * 40_000,
     "[a](b" * 20_000, "[_a" * 20_000 + "](https://b)" * 20_000, "http://a" + ")]" * 40_000, "*a _b " * 20_000,
     "![[" * 20_000, "> " * 40_000, "- " * 40_000, "> - " * 20_000, "".join("  " * n + "- a\n" for n in range(500)),
     "|a" * 20_000 + "\n" + "|-" * 20_000 + "\n" + "|a\n" * 20_000, "```\n" * 20_001, "$$\n" * 20_001, "\\[\n" * 20_000,
     "- ```\n" * 20_000, " " * 40_000 + "\n" + "\t" * 40_000, "<a:" * 20_000, "[a](b \"" * 20_000,
     "a* " * 20_000 + "*b" * 20_000],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_long_texts_of_one_mark_come_to_an_end(text):
    checked(text)
