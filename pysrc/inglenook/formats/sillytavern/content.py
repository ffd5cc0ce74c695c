"""What a line of SillyTavern carries beside its text, in `extra`: thoughts, tool calls, pictures, files.

This file knows both the old members for one picture or file and the lists of
newer versions. Their addresses lead to that program's own server, so most are
kept by their names only.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Json, Part, Reasoning, Text, ToolCall, ToolResult
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text
from inglenook.formats.sidecar import KEY

_TAKEN: Final = (
    "model", "reasoning", "reasoning_duration", "token_count", "time_to_first_token", "tool_invocations", "media",
    "image", "image_swipes", "file", "files", "video", "inline_image", KEY,
)  # fmt: skip
_REACHABLE: Final = ("data:", "http://", "https://")
_KINDS: Final = ("image", "audio", "video")


def parts_of(draft: Draft, extra: Json, said: str) -> list[Part]:
    """What is thought, called, said and shown, in this order."""
    parts: list[Part] = []
    if thought := text(extra.get("reasoning")):
        parts.append(Reasoning(thought, duration_ms=count(extra.get("reasoning_duration"))))
    for call in map(obj, arr(extra.get("tool_invocations"))):
        if call:
            id, name = text_of(call.get("id")), text(call.get("name")) or text(call.get("displayName"))
            parts.append(ToolCall(id, name, json_text(call.get("parameters"))))
            parts.append(ToolResult(id, json_text(call.get("result")), name))
    if said:
        parts.append(Text(said))
    return [*parts, *_media(draft, extra), *_files(draft, extra)]


def left_of_extra(extra: Json) -> Json:
    """What no part holds."""
    left = rest_of(extra, *_TAKEN)
    if left.get("type") == "narrator":
        del left["type"]
    media = [rest_of(obj(one), "url", "type", "title", "name") for one in arr(extra.get("media"))]
    return left | ({"media": media} if any(media) else {})


def _media(draft: Draft, extra: Json) -> list[Part]:
    found: dict[str, tuple[str, str]] = {}
    for media in map(obj, arr(extra.get("media"))):
        kind = text(media.get("type"))
        title = text(media.get("title")) or text(media.get("name"))
        found.setdefault(text(media.get("url")) or title, (kind if kind in _KINDS else "file", title))
    # The shown picture is one of its swipes again.
    for address in (extra.get("image"), *arr(extra.get("image_swipes"))):
        found.setdefault(text(address), ("image", ""))
    found.setdefault(text(extra.get("video")), ("video", ""))
    return [_named(draft, address, *known) for address, known in found.items() if address]


def _files(draft: Draft, extra: Json) -> list[Part]:
    found: list[Part] = []
    for file in map(obj, [extra.get("file"), *arr(extra.get("files"))]):
        address, said = text(file.get("url")), text(file.get("text"))
        name, size = text(file.get("name")), count(file.get("size")) or 0
        if said:
            # The text is what the model got; the file itself is on the server.
            data = said.encode("utf-8", "replace")
            found.append(draft.attach(data, kind="file", name=name or address, media_type="text/plain"))
        elif file:
            found.append(_named(draft, address, "file", name, size))
    return found


def _named(draft: Draft, address: str, kind: str, title: str, size: int = 0) -> Any:
    known = address.startswith(_REACHABLE)
    return draft.attach(address if known else None, kind=kind, name=title or ("" if known else address), size=size)
