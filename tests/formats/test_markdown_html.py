import re
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.formats.markdown import kept
from inglenook.formats.markdown.html import LONGEST, html

MARKS = st.lists(
    st.sampled_from([*"*_~`[]()!<>#-+|\\$&=.:1 \n\t\"'ax", "**", "```", "](https://e.org)", "- ", "> ", "|-|\n", "$$",
                      "\\(", "\\)", "&#", ";", "data:image/png;base64,A", "\n[a]: ", "![", "[ ] ", "\ud83d", "\udca9"]),
    max_size=40,
).map("".join)
VOID = {"br", "hr", "img"}
BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "ul"}
KNOWN = VOID | BLOCKS | {"a", "code", "em", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr"}


class Checked(HTMLParser):
    """Every tag is one of ours, is closed where it should be, and leads nowhere but to the web or a mail address."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        assert tag in KNOWN
        for name, value in attrs:
            assert name in ("href", "rel", "start", "style", "data-language", "src", "alt", "class", "title")
            assert name != "href" or value.startswith(("https://", "http://", "mailto:"))
            assert name != "src" or value.startswith("data:image/")
        assert not (tag == "a" and "a" in self.open)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def inline(markdown):
    """One paragraph, without its tags."""
    made = html(markdown)
    assert made.startswith("<p>")
    assert made.endswith("</p>")
    return made[3:-4]


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
        ("**a** *b* __c__ _d_ ~~e~~", "<strong>a</strong> <em>b</em> <strong>c</strong> <em>d</em> <s>e</s>"),
        ("***a*** **b*c*d**", "<em><strong>a</strong></em> <strong>b<em>c</em>d</strong>"),
        ("snake_case_name 2 * 3 * 4 **open", "snake_case_name 2 * 3 * 4 **open"),
        ("`a<b` ``c`d`` `open", "<code>a&lt;b</code> <code>c`d</code> `open"),
        ("**a `**` b**", "<strong>a <code>**</code> b</strong>"),
        ("\\*a\\* \\<b> \\q", "*a* &lt;b&gt; \\q"),
        ("<b onclick=x>&lt;&nbsp;&nope;", "&lt;b onclick=x&gt;&lt;\xa0&amp;nope;"),
        ("a  \nb\\\nc\nd", "a<br>\nb<br>\nc\nd"),
    ],
)
def test_marks_inside_a_line(markdown, made):
    assert inline(markdown) == made


@pytest.mark.parametrize(
    "formula",
    ["\\(x_1*y*z_2\\)", "$$a*b*c$$", "\\[d*e*f\\]", "$a_1*b*c_2$", "$\\$_*a*_\\$$", "$$a\n*b*\nc$$", "$<a>&amp;$"],
)
def test_a_formula_inside_a_line_stays_as_it_was_written(formula):
    assert inline(f"*a* {formula} **b**") == (
        f'<em>a</em> <span class="formula">{escape(formula)}</span> <strong>b</strong>'
    )


@pytest.mark.parametrize(
    "text",
    ["$5 and $6", "$5 M and 6$", "from $5 million to 6$", "a$b$", "$ a$", "$a $", "$a$1", "$$ $$", "$$$", "`$a`$",
     "US$5 or $", "$a", "$`a$`"],
)  # fmt: skip
def test_dollars_that_are_money_or_alone_are_no_formula(text):
    assert "formula" not in html(text)


@pytest.mark.parametrize(
    ("markdown", "addresses"),
    [
        ('[a](https://e.org/b_(c)?d=1&e=2 "t")', ["https://e.org/b_(c)?d=1&amp;e=2"]),
        ("(https://e.org/a). <https://e.org/b> **https://e.org/c**", [f"https://e.org/{x}" for x in "abc"]),
        ("[https://e.org](https://f.org) [a [b](https://g.org) c](https://h.org)", ["https://f.org", "https://g.org", "https://h.org"]),
        ("[m](mailto:a@e.org) ![picture](https://e.org/p.png)", ["mailto:a@e.org", "https://e.org/p.png"]),
        ("[a](javascript:alert(1)) [b](data:text/html,x) [c](//e.org) [d](/e) <javascript:x>", []),
        ("[a](java&#10;script:x) [b](<\tjavascript:x>) [c](&#106;avascript:x) [d](https:e)", []),
        ("[e](data:image/png;base64,AA) [f](<data:text/html,x>)", []),
        ("[a][b] [b]\n\n[b]: https://e.org 'c'", ["https://e.org", "https://e.org"]),
        ("[a][b] <https:x>\n\n[b]: javascript:x", []),
        ("xhttps://e.org https://", []),
        ("https://e.org/a_b\\_c?d=1&amp;e=2, [f](https://f 'https://g')", ["https://e.org/a_b_c?d=1&amp;e=2", "https://f"]),
    ],
)  # fmt: skip
def test_links_lead_to_the_web_or_to_a_mail_address(markdown, addresses):
    made = html(markdown)
    assert re.findall(r'href="([^"]*)"', made) == addresses
    assert made.count("<a ") == made.count(' rel="noreferrer"') == len(addresses)


def test_a_link_that_may_be_none_shows_its_address():
    for markdown in ("[a](javascript:x)", "[b](data:image/png;base64,AA)", "[c](/d)", "<javascript:x>"):
        assert inline(markdown) == escape(markdown)


def test_a_link_without_words_shows_its_address():
    assert inline("[](https://e.org/?a&b)").endswith(">https://e.org/?a&amp;b</a>")


def test_a_picture_inside_the_text_is_shown_and_no_other_is():
    assert inline("![a *b*](data:image/png;base64,AAAA)") == '<img src="data:image/png;base64,AAAA" alt="a b">'
    assert "<img" not in inline("![a](https://e.org/a.png) ![b](data:image/svg+xml;base64,AAAA)")


def test_a_picture_from_elsewhere_is_a_link_that_names_its_host():
    assert inline("![a *b*](https://me@e.org:8/a.png)") == (
        '<a href="https://me@e.org:8/a.png" rel="noreferrer">a b (image at e.org:8)</a>'
    )
    assert inline("![](https://e.org/a.png)").endswith(">Image (image at e.org)</a>")
    assert inline("[![a](https://e.org/a.png)](https://f.org)") == (
        '<a href="https://f.org" rel="noreferrer">a (image at e.org)</a>'
    )


def test_pictures_inside_the_text_are_no_part_of_its_length():
    first, second = (f"data:image/png;base64,{sign * LONGEST}==" for sign in "AB")
    shown = f"![a]({first})\n\n`{second}`\n\n![c]({second}) data:image/png;base64,P1Q &#100;ata:image/png;base64,P9Q"
    assert html(shown) == (
        f'<p><img src="{first}" alt="a"></p>\n<p><code>{second}</code></p>\n'
        f'<p><img src="{second}" alt="c"> data:image/png;base64,P1Q data:image/png;base64,P9Q</p>'
    )


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("# A #\n## B", "<h1>A</h1>\n<h2>B</h2>"),
        ("A\n===\nB\n---", "<h1>A</h1>\n<h2>B</h2>"),
        ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("a\n1986. b\n#c", "<p>a\n1986. b\n#c</p>"),
        ("```py x\n<a>\n  b\n```\nc", '<pre data-language="py"><code>&lt;a&gt;\n  b\n</code></pre>\n<p>c</p>'),
        ("~~~\n```\n~~~", "<pre><code>```\n</code></pre>"),
        ("```\nopen", "<pre><code>open</code></pre>"),
        ("    a\n\n     b", "<pre><code>a\n\n b\n</code></pre>"),
        ("> a\nb\n> > c", "<blockquote>\n<p>a\nb</p>\n<blockquote>\n<p>c</p>\n</blockquote>\n</blockquote>"),
        ("$$\na_b_c\n- d\n$$", '<p class="formula">$$\na_b_c\n- d\n$$</p>'),
        ("> \\[\n> a_b_c\n> \\]\nd", '<blockquote>\n<p class="formula">\\[\na_b_c\n\\]</p>\n</blockquote>\n<p>d</p>'),
        ("$$\na\n$$ b *c*", '<p><span class="formula">$$\na\n$$</span> b <em>c</em></p>'),
        ("$$\nopen\n- a", "<p>$$\nopen</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("- a\n- b\n* c", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ul>\n<li>c</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>"),
        ("1. a\n   - b\n     c\n2. d", "<ol>\n<li>a\n<ul>\n<li>b\nc</li>\n</ul>\n</li>\n<li>d</li>\n</ol>"),
        ("- a\n  ```\n  b\n\n  c\n  ```\n- d",
         "<ul>\n<li>a<pre><code>b\n\nc\n</code></pre>\n</li>\n<li>d</li>\n</ul>"),
        ("- [ ] a\n- [x] b", '<ul>\n<li class="task">\u2610 a</li>\n<li class="task">\u2611 b</li>\n</ul>'),
    ],
)  # fmt: skip
def test_blocks(markdown, made):
    assert html(markdown) == made


def test_a_table_keeps_every_cell():
    made = html("| a | b |\n|:--|--:|\n| `c\\|d` | **e** | more | | *f* |\n| g |\nh | i | j", top=3)
    left, right = ' style="text-align:left"', ' style="text-align:right"'
    assert made.replace("\n", "") == (
        f'<div class="table"><table><thead><tr><th{left}>a</th><th{right}>b</th></tr></thead><tbody>'
        f"<tr><td{left}><code>c|d</code></td><td{right}><strong>e</strong></td>"
        f"<td>more</td><td></td><td><em>f</em></td></tr>"
        f"<tr><td{left}>g</td><td{right}></td></tr><tr><td{left}>h</td><td{right}>i</td><td>j</td></tr>"
        "</tbody></table></div>"
    )


def test_tables_that_would_become_millions_of_cells_stay_text(monkeypatch):
    monkeypatch.setattr(kept, "MOST_CELLS", 3000)
    table = "|a" * 100 + "\n" + "|-" * 100 + "\n" + "|a\n" * 20 + "\n"
    assert html(table * 3).count("<table>") == 2
    assert checked(table * 3).count("a") == 3 * 120


@pytest.mark.parametrize("mark", ["> ", ">", "- ", "1. ", "> - "])
def test_what_is_nested_too_deeply_is_shown_as_it_was_written(mark):
    made = html(f"{mark * 100}a *b*\n\nafter")
    assert "a *b*\n</code></pre>" in made.replace("\n\n", "\n")
    assert made.endswith("<p>after</p>")
    assert made.count("<blockquote>") + made.count("<ul>") * 2 + made.count("<ol>") * 2 <= kept.DEEPEST + 2


def test_a_text_without_end_is_shown_as_it_was_written():
    text = "*a*\n\n<b>\n\n" * (LONGEST // 10) + "\ud83d\udca9"
    made = html(text)
    assert made.startswith('<p class="facts">This text is too long')
    assert made.endswith(f'<pre class="long">{escape(text[:-2])}\U0001f4a9</pre>')


def test_headings_begin_where_the_page_wants_them():
    assert html("# a\n###### b", top=3) == "<h3>a</h3>\n<h6>b</h6>"


@pytest.mark.parametrize(
    "text",
    ["# " + "#" * 10_000 + "x", "|a\n---" + " " * 10_000 + "x|", "**a " * 5_000, "`a" * 5_000 + "``", "[" * 10_000,
     "[a](b" * 5_000, "[_a" * 5_000 + "](https://b)" * 5_000, "http://a" + ")]" * 10_000, "*a _b " * 5_000,
     "![[" * 5_000, "> " * 10_000, "- " * 10_000, "> - " * 5_000, "".join("  " * n + "- a\n" for n in range(500)),
     "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|a\n" * 5_000, "```\n" * 5_001, "$$\n" * 5_001,
     "\\[\n" * 5_000, "- ```\n" * 5_000, "![" * 5_000 + "](https://b)" * 5_000, "[a]: https://b\n" * 5_000,
     "[a\n" * 5_000, "`".join("`" * n for n in range(300)), ">" * 5_000, "$a" * 5_000, "\\(" * 5_000,
     "[\\\n" * 5_000, "a|b\n-|-\n" * 3_000, " " * 10_000 + "\n" + "\t" * 10_000, "<a:" * 5_000,
     "[a](b \"" * 5_000, "*a **a " * 5_000, "a* " * 5_000 + "*b" * 5_000],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_long_texts_of_one_mark_come_to_an_end(text):
    checked(text)
