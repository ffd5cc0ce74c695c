"""Answers that came as HTML, as Markdown."""

import doctest

import pytest
from inglenook.formats.reading import markdown_from_html
from inglenook.formats.reading.markdown_from_html import markdown


def test_the_example_is_true():
    assert doctest.testmod(markdown_from_html).failed == 0


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ("<h2>A</h2><p>b</p>c", "## A\n\nb\n\nc"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n   - b\n2. c"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</ul>d", "- a\n\n  b\n- c\n\nd"),
        ("<li>a<li>b", "- a\n- b"),
        ("<ul><li>a<pre>b\n\n  c</pre></li></ul>", "- a\n\n  ```\n  b\n\n    c\n  ```"),
        ("a<blockquote><p>b</p><p>c</p></blockquote>d", "a\n\n> b\n>\n> c\n\nd"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ('<pre><code class="language-c++">a\n\n\n<b>b</b> &lt;</code></pre>', "```c++\na\n\n\nb <\n```"),
        ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td><p>c|d</p></td><td>e<br>f</td></tr></table>",
         "| a | b |\n| --- | --- |\n| c\\|d | e f |"),
        ("<table><tr><td></td><td>b</table>", "|  | b |\n| --- | --- |"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ('<a href="javascript:x">a</a> <a href="mailto:a@e.org">b</a>', "[a] [b](mailto:a@e.org)"),
        ("<script>a</script><style>b</style><x-y>c</x-y>", "c"),
        ("</ul></li></td></blockquote>a", "a"),
        ("a &amp; &lt;b&gt;\x01", "a & <b>"),
    ],
)  # fmt: skip
def test_what_tags_mean_is_written_with_marks(html, made):
    assert markdown(html) == made


def test_what_is_nested_too_deeply_keeps_its_words():
    made = markdown("<ul><li>" * 3000 + "deep" + "</ul>" * 3000)
    assert made.count("deep") == 1
    assert len(made) < 10_000
