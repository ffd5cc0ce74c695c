"""Reads what the page itself saves when Python cannot start (`web/page/rescue.js`): all that is stored, as one JSON.

This file knows the stores by name. Conversations are read from their threads,
files from the attachments; answers that were being received are told of.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from inglenook.core.errors import BadFile, NewerSchema
from inglenook.core.schema import load_conversation
from inglenook.core.thread import attachments
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.found import Found, Match, Opener
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.shape import obj, text

SYSTEM: Final = "inglenook-rescue"
NAME: Final = "Inglenook rescue file"
FORMAT: Final = "inglenook-rescue"
DELETED: Final = "deleted:"


def sniff(head: Head) -> Match | None:
    top = head.top
    if head.kind != "object" or top.get("format") != FORMAT or not isinstance(top.get("stores"), dict):
        return None
    return Match(str(top.get("version", ""))[:20])


def read(document: Document) -> Iterator[Found]:
    held = {text(obj(row.value).get("key")) for row in document.elements("stores", "attachments")}
    # What lies in the bin there does not come back here.
    names = (text(obj(row.value).get("key")) for row in document.elements("stores", "settings"))
    deleted = {name.removeprefix(DELETED) for name in names if name.startswith(DELETED)}
    for element in document.elements("stores", "threads"):
        row = obj(element.value)
        key = text(row.get("key"))
        if key in deleted:
            continue
        try:
            conversation = load_conversation(text(obj(row.get("value")).get("text")))
        except (BadFile, NewerSchema) as error:
            document.problem(f"Conversation {key[:80] or element.number + 1}: {error.message}")
            continue
        files = {sha256: _opener(document, sha256) for sha256 in attachments(conversation) & held}
        yield element.done(Found(conversation, files=files))
    if left := sum(1 for _ in document.elements("stores", "drafts")):
        document.problem(f"{left:,} answers that were still being received are not in their conversations.")


def _opener(document: Document, sha256: str) -> Opener:
    def opener() -> BinaryIO:
        for element in document.elements("stores", "attachments"):
            row = obj(element.value)
            if row.get("key") == sha256:
                try:
                    return io.BytesIO(base64.b64decode(text(obj(row.get("value")).get("base64")), validate=True))
                except ValueError as error:
                    raise BadFile("It is damaged.", detail="base64") from error
        raise BadFile("It is not in the file.")

    return opener
