"""Markdown as HTML, for pages that must work without any script: markdown-it, and what this page shows otherwise.

This file knows tokens and their HTML. What a text says never becomes markup by
itself, links lead to the web or to a mail address, and nothing makes a browser
ask another host: a picture from elsewhere is a link that names the host. The
room does the same in `web/page/markdown/parser.js`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from inglenook.core.repair import well_formed
from inglenook.formats.markdown.kept import kept
from inglenook.formats.markdown.lines import lines
from inglenook.formats.markdown.mathematics import mathematics

# A longer text is a file that somebody pasted. The library's time grows with the length: half a second for each 100,000
# characters of an answer, four if they are brackets and nothing else, and in a browser several times that.
LONGEST: Final = 300_000
_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]++=*+")
_PLACE: Final = re.compile(r"data:image/png;base64,P([0-9]{1,7})Q")


def html(text: str, *, top: int = 1, breaks: bool = False) -> str:
    """
    The blocks of a Markdown text. `top` is the level of its highest heading; `breaks`: each line end is shown as one.

    >>> print(html("# A\\n\\n**b** `<c>`\\n- one\\n  - two", top=3))
    <h3>A</h3>
    <p><strong>b</strong> <code>&lt;c&gt;</code></p>
    <ul>
    <li>one
    <ul>
    <li>two</li>
    </ul>
    </li>
    </ul>
    """
    pictures: list[str] = []

    def aside(found: re.Match[str]) -> str:
        pictures.append(found[0])
        return f"data:image/png;base64,P{len(pictures) - 1}Q"

    # A picture is megabytes of letters, of which nothing can be Markdown. None of them changes in HTML.
    short = _PICTURE.sub(aside, well_formed(text))
    if len(short) <= LONGEST:
        made = _MARKDOWN.render(short, {"top": top, "breaks": breaks}).rstrip("\n")
    else:
        note = "This text is too long to be laid out. It is shown as it was written."
        made = f'<p class="facts">{note}</p>\n<pre class="long">{escape(short)}</pre>'
    return _PLACE.sub(lambda found: (pictures[int(found[1]) :] or [found[0]])[0], made)


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return bool(_LINK.match(url) or _PICTURE.fullmatch(url))


class _Renderer(RendererHTML):
    """Each method is named by the token that it shows. `env["links"]`: how each open link ends."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<{_heading(tokens[idx], env)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"</{_heading(tokens[idx], env)}>\n"

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<br>\n" if env["breaks"] else "\n"

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        language = (unescapeAll(tokens[idx].info).split() or [""])[0]
        named = f' data-language="{escape(language)}"' if language else ""
        return f"<pre{named}><code>{escape(tokens[idx].content)}</code></pre>\n"

    def formula(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<span class="formula">{escape(tokens[idx].content)}</span>'

    def formula_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<p class="formula">{escape(tokens[idx].content)}</p>\n'

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="table"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        href = str(tokens[idx].attrs["href"])
        good = _LINK.match(href) is not None
        env.setdefault("links", []).append("</a>" if good else f"]({escape(href)})")
        return _link(tokens[idx], href) if good else "["

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        before = tokens[idx - 1]
        # A link without words shows where it leads.
        shown = escape(str(before.attrs["href"])) if before.type == "link_open" else ""
        return shown + env["links"].pop()

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        source = str(token.attrs["src"])
        name = escape(" ".join(self.renderInlineAsText(token.children, options, env).split()))
        if _PICTURE.fullmatch(source):
            return f'<img src="{source}" alt="{name}">'
        host = escape(urlsplit(source).netloc.rpartition("@")[2])
        label = f"{name or 'Image'} (image at {host})" if host else name or escape(source)
        return label if "</a>" in env.get("links", ()) else f"{_link(token, source)}{label}</a>"


def _heading(token: Token, env: Any) -> str:
    return f"h{min(6, int(token.tag[1:]) + env['top'] - 1)}"


def _link(token: Token, address: str) -> str:
    title = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
    return f'<a href="{escape(address)}" rel="noreferrer"{title}>'


_MARKDOWN: Final = _Markdown("js-default", renderer_cls=_Renderer).use(kept).use(mathematics).use(lines)
