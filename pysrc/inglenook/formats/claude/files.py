"""Files of Claude's messages and projects: the text that was taken out of them, or only their names.

This file knows that exports hold no file that was uploaded, only text
(September 2026). It never learns what the text is about.
"""

from __future__ import annotations

from typing import Final

from inglenook.core import model
from inglenook.core.model import Json, Part
from inglenook.core.repair import well_formed
from inglenook.formats.reading.attach import Attached, media_type_of
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.shape import arr, count

_NO_TEXT: Final = ("image/", "audio/", "video/", "application/pdf", "application/zip")
_OFFICE: Final = ("doc", "docx", "odp", "ods", "odt", "ppt", "pptx", "xls", "xlsx", "rtf", "epub")


def text_file(draft: Draft, name: str, text: str) -> Attached:
    """A text as a file. One that was taken out of a PDF or the like says so in its name."""
    media_type = media_type_of(b"", name)
    if (media_type.startswith(_NO_TEXT) and media_type != "image/svg+xml") or name.rpartition(".")[
        2
    ].lower() in _OFFICE:
        name, media_type = f"{name}.txt", "text/plain"
    return draft.attach(well_formed(text).encode(), kind="file", name=name, media_type=media_type or "text/plain")


def attachments(draft: Draft, message: Json) -> list[Part]:
    """The files of a message, each once."""
    parts: list[Part] = []
    for one in arr(message.get("attachments")):
        if not isinstance(one, dict):
            if one is not None:
                parts.append(model.Unknown("attachment", one))
            continue
        name, text = text_of(one.get("file_name")), one.get("extracted_content")
        if isinstance(text, str) and text:
            parts.append(text_file(draft, name or "pasted.txt", text))
        else:
            kind = text_of(one.get("file_type"))
            parts.append(draft.attach(None, name=name, media_type=kind, size=count(one.get("file_size")) or 0))
    seen: set[str] = set()
    for one in arr(message.get("files")) + arr(message.get("files_v2")):
        about: Json = one if isinstance(one, dict) else {"file_name": one}
        name, id = text_of(about.get("file_name")), text_of(about.get("file_uuid")) or text_of(about.get("uuid"))
        if not (name or id) or (id or name) in seen:
            continue
        seen.add(id or name)
        kind = "image" if about.get("file_kind") == "image" else ""
        size = count(about.get("file_size")) or count(about.get("size_bytes")) or 0
        parts.append(draft.attach(None, kind=kind, name=name or id, size=size))
    return parts
