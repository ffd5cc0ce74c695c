"""Pictures, sounds and files of a ChatGPT export: from a pointer to the member of the zip.

This file knows the names that members had over the years (2023 to 2026), and
the lists of names beside them. A pointer whose file is not in the export
becomes a part that only has a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from inglenook.core.model import Json, Unknown
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading import stamp
from inglenook.formats.reading.attach import Attached
from inglenook.formats.reading.document import Document, Neighbours, last_part
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.shape import count, obj, text

_SCHEME: Final = re.compile(r"(?:file-service|sediment)://")
_ID: Final = re.compile(r"file[-_][A-Za-z0-9]+")


class Assets:
    """The files beside a list of conversations. `names` and `library` are what lists beside them say."""

    def __init__(self, beside: Neighbours, names: dict[str, str], library: Iterable[Json]) -> None:
        self._beside = beside
        self._names = {_id_of(key): last_part(name) for key, name in names.items()}
        self.library: dict[str, Json] = {}
        # Files that the model made are only listed, with the message and the conversation that they are of.
        self._of_message: dict[str, list[str]] = {}
        self._of_thread: dict[str, list[str]] = {}
        for row in library:
            id = _id_of(text(row.get("file_id")))
            if id and id not in self.library:
                self.library[id] = row
                self._of_message.setdefault(text(row.get("origination_message_id")), []).append(id)
                self._of_thread.setdefault(text(row.get("origination_thread_id")), []).append(id)
        self._of_message.pop("", None)
        self._of_thread.pop("", None)
        self._draft: Draft | None = None
        self._given: set[str] = set()

    @cached_property
    def _by_id(self) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for document in self._beside:
            if (id := _ID.match(last_part(document.name))) is not None:
                found.setdefault(id[0], document)
        return found

    def add(self, draft: Draft, turn: Turn, pointer: Any, kind: str, known: Json | None = None) -> None:
        """Add the part for a pointer, with the bytes if the export has them."""
        id = _id_of(text(pointer))
        if not id:
            if pointer:
                turn.parts.append(Unknown("asset_pointer", pointer))
            return
        if self._draft is not draft:
            self._draft, self._given = draft, set()
        self._given.add(id)
        turn.given = turn.given if turn.given is not None else {}
        turn.given.setdefault(id, len(turn.parts))
        turn.parts.append(self._part(draft, id, kind, known or {}))

    def _part(self, draft: Draft, id: str, kind: str, known: Json) -> Attached:
        listed = self.library.get(id, {})
        # A member without the usual sign in front is named by its whole id.
        document = self._by_id.get(id) or self._beside.named(id) or self._beside.named(f"{id}.dat")
        name = text(known.get("name")) or text(listed.get("file_name")) or self._names.get(id, "")
        name = name or (_name_of(document, id) if document else id)
        media_type = text(known.get("mime_type")) or text(known.get("mimeType")) or text(listed.get("mime_type"))
        size = count(known.get("size_bytes")) or count(known.get("size")) or count(listed.get("file_size_bytes")) or 0
        return draft.attach(document, kind=kind, name=name, media_type=media_type, size=size)

    def add_attachment(self, draft: Draft, turn: Turn, file: Any) -> None:
        """Add a file that was sent with a message, unless it stands in its content."""
        about = obj(file)
        pointer, name = text(about.get("id")), text(about.get("name"))
        if turn.given and (place := turn.given.get(_id_of(pointer))) is not None:
            # In the content it has no name.
            if name and isinstance(part := turn.parts[place], Attached):
                turn.parts[place] = replace(part, name=name)
        elif pointer:
            self.add(draft, turn, pointer, "", about)
        elif name:
            media_type = text(about.get("mime_type")) or text(about.get("mimeType"))
            turn.parts.append(draft.attach(None, name=name, media_type=media_type, size=count(about.get("size")) or 0))
        elif file:
            turn.parts.append(Unknown("attachment", file))

    def add_generated(self, draft: Draft, holds: dict[str, Turn | None], made: list[Turn]) -> None:
        """Add files that nothing in the conversation points to, but the library says that they were made in it."""
        if not self.library or not made:
            return
        given = self._given if self._draft is draft else set()
        for id, turn in holds.items():
            for file in self._of_message.get(id, ()):
                if turn is not None and file not in given:
                    self.add(draft, turn, file, "")
                    given = self._given
        for file in self._of_thread.get(draft.source_id, ()):
            if file in given or file not in self._by_id:
                continue
            self.add(draft, _at(made, self.library[file]), file, "")
            given = self._given

    def add_paper(self, draft: Draft, turn: Turn, id: str, title: str) -> None:
        """Add the file that the export has of a document of the canvas."""
        document = self._beside.named(f"textdocs/{id}.json") if id else None
        if document is not None and not (turn.given and id in turn.given):
            turn.given = {**(turn.given or {}), id: len(turn.parts)}
            turn.parts.append(draft.attach(document, kind="file", name=f"{title or id}.json"))


def _at(made: list[Turn], row: Json) -> Turn:
    """The last answer that was there when a file was made; of a conversation without answers the last message."""
    answers = [turn for turn in made if turn.role == "assistant"] or made
    made_ms = stamp.ms(row.get("created_at"))
    if made_ms is None:
        return answers[-1]
    times = [(stamp.ms(turn.created) or 0, place) for place, turn in enumerate(answers)]
    before = [(ms, place) for ms, place in times if ms <= made_ms]
    return answers[max(before)[1] if before else 0]


def _id_of(pointer: str) -> str:
    """
    The id in a pointer or a member's name.

    >>> _id_of("file-service://file-Ab12"), _id_of("sediment://file_00aa#x"), _id_of("file-Ab12.dat")
    ('file-Ab12', 'file_00aa', 'file-Ab12')
    """
    bare = _SCHEME.sub("", pointer, count=1)
    found = _ID.match(bare)
    return found[0] if found else bare


def _name_of(document: Document, id: str) -> str:
    """The name that a file had before it was exported."""
    name = last_part(document.name)
    rest = name.removeprefix(id).lstrip("-")
    return name if not rest or rest.startswith((".", "sanitized.")) else rest
