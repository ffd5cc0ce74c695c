"""A conversation as a reader finds it, piece by piece, made whole whatever is wrong with it.

This file knows what other systems leave out or get wrong: ids that are missing,
doubled or odd, parents that are not there or go round in a circle, times that
are missing or run backwards. It never learns whose file it is. Longer than most
files because nothing of that can be mended before all of it is known.

What has no member of its own in `core/model.py` goes into `extra`, under names
that every reader and writer here shares:

    conversation  source   {"system", "version", "id"}: where it came from; "url" if it had an address
                  folder   its folder's or project's name
                  tags     [text, …]
                  rest     members that no reader understood, as they came
    message       rating   1 or -1; `rating_note` what was said with it
                  edited   true: the other system says that its text was changed there
                  hidden   true: the other system did not show it
                  created  the time as it was written, where it could not be read or was not in order
                  rest     members that no reader understood, as they came
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, Final, NamedTuple, get_args

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Conversation, Json, Message, Part, Role, Stamped, Status, Usage
from inglenook.core.quick import maker
from inglenook.core.repair import kept, well_formed
from inglenook.formats.reading import stamp
from inglenook.formats.reading.attach import Attached, attached
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.found import Found, Opener
from inglenook.formats.reading.ids import chained_id, content_id, conversation_id, message_id

# The same objects as in every other message without them, so that writing one need not compare.
NOBODY: Final[Author] = next(member.default for member in fields(Message) if member.name == "author")
UNCOUNTED: Final[Usage] = next(member.default for member in fields(Message) if member.name == "usage")
_MEMBERS: Final = {made: tuple(member.name for member in fields(made)) for made in (*get_args(Part), Author)}

_BYTES: Final = ("sha256", "media_type", "size")
_message: Final = maker(Message)


class _Raw(NamedTuple):
    """A message before its place is known: what it says and how it ended, in the order of `model.Message`."""

    parent: Any
    created_ms: int | None
    updated_ms: int
    said: tuple[Role, tuple[Part, ...], Author]
    ended: tuple[Status, Usage, str | None, str]
    extra: Json


class _After:
    def __repr__(self) -> str:
        return "AFTER"


# As a parent: the message that was added before.
AFTER: Final = _After()

_ROOTS: Final = frozenset((
    "", "-1", "root", "client-created-root", "00000000-0000-0000-0000-000000000000",
    "00000000-0000-4000-8000-000000000000",
))  # fmt: skip
ROLES: Final[dict[str, Role]] = {
    "user": "user", "human": "user", "prompter": "user", "me": "user", "you": "user", "request": "user",
    "assistant": "assistant", "ai": "assistant", "bot": "assistant", "gpt": "assistant", "model": "assistant",
    "chatgpt": "assistant", "claude": "assistant", "gemini": "assistant", "grok": "assistant", "bing": "assistant",
    "bard": "assistant", "response": "assistant", "output": "assistant",
    "system": "system", "developer": "system",
    "tool": "tool", "function": "tool", "observation": "tool", "ipython": "tool",
}  # fmt: skip


def role_of(word: Any, default: Role = "assistant") -> Role:
    """Who speaks, by any of the words that systems have for it.

    >>> role_of("Human"), role_of("developer"), role_of(None)
    ('user', 'system', 'assistant')
    """
    if not isinstance(word, str):
        return default
    return ROLES.get(word) or ROLES.get(word.strip().lower(), default)


class Draft:
    """One conversation. Add its messages in the order in which siblings are to stand; then `finish` it.

    `source_id` is its id in the other system; without one, what it says first tells it apart. `created` and
    `updated` may be anything that `stamp.ms` takes.
    """

    def __init__(
        self,
        system: str,
        source_id: Any = None,
        *,
        title: Any = "",
        created: Any = None,
        updated: Any = None,
        version: str = "",
        url: str = "",
    ) -> None:
        self.system_name = system
        self.version = version
        self.source_id = text_of(source_id)
        self.title = text_of(title)
        self.created_ms = stamp.ms(created)
        self.updated_ms = stamp.ms(updated)
        self.url = url
        self.model = ""
        self.pinned = False
        self.archived = False
        self.folder = ""
        self.tags: list[str] = []
        self.extra: Json = {}
        self.rest: Json = {}
        self.files: dict[str, Opener] = {}
        self.problems: list[str] = []
        self._messages: dict[str, _Raw] = {}
        self._ids: dict[str, str] = {}
        self._last: str | None = None

    def __len__(self) -> int:
        return len(self._messages)

    def problem(self, text: str) -> None:
        """Something of this conversation could not be taken; the user is told."""
        self.problems.append(text)

    def attach(self, source: str | bytes | Document | None, **known: Any) -> Attached:
        """A part for a file; see `attach.attached`."""
        return attached(source, self.files, **known)

    def add(
        self,
        role: Role,
        parts: Iterable[Part],
        *,
        id: Any = None,
        parent: Any = AFTER,
        created: Any = None,
        updated: Any = None,
        author: Author = NOBODY,
        usage: Usage = UNCOUNTED,
        status: Status = "done",
        finish_reason: str | None = None,
        generation_id: str = "",
        rating: int = 0,
        edited: bool = False,
        hidden: bool = False,
        written: Any = None,
        rest: Json | None = None,
        **extra: Any,
    ) -> str:
        """
        Add a message; answers its id here, which a later `parent` or `current` may be as well as a source id.

        `parent`: an id, None or one of the words for "none" for a root, AFTER for the message added before. A parent
        may be added later than its replies. `written` is a time that another program could not read. `rest` and
        `extra` are kept with the message.
        """
        # Most parts are plain texts, for which a call would be most of the work.
        parts = tuple([part if type(part) is model.Text and part.text.isascii() else _clean(part) for part in parts])
        above = self._last if parent is AFTER else parent
        source_id = text_of(id)
        mine = message_id(source_id) if source_id else chained_id(self._here(above), role, said(parts))
        if mine in self._messages or (source_id and source_id in self._ids):
            if source_id:
                self.problem("Two messages have the same id; the later one got another.")
            mine = chained_id(mine, role, f"{len(self._messages)}\0{said(parts)}")
        if source_id and source_id != mine:
            self._ids.setdefault(source_id, mine)
        self._ids.setdefault(mine, mine)
        created_ms = stamp.ms(created)
        updated_ms = None if updated is None else stamp.ms(updated)
        if created_ms is None and isinstance(created, str) and created.strip():
            written = written or created.strip()
        kept_extra: Json = {}
        if extra or rating or edited or hidden or written or rest:
            marks = {"rating": rating, "edited": edited, "hidden": hidden, "created": written, "rest": rest}
            kept_extra = {name: value for name, value in (extra | marks).items() if value}
        self._messages[mine] = _Raw(
            above,
            created_ms,
            updated_ms or 0,
            (role, parts, author if author is NOBODY else _clean(author)),
            (status, usage, finish_reason, generation_id),
            _shallow(kept_extra) if kept_extra else {},
        )
        self._last = mine
        return mine

    def finish(self, current: Any = None, raw: str = "") -> Found:
        """
        The whole conversation. `current` is the id of the end of the shown path, if the source says so.

        BadFile if it has no message at all.
        """
        if not self._messages:
            raise BadFile("It has no messages.", advice="")
        above = self._linked()
        times = [raw.created_ms for raw in self._messages.values() if raw.created_ms is not None]
        undated = not times and self.created_ms is None and self.updated_ms is None
        created_ms = self.created_ms or min(times, default=self.updated_ms or 0)
        messages = self._in_order(above, created_ms)
        updated_ms = max([self.updated_ms or 0, created_ms, *times])
        shown = self._here(current) if current is not None else None
        source_id = self.source_id or self._content_id(messages)
        source: Json = {"system": self.system_name, "id": well_formed(source_id)}
        if self.version:
            source["version"] = self.version
        if self.url:
            source["url"] = well_formed(self.url)
        extra: Json = {"source": source, **self.extra}
        for name, value in (("folder", self.folder), ("tags", self.tags), ("rest", self.rest)):
            if value:
                extra[name] = value
        conversation = Conversation(
            conversation_id(self.system_name, source_id),
            created_ms,
            title=Stamped(well_formed(self.title), updated_ms if self.title else 0),
            pinned=Stamped(self.pinned, updated_ms if self.pinned else 0),
            archived=Stamped(self.archived, updated_ms if self.archived else 0),
            current=Stamped(shown, updated_ms if shown else 0),
            model=Stamped(well_formed(self.model), updated_ms if self.model else 0),
            messages=messages,
            extra=_shallow(extra),
        )
        return Found(conversation, raw, self.files, tuple(dict.fromkeys(self.problems)), undated)

    def _here(self, id: Any) -> str | None:
        """Our id for a source's id or one of ours; None for a root or one that is not there."""
        text = text_of(id)
        return None if text in _ROOTS and text not in self._ids else self._ids.get(text)

    def _linked(self) -> dict[str, str | None]:
        """The parent of each message, without circles; whoever hangs from nothing becomes a root."""
        above: dict[str, str | None] = {}
        for place, (id, raw) in enumerate(self._messages.items()):
            parent = self._here(raw.parent)
            if parent is None and place and text_of(raw.parent) not in _ROOTS:
                self.problem("Some messages reply to one that is not in the file; they begin a branch of their own.")
            above[id] = parent if parent != id else None
        safe: set[str] = set()
        for start in above:
            walked: set[str] = set()
            id: str | None = start
            while id is not None and id not in safe and id not in walked:
                walked.add(id)
                id = above[id]
            if id is not None and id in walked:
                self.problem("Some messages reply to each other in a circle; it was cut.")
                above[id] = None
            safe |= walked
        return above

    def _in_order(self, above: dict[str, str | None], created_ms: int) -> dict[str, Message]:
        """The messages, each with a time, and siblings with times in their order; a changed time is kept beside it."""
        below: dict[str | None, list[str]] = {}
        for id, parent in above.items():
            below.setdefault(parent, []).append(id)
        made: dict[str, Message] = {}
        waiting: list[tuple[str | None, int]] = [(None, created_ms)]
        while waiting:
            parent, above_ms = waiting.pop()
            before = -1
            for id in below.get(parent, ()):
                raw = self._messages[id]
                mine = above_ms + (parent is not None) if raw.created_ms is None else raw.created_ms
                extra = raw.extra
                if mine <= before:
                    mine = before + 1
                    if raw.created_ms is not None:
                        extra = {**extra, "created": raw.created_ms}
                before = mine
                revised_ms = max(mine, raw.updated_ms)
                made[id] = _message(id, parent, *raw.said, mine, revised_ms, *raw.ended, None, extra, None)
                waiting.append((id, mine))
        # In the order in which they came.
        return {id: made[id] for id in above}

    def _content_id(self, messages: dict[str, Message]) -> str:
        """What the conversation says first: up to the first answer, so that it is the same when it has grown."""
        first = []
        for message in messages.values():
            if message.role == "system" and len(messages) > 1:
                continue
            first.append(f"{message.role}\0{said(message.parts)}")
            if message.role == "assistant" or len(first) == 3:
                break
        return content_id(*first)


def text_of(value: Any) -> str:
    """A text, or the digits of a number; "" for anything else.

    >>> text_of(" a "), text_of(7), text_of(None), text_of({})
    (' a ', '7', '', '')
    """
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def said(parts: Iterable[Part]) -> str:
    """What parts say, to tell them apart."""
    return "\0".join(
        part.text if isinstance(part, model.Text) else f"{type(part).__name__}\1{_plainly(part)}" for part in parts
    )


def _plainly(part: Part) -> str:
    if isinstance(part, model.Unknown):
        return json.dumps(part.data, sort_keys=True, default=repr)
    # Of a file only what is known of it also where it is not there: it is the same message without it.
    return "\1".join(str(getattr(part, member.name)) for member in fields(part) if member.name not in _BYTES)


def _clean[T](value: T) -> T:
    """A part or author whose texts can be written as UTF-8, and whose unknown data is not too deep to be kept."""
    changed = {}
    for name in _MEMBERS[type(value)]:
        inner = getattr(value, name)
        if isinstance(inner, str):
            if not inner.isascii() and (whole := well_formed(inner)) != inner:
                changed[name] = whole
        elif inner and name in ("data", "details"):
            changed[name] = _bounded(inner)
    return replace(value, **changed) if changed else value  # type: ignore[type-var]


def _shallow(record: Json) -> Json:
    return {name: _bounded(value) for name, value in record.items()}


def _bounded(value: Any) -> Any:
    """The value, or its JSON text if it is nested too deeply to be kept as it is."""
    if not isinstance(value, dict | list | tuple):
        return well_formed(value) if isinstance(value, str) else value
    try:
        # What keeps it adds some levels of its own.
        kept([[[[[[value]]]]]])
    except BadFile:
        return json.dumps(value)
    return value
