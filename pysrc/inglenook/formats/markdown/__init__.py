"""A conversation as one Markdown text, for reading and for other programs.

This file knows CommonMark's ways to break out of a block, and names that
every file system takes. It never learns where the text goes, and nothing is
loaded: files are named, not embedded.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from inglenook.core import model
from inglenook.core.repair import well_formed
from inglenook.core.summary import title_of
from inglenook.core.thread import path
from inglenook.core.title import plain, shortened
from inglenook.core.tree import index
from inglenook.formats.markdown.embedded import Lines, copy_of, lines_of
from inglenook.formats.sidecar import exported, sourced

_WHO: Final = {"user": "You", "assistant": "Assistant", "system": "System", "tool": "Tool"}
_ENDS: Final = {
    "streaming": "This answer was still being received.",
    "interrupted": "This answer was interrupted.",
    "failed": "This answer failed.",
    "refused": "This answer was refused.",
}
_FENCE = re.compile(r"^(?: {0,3})(`{3,}|~{3,})([^\n]*)$")
_MARKS = re.compile(r"([\\`*_\[\]<>#|~&])")
_DETAILS = re.compile(r"<(/?)(?=(?:details|summary)\b)", re.IGNORECASE)
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_LONGEST_NAME = 120  # bytes; eCryptfs takes 143, other systems 255


def write(conversation: model.Conversation, *, front_matter: bool = False, branches: bool = False) -> str:
    """The shown path as Markdown: a heading, then each message under its own.

    `front_matter`: the facts first, as YAML, and at the end a comment from which our own reader has all that the text
    cannot say. `branches`: after the shown path everything else, each message with the beginning of what it replies to.
    """
    known = index(conversation)
    messages = path(conversation, known)
    title = conversation.title.value.strip() or title_of(messages)
    page = _Page()
    if front_matter:
        page.add(_front_matter(conversation, title, messages))
    page.add(f"# {_inline(title)}")
    for message in messages:
        page.message(message)
    others: list[model.Message] = []
    if branches:
        shown = {message.id for message in messages}
        live = (conversation.messages[id] for id in known.parent if id not in shown)
        others = [message for message in live if message.deleted_ms is None]
    if others:
        page.add("---", "# Other versions")
    for message in others:
        above = conversation.messages.get(known.parent[message.id] or "")
        said = next((part.text for part in above.parts if isinstance(part, model.Text)), "") if above else ""
        page.message(message, f"> In reply to: {_inline(shortened(plain(said), 80))}" if said else "")
    text = well_formed("\n\n".join(page.blocks) + "\n")
    if not front_matter or not messages:
        return text
    whole = exported(conversation, known)
    kept = [whole.messages[message.id] for message in (*messages, *others)]
    return text + well_formed(copy_of(sourced(whole), kept, page.told, text))


class _Page:
    """The blocks of the text; `told` are the lines in which parts are, by the message's id and their place in it."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.told: dict[tuple[str, int], Lines] = {}
        self._lines = 0

    def add(self, *blocks: str) -> None:
        for block in blocks:
            self.blocks.append(block)
            self._lines += block.count("\n") + 2

    def message(self, message: model.Message, reply: str = "") -> None:
        self.add(*filter(None, (_heading(message), reply)))
        for place, part in enumerate(message.parts):
            if block := _part(part):
                if (lines := lines_of(part, block, self._lines)) is not None:
                    self.told[message.id, place] = lines
                self.add(block)
        if message.status in _ENDS:
            self.add(f"*{_ENDS[message.status]}*")


def _front_matter(conversation: model.Conversation, title: str, messages: tuple[model.Message, ...]) -> str:
    """Facts in YAML; JSON's strings and lists are YAML's too."""
    source, tags = conversation.extra.get("source"), conversation.extra.get("tags")
    facts: dict[str, Any] = {
        "title": title,
        "created": _time(conversation.created_ms) if conversation.created_ms else "",
        "models": list(dict.fromkeys(message.author.model for message in messages if message.author.model)),
        "tags": [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        "source": source.get("system", "") if isinstance(source, dict) else "",
        "folder": conversation.extra.get("folder", ""),
        # By this the text is known as our own, and that there is a comment at its end.
        "inglenook": 1 if messages else 0,
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items() if value]
    return "\n".join(["---", *lines, "---"])


def file_name(title: str, id: str, extension: str) -> str:
    """
    A name that every file system takes, told apart from others of the same title by the end of the id.

    >>> file_name("What: is/this?", "0198c0de-7a11-7000-8000-00000000beef", "md")
    'What is this 0000beef.md'
    """
    title = unicodedata.normalize("NFC", title)
    stem = "".join(" " if sign in '<>:"/\\|?*' or _unseen(sign) else sign for sign in title)
    stem = " ".join(stem.split()).strip(". ")
    end = re.sub(r"[^0-9A-Za-z]", "", id)[-8:]
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    room = _LONGEST_NAME - len(f" {end}.{extension}".encode())
    stem = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").strip(". ")
    return f"{' '.join(filter(None, (stem or 'Conversation', end)))}.{extension}"


def _unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _heading(message: model.Message) -> str:
    author = message.author
    who = author.name or (author.model if message.role == "assistant" else "") or _WHO[message.role]
    when = _time(message.created_ms) if message.created_ms else ""
    asked = author.model if author.name else ""
    provider = f"by {author.provider}" if author.provider else ""
    facts = _inline(" · ".join(filter(None, (when, asked, provider))))
    return f"## {_inline(who)}" + (f"\n\n*{facts}*" if facts else "")


def _part(part: model.Part) -> str:
    match part:
        case model.Text(text):
            return _closed(text)
        case model.Reasoning(text):
            return f"<details>\n<summary>Reasoning</summary>\n\n{_closed(_DETAILS.sub(_escaped, text))}\n\n</details>"
        case model.Image() | model.File() | model.Audio() | model.Video():
            return _attachment(part)
        case model.Citation(url, title, text):
            quote = "\n".join(f"> {line}" for line in _closed(text).splitlines())
            return f"Source: {_link(title or url, url)}" + (f"\n\n{quote}" if quote else "")
        case model.ToolCall(_, name, arguments):
            return f"Tool call: {_inline(name)}\n\n{_fenced(arguments, 'json')}"
        case model.ToolResult(_, text, name):
            return f"Tool result: {_inline(name)}\n\n{_fenced(text)}"
        case model.Code(text, language):
            return _fenced(text, language)
        case model.Failure(message, advice):
            return f"> {_inline(f'{message} {advice}'.strip())}"
        case model.Unknown(kind, data):
            return f"Part of an unknown kind: {_inline(kind)}\n\n{_fenced(_json(data), 'json')}"


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)


def _escaped(found: re.Match[str]) -> str:
    return f"&lt;{found[1]}"


def _attachment(part: model.Image | model.File | model.Audio | model.Video) -> str:
    kind = type(part).__name__
    facts = ", ".join(filter(None, (part.media_type, f"{part.size:,} bytes" if part.size else "")))
    name = part.name or ("" if part.url else "without a name")
    line = f"{kind}: {_link(name or part.url, part.url) if part.url else _inline(name)}"
    line += f" ({_inline(facts)})" if facts else ""
    transcript = part.transcript if isinstance(part, model.Audio) else ""
    return f"{line}\n\n{_closed(transcript)}" if transcript else line


def _link(title: str, url: str) -> str:
    # An address with another scheme could run or open something; it stays visible, and is no link.
    if not re.match(r"https?://[^\s]+$", url):
        return f"{_inline(title)} ({_inline(url)})" if title != url else _inline(url)
    safe = "".join(f"%{ord(sign):02X}" if sign in '<>"`\\' or sign < "!" else sign for sign in url)
    return f"[{_inline(title)}](<{safe}>)"


def _inline(text: str) -> str:
    """Text in one line that means itself, whatever marks it holds."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{re.sub(r'[^0-9A-Za-z+#._-]', '', language)}\n{text.rstrip()}\n{fence}"


def _closed(text: str) -> str:
    """A message's own Markdown, with an open fence closed, so that it cannot swallow what follows."""
    text = text.strip("\n").rstrip()
    fence = ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if found is None:
            continue
        run, rest = found[1], found[2]
        if not fence:
            # An info string of backticks may hold none (CommonMark 0.31.2, section 4.5).
            fence = "" if run[0] == "`" and "`" in rest else run
        elif run[0] == fence[0] and len(run) >= len(fence) and not rest.strip():
            fence = ""
    return f"{text}\n{fence}" if fence else text


def _time(ms: int) -> str:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    except OverflowError:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M UTC")
