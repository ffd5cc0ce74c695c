"""Chats of SillyTavern, one JSON Lines file each: characters, groups, swipes.

This file knows a header with `chat_metadata` and lines with `mes` (2023 to
2026). Swipes are answers side by side; the chat goes on from the shown one. It
never learns what a line carries (`content.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Role, Usage
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.ids import content_id
from inglenook.formats.reading.leftovers import own_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.sidecar import KEY, looks, restored
from inglenook.formats.sillytavern.clock import Clock, is_local
from inglenook.formats.sillytavern.content import left_of_extra, parts_of

SYSTEM: Final = "sillytavern"
NAME: Final = "SillyTavern"

_HEADER: Final = ("user_name", "character_name", "create_date", "chat_metadata")
_TAKEN: Final = (
    "name", "is_user", "is_system", "send_date", "mes", "swipes", "swipe_id", "swipe_info", "extra", "gen_started",
    "gen_finished", "force_avatar",
)  # fmt: skip
# What a header and a group's messages say instead of a name.
_NAMELESS: Final = ("", "unused")


def sniff(head: Head) -> Match | None:
    lines = head.items if head.kind in ("lines", "object") else ()
    if any(map(_is_header, lines[:3])) or any(map(_is_message, lines[:5])):
        return Match("chat")
    if head.kind == "object" and text(head.top.get("spec")).startswith("chara_card"):
        return Match("character", aside=True)
    return None


def _is_header(item: Any) -> bool:
    value = obj(item)
    return isinstance(value.get("chat_metadata"), dict) or {"user_name", "character_name"} <= value.keys()


def _is_message(item: Any) -> bool:
    value = obj(item)
    return "mes" in value and isinstance(value.get("is_user"), bool)


def read(document: Document) -> Iterator[Found]:
    headers: list[Json] = []
    messages: list[Json] = []
    raw: list[str] = []
    for line in document.lines():
        value = obj(line.value)
        if "mes" in value:
            headers = headers or [{}]
            messages.append(value)
        elif _is_header(value):
            headers.append(value)
        else:
            document.problem(f"Line {line.number + 1:,} is no message and was left out.")
            continue
        raw.append(own_text(line))
    try:
        yield conversation(headers or [{}], messages, document.stem, "\n".join(raw))
    except BadFile as error:
        document.problem(f"Chat “{document.stem[:80]}”: {error.message}")


def conversation(headers: list[Json], messages: list[Json], name: str, raw: str) -> Found:
    """
    One chat. BadFile if it has no messages.

    The first of the headers is its own, {} if it has none; the others are of chats that were joined to it. `name` is
    the file's, which tells a branch from what it branched off.
    """
    header = headers[0]
    metadata = obj(header.get("chat_metadata"))
    clock = Clock(messages)
    draft = Draft(
        SYSTEM,
        _source_id(header, messages, name),
        title=_title(header, messages) or name,
        created=clock.utc(0, header.get("create_date")),
    )
    draft.rest = rest_of(header, *_HEADER)
    for member, value in (
        ("chat_metadata", rest_of(metadata, KEY)),
        ("user_name", text(header.get("user_name"))),
        ("headers", [left for one in headers[1:] if (left := rest_of(one))]),
    ):
        if value and value not in _NAMELESS:
            draft.rest[member] = value
    ours = obj(metadata.get(KEY))
    sides: Json = {}
    parent: str | None = None
    for place, message in enumerate(messages):
        parent = _add(draft, message, place, parent, clock, sides)
    # What our own writer found no place for in the chat: other versions, and what followed them.
    for place, message in enumerate(map(obj, arr(ours.get("aside"))), len(messages)):
        above = obj(obj(message.get("extra")).get(KEY)).get("parent")
        _one(draft, message, text(message.get("mes")), f"line {place} swipe 0", above, sides)
    return restored(draft.finish(parent, raw), ours, sides)


def _title(header: Json, messages: list[Json]) -> str:
    """Whom the chat is with."""
    character = text(header.get("character_name"))
    if character not in _NAMELESS:
        return character
    speakers = dict.fromkeys(text(m.get("name")) for m in messages if _role(m) == "assistant")
    return ", ".join([speaker for speaker in speakers if speaker][:3])


def _source_id(header: Json, messages: list[Json], name: str) -> str:
    """A chat's own id. A branch has the id of what it branched off; older chats have none, and begin alike."""
    metadata = obj(header.get("chat_metadata"))
    integrity, main = text_of(metadata.get("integrity")), text(metadata.get("main_chat"))
    if integrity:
        return f"{integrity} {name}" if main and main != name else integrity
    if not messages:
        return ""
    asked = next((text(m.get("mes")) for m in messages if m.get("is_user") is True), "")
    first = messages[0]
    began = [text_of(one) for one in (header.get("create_date"), first.get("send_date"), first.get("name"))]
    return content_id(*began, text(first.get("mes")), asked, main and name)


def _role(message: Json) -> Role:
    if message.get("is_user") is True:
        return "user"
    return "system" if obj(message.get("extra")).get("type") == "narrator" else "assistant"


def _add(draft: Draft, message: Json, place: int, parent: str | None, clock: Clock, sides: Json) -> str:
    """A message and its swipes; answers the shown one."""
    said = text(message.get("mes"))
    swipes = [_swipe(swipe) for swipe in arr(message.get("swipes"))]
    infos = arr(message.get("swipe_info"))
    selected = message.get("swipe_id")
    if type(selected) is int and 0 <= selected < len(swipes):
        shown = selected
    elif said in swipes:
        shown = swipes.index(said)
    else:
        shown = len(swipes)
        swipes.append(said)
    mine = ""
    base = {name: message[name] for name in ("name", "is_user", "is_system", "send_date") if name in message}
    for number, swipe in enumerate(swipes):
        info = obj(infos[number]) if number < len(infos) else {}
        id = f"line {place} swipe {number}"
        if number != shown:
            _one(draft, _timed({**base, **info}, clock, place), swipe, id, parent, sides)
            continue
        told = {**info, **message, "extra": obj(info.get("extra")) | obj(message.get("extra"))}
        told = _timed(told, clock, place)
        # The shown one may have been edited since it was put among the swipes.
        mine = _one(draft, told, said, id, parent, sides, "" if swipe == said else swipe)
    return mine


def _timed(message: Json, clock: Clock, place: int) -> Json:
    """A message with its time in UTC, and with the time as it was written if that was another."""
    written = message.get("send_date")
    sent = clock.utc(place, written)
    return message if sent == written else {**message, "send_date": sent, "written": written}


def _swipe(swipe: Any) -> str:
    return swipe if isinstance(swipe, str) else text(obj(swipe).get("message"))


def _one(
    draft: Draft, message: Json, said: str, id: str, parent: str | None, sides: Json, before: str = ""
) -> str:
    extra, role = obj(message.get("extra")), _role(message)
    name, model = text(message.get("name")), text(extra.get("model"))
    began, ended = stamp.ms(message.get("gen_started")), stamp.ms(message.get("gen_finished"))
    rest = rest_of(message, *_TAKEN, "written")
    if is_local(message.get("written")):
        rest["send_date"] = message["written"]
    if left := left_of_extra(extra):
        rest["extra"] = left
    if before:
        rest["swipe"] = before
    parts = parts_of(draft, extra, said)
    side = obj(extra.get(KEY))
    # That program copies what it does not know; only the message that it was written for is that message.
    if text(side.get("id")) and side.get("of") == looks(parts):
        id = side["id"]
    mine = draft.add(
        role,
        parts,
        id=id,
        parent=parent,
        created=message.get("send_date"),
        author=Author(model=model if role == "assistant" else "", name=name) if name or model else NOBODY,
        usage=Usage(
            completion_tokens=count(extra.get("token_count")) if role == "assistant" else None,
            prompt_tokens=count(extra.get("token_count")) if role == "user" else None,
            first_token_ms=count(extra.get("time_to_first_token")),
            duration_ms=ended - began if began and ended and ended >= began else None,
        ),
        edited=bool(before),
        hidden=message.get("is_system") is True,
        rest=rest,
    )
    sides.setdefault(mine, side)
    return mine
