"""Pictures that travel inside JSON as `data:` addresses, turned into named bytes.

This file knows addresses and bytes. What a picture belongs to, and where its
bytes are kept, is decided elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from inglenook.core.model import Image

# What every browser shows and no script can hide in; SVG is left out on purpose.
RASTER = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})

_SUFFIX = {"image/jpeg": "jpg"}


def from_data_url(url: str) -> tuple[Image, bytes] | None:
    """The picture in a base64 `data:` address, or None if it is not one that can be shown.

    >>> from_data_url("data:image/png;base64,iVBORw==")[1]
    b'\\x89PNG'
    """
    head, comma, payload = url.partition(",")
    scheme, _, kind = head.partition(":")
    media_type, *flags = kind.lower().split(";")
    if not comma or scheme.lower() != "data" or media_type not in RASTER or "base64" not in flags:
        return None
    try:
        data = base64.b64decode(payload.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not data:
        return None
    name = f"picture.{_SUFFIX.get(media_type, media_type.removeprefix('image/'))}"
    sha256 = hashlib.sha256(data).hexdigest()
    return Image(sha256=sha256, media_type=media_type, name=name, size=len(data)), data
