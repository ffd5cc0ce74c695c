"""A conversation as one web page that needs nothing else: to read offline, to print, to hand on.

This file knows how parts become HTML. There is no script in it, and a policy
that forbids any request; all text is escaped. Only the shown path is written.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final

from inglenook.core import model
from inglenook.core.model import Conversation, Message
from inglenook.core.repair import well_formed
from inglenook.core.summary import title_of
from inglenook.core.thread import path
from inglenook.core.tree import Index, index
from inglenook.formats.html.style import STYLE
from inglenook.formats.markdown.html import html
from inglenook.formats.reading.markdown_from_html import urlsafe

LABEL: Final = "Web page"
EXTENSION: Final = "html"
MEDIA_TYPE: Final = "text/html"

Bytes = Callable[[str], bytes | None]
_Attachment = model.Image | model.File | model.Audio | model.Video

_WHO: Final = {"user": "You", "assistant": "Assistant", "system": "System", "tool": "Tool"}
_ENDS: Final = {
    "streaming": "This answer was still being received.",
    "interrupted": "This answer was interrupted.",
    "failed": "This answer failed.",
    "refused": "This answer was refused.",
}
# What a browser shows in place, and never runs: a drawing may hold a script, but not where it is a picture.
_SHOWN: Final = re.compile(r"(image|audio|video)/[a-z0-9.+-]{1,60}")
_POLICY: Final = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"


def write(conversation: Conversation, files: Bytes) -> str:
    """The shown path as a whole HTML document; pictures, sounds and files are inside it."""
    known = index(conversation)
    shown = path(conversation, known)
    title = escape(" ".join(conversation.title.value.split()) or title_of(shown))
    count = f"{len(shown):,} message{'' if len(shown) == 1 else 's'}"
    others = sum(message.deleted_ms is None for message in conversation.messages.values()) - len(shown)
    more = f"{others:,} more in other versions, which are not shown here" if others else ""
    facts = " · ".join(filter(None, (_span(shown), count, more)))
    body = "\n".join(_article(message, known, files) for message in shown)
    return well_formed(
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f'<header>\n<h1 dir="auto">{title}</h1>\n<p class="facts">{facts}</p>\n</header>\n'
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _article(message: Message, known: Index, files: Bytes) -> str:
    author = message.author
    answer = message.role == "assistant"
    who = author.name or (author.model if answer else "") or _WHO[message.role]
    asked = author.model if author.name and answer else ""
    facts = [asked, f"by {author.provider}" if author.provider else ""]
    facts.append("edited" if message.extra.get("edited") is True else "")
    siblings = known.children.get(known.parent.get(message.id), ())
    if len(siblings) > 1 and message.id in siblings:
        facts.append(f"version {siblings.index(message.id) + 1:,} of {len(siblings):,}")
    said = escape(" · ".join(filter(None, facts)))
    when = _time(message.created_ms)
    time = f'<time datetime="{when.replace(" UTC", "Z").replace(" ", "T")}">{when}</time>' if when else ""
    heading = f'<h2 dir="auto">{escape(who)}</h2> <span class="facts">{said}</span> {time}'
    blocks = [block for part in message.parts if (block := _part(part, message, files))]
    sources = dict.fromkeys(part for part in message.parts if isinstance(part, model.Citation))
    if sources:
        blocks.append(f'<ol class="sources">\n{"\n".join(map(_source, sources))}\n</ol>')
    if message.status in _ENDS:
        blocks.append(f'<p class="end">{_ENDS[message.status]}</p>')
    inside = "\n".join(blocks)
    return (
        f'<article class="{message.role}">\n<div class="who">{heading}</div>\n'
        f'<div class="said" dir="auto">\n{inside}\n</div>\n</article>'
    )


def _part(part: model.Part, message: Message, files: Bytes) -> str:
    match part:
        case model.Text(text):
            return html(text, top=3, breaks=message.role == "user") if text.strip() else ""
        case model.Reasoning(text, _, duration_ms):
            took = f" ({duration_ms / 1000:,.1f} s)" if duration_ms else ""
            return f"<details>\n<summary>Reasoning{took}</summary>\n{html(text, top=3)}\n</details>" if text else ""
        case model.ToolCall(_, name, arguments):
            return _folded(f"Tool call: {name}" if name else "Tool call", arguments)
        case model.ToolResult(_, text, name):
            return _folded(f"Tool result: {name}" if name else "Tool result", text)
        case model.Code(text, language):
            named = f' data-language="{escape(language)}"' if language else ""
            return f"<pre{named}><code>{escape(text)}</code></pre>"
        case model.Failure(words, advice, _, detail):
            more = f"\n{_folded('Technical part', detail)}" if detail else ""
            return f'<p class="end">{escape(f"{words} {advice}".strip())}</p>{more}'
        case model.Unknown(kind, data):
            return _folded(f"Part of an unknown kind: {kind}", _json(data))
        case model.Image() | model.File() | model.Audio() | model.Video():
            return _attachment(part, files)
        case model.Citation():
            return ""


def _folded(summary: str, text: str) -> str:
    return f"<details>\n<summary>{escape(summary)}</summary>\n<pre><code>{escape(text)}</code></pre>\n</details>"


def _attachment(part: _Attachment, files: Bytes) -> str:
    data = files(part.sha256) if part.sha256 else None
    kind = type(part).__name__
    name = escape(" ".join(part.name.split()) or (f"{kind} without a name"))
    facts = ", ".join(filter(None, (escape(part.media_type), f"{part.size:,} bytes" if part.size else "")))
    about = f' <span class="facts">{facts}</span>' if facts else ""
    spoken = html(part.transcript, top=3) if isinstance(part, model.Audio) and part.transcript else ""
    if data is None:
        linked = bool(part.url) and urlsafe(part.url)
        link = _link(part.url or "", name) if linked else name
        why = "Not loaded" if linked else "Not in this page"
        return f'<p class="file">{kind}: {link}{about} <span class="facts">{why}</span></p>{spoken}'
    letters = base64.b64encode(data).decode("ascii")
    shown = _SHOWN.fullmatch(part.media_type)
    address = f"data:{part.media_type if shown else 'application/octet-stream'};base64,{letters}"
    match (part, shown[1] if shown else ""):
        case (model.Image(), "image"):
            made = f'<img src="{address}" alt="{name}">'
        case (model.Audio(), "audio"):
            made = f'<audio controls src="{address}"></audio>'
        case (model.Video(), "video"):
            made = f'<video controls src="{address}"></video>'
        case _:
            address = f"data:application/octet-stream;base64,{letters}"
            return f'<p class="file">{kind}: <a download="{name}" href="{address}">{name}</a>{about}</p>{spoken}'
    return f"<figure>\n{made}\n<figcaption>{name}</figcaption>\n</figure>{spoken}"


def _source(part: model.Citation) -> str:
    name = escape(part.title or part.url or "without a name")
    quote = f'<br><span class="facts">{escape(part.text)}</span>' if part.text else ""
    if urlsafe(part.url):
        return f"<li>{_link(part.url, name)}{quote}</li>"
    address = f" ({escape(part.url)})" if part.title and part.url else ""
    return f"<li>{name}{address}{quote}</li>"


def _link(address: str, name: str) -> str:
    return f'<a href="{escape(address)}" rel="noreferrer">{name}</a>'


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)


def _span(messages: tuple[Message, ...]) -> str:
    days = sorted(when[:10] for message in messages if (when := _time(message.created_ms)))
    return "" if not days else days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"


def _time(ms: int) -> str:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    except OverflowError:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M UTC") if ms > 0 else ""
