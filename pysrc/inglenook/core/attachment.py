"""Attachments on the wire: pictures, files, sound and film as content parts.

This file knows media types and their wire form. A part whose bytes are gone, or
that a connection cannot carry, becomes a note in words, so that the model does
not answer as if nothing had been there.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from inglenook.core.errors import BadFile
from inglenook.core.model import Audio, File, Image, Json, Part, Video

_TEXT_TYPES = frozenset((
    "application/json", "application/xml", "application/javascript", "application/x-javascript", "application/x-sh",
    "application/sql", "application/yaml", "application/x-yaml", "application/toml", "application/x-ndjson",
    "image/svg+xml",
))
_TEXT_NAMES = frozenset((
    "txt", "md", "markdown", "rst", "csv", "tsv", "json", "jsonl", "ndjson", "xml", "yaml", "yml", "toml", "ini", "cfg",
    "conf", "log", "tex", "bib", "srt", "vtt", "html", "htm", "css", "js", "mjs", "ts", "tsx", "jsx", "py", "rb", "rs",
    "go", "java", "kt", "c", "h", "cc", "cpp", "hpp", "cs", "swift", "php", "pl", "lua", "r", "jl", "sh", "bash", "zsh",
    "ps1", "sql", "diff", "patch", "svg",
))
# What browsers call a sound, and what the API calls it.
_SOUNDS = {
    "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav",
    "audio/flac": "flac", "audio/x-flac": "flac", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/m4a": "m4a",
    "audio/ogg": "ogg", "audio/aiff": "aiff", "audio/x-aiff": "aiff", "audio/aac": "aac",
}


def content_part(part: Part, files: Mapping[str, bytes], *, routes: bool, strict: bool) -> Json | None:
    """The wire form of an attachment; None if the part is none.

    `routes` says whether the other side speaks OpenRouter's dialect, which
    carries PDF and film. With `strict`, what cannot be carried is an error
    instead of a note.

    Raises:
        BadFile: only with `strict`.
    """
    if not isinstance(part, (Image, File, Audio, Video)):
        return None
    name = part.name or "attachment"
    data = files.get(part.sha256) if part.sha256 else None
    if data is None:
        # An address is told, never handed over to be fetched: fetching would show the user's interest to its owner.
        return _note(f"[{name}: {part.url}]" if part.url else f"[{name} is no longer stored]")
    if is_text(part, data):
        return _note(_inline(name, _decode(data)))
    media_type = part.media_type or "application/octet-stream"
    if name.lower().endswith(".pdf"):
        media_type = "application/pdf"
    address = f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
    if isinstance(part, Image) or media_type.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": address}}
    if sound := _SOUNDS.get(media_type.partition(";")[0]):
        encoded = base64.b64encode(data).decode("ascii")
        return {"type": "input_audio", "input_audio": {"data": encoded, "format": sound}}
    if routes and (isinstance(part, Video) or media_type.startswith("video/")):
        return {"type": "video_url", "video_url": {"url": address}}
    if routes and isinstance(part, File):
        return {"type": "file", "file": {"filename": name, "file_data": address}}
    if strict:
        raise BadFile(f"{name} cannot be sent over this connection.",
                      advice="Remove it, or attach its text or a picture of it.")
    return _note(f"[{name} could not be sent]")


def is_text(part: Image | File | Audio | Video, data: bytes) -> bool:
    """Whether an attachment is best sent as the text that it is."""
    media_type = part.media_type.partition(";")[0].strip().lower()
    if media_type.startswith("text/") or media_type in _TEXT_TYPES or media_type.endswith(("+json", "+xml")):
        return True
    if media_type not in ("", "application/octet-stream", "video/mp2t"):
        return False
    # Browsers call TypeScript a film (video/mp2t) and give many sources no type: then name and content decide.
    ending = part.name.rpartition(".")[2].lower()
    if ending not in _TEXT_NAMES and media_type != "application/octet-stream" and media_type:
        return False
    if b"\0" in data[:8192]:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ending in _TEXT_NAMES
    return True


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _inline(name: str, text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{name}\n{fence}\n{text.rstrip()}\n{fence}"


def _note(text: str) -> Json:
    return {"type": "text", "text": text}
