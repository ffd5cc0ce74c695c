"""Files inside a foreign conversation: bytes, data addresses, links, and names of what the export does not hold."""

from __future__ import annotations

import base64
import io
import re
from typing import BinaryIO, Final
from urllib.parse import unquote_to_bytes

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.repair import well_formed
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.found import PENDING, Opener

Attached = model.Image | model.File | model.Audio | model.Video
_DATA: Final = re.compile(r"data:([^;,]*)((?:;[^;,]*)*?)(;base64)?,", re.I)
_KINDS: Final[dict[str, type[Attached]]] = {
    "image": model.Image,
    "audio": model.Audio,
    "video": model.Video,
    "file": model.File,
}  # fmt: skip
_BY_ENDING: Final = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
    "avif": "image/avif", "svg": "image/svg+xml", "bmp": "image/bmp", "heic": "image/heic",
    "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg", "oga": "audio/ogg", "m4a": "audio/mp4",
    "flac": "audio/flac", "aac": "audio/aac", "opus": "audio/ogg",
    "mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "mkv": "video/x-matroska",
    "pdf": "application/pdf", "json": "application/json", "txt": "text/plain", "md": "text/markdown",
    "csv": "text/csv", "html": "text/html", "zip": "application/zip",
}  # fmt: skip
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"), (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"), (b"\x1aE\xdf\xa3", "video/webm"), (b"PK\3\4", "application/zip"),
)  # fmt: skip


def media_type_of(start: bytes, name: str = "", said: str = "") -> str:
    """The media type by the first bytes, then by what was said, then by the name's ending; "" if none tells.

    >>> media_type_of(b"%PDF-1.7"), media_type_of(b"", "a.PNG"), media_type_of(b"", "", "Image/PNG; q=1")
    ('application/pdf', 'image/png', 'image/png')
    """
    for magic, found in _MAGIC:
        if start.startswith(magic):
            # Word, Excel and the like are zips as well, and say so.
            return said if magic == b"PK\3\4" and said else found
    if start[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(start[8:12], said)
    if start[4:8] == b"ftyp":
        return "image/avif" if start[8:12] in (b"avif", b"avis") else said or "video/mp4"
    said = said.partition(";")[0].strip().lower()
    if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", said) and said != "application/octet-stream":
        return said
    return _BY_ENDING.get(name.rpartition(".")[2].lower(), "") if "." in name else ""


def attached(
    source: str | bytes | Document | None,
    files: dict[str, Opener],
    *,
    kind: str = "",
    name: str = "",
    media_type: str = "",
    size: int = 0,
    transcript: str = "",
) -> Attached:
    """
    A part for a file, whatever is known of it.

    `source` is its bytes, a file of the export, a data: address, a web address (kept as a link, never fetched), or
    None or another text for one that the export only names. `kind`: "image", "file", "audio", "video", or "" to go
    by the media type. What opens it is added to `files`. Bytes are not decoded before they are wanted.
    """
    url, opener, start = None, None, b""
    if isinstance(source, Document):
        source.used = True
        opener, name, size = source.open, name or source.name.replace("\\", "/").rpartition("/")[2], source.size
        start = _start(opener) if not media_type or not kind else b""
    elif isinstance(source, bytes):
        opener, size, start = _held(source), len(source), source[:16]
    elif isinstance(source, str) and (head := _DATA.match(source[:300])):
        opener, size = _decoded(source, head), _length(source, head)
        media_type = media_type or head[1].lower()
        start = _beginning(source, head)
    elif isinstance(source, str) and re.fullmatch(r"https?://\S+", source):
        url = source
    media_type = media_type_of(start, name, media_type)
    made = _KINDS.get(kind) or _KINDS.get(media_type.partition("/")[0], model.File)
    sha256 = None
    if opener is not None:
        sha256 = f"{PENDING}{len(files)}"
        files[sha256] = opener
    if made is model.Audio:
        return model.Audio(sha256, url, media_type, name, size, transcript)
    return made(sha256, url, media_type, name, size)


def _start(opener: Opener) -> bytes:
    try:
        with opener() as source:
            return source.read(16)
    except BadFile:
        # It is told when the file is to be stored; the conversation is none the worse for it.
        return b""


def _held(data: bytes) -> Opener:
    return lambda: io.BytesIO(data)


def _decoded(address: str, head: re.Match[str]) -> Opener:
    def opened() -> BinaryIO:
        return io.BytesIO(_bytes_of(address[head.end() :], bool(head[3])))

    return opened


def _beginning(address: str, head: re.Match[str]) -> bytes:
    return _bytes_of(address[head.end() : head.end() + 24], bool(head[3]))[:16]


def _length(address: str, head: re.Match[str]) -> int:
    count = len(address) - head.end()
    return count * 3 // 4 - address[-2:].count("=") if head[3] else count


def _bytes_of(text: str, base64ed: bool) -> bytes:
    if not base64ed:
        return unquote_to_bytes(well_formed(text))
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/"))
    return base64.b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + "=" * (-len(letters) % 4))
