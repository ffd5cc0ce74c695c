"""The manifest of an Inglenook archive: what it says of the rest.

This file knows the manifest's members and versions; it never learns how a zip
is read or written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from inglenook.core.errors import BadFile, NewerSchema
from inglenook.core.repair import parse
from inglenook.formats.archive.layout import FORMAT, VERSION


def dump(counts: Mapping[str, int], members: Mapping[str, Any], created_ms: int, app_version: str) -> bytes:
    """The manifest as JSON text, in lines that a person can read."""
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "app": {"name": "Inglenook", "version": app_version},
        "created": _iso(created_ms),
        "counts": counts,
        "members": members,
    }
    return (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def load(data: bytes) -> dict[str, Any]:
    """The manifest's members, with `members` an object. BadFile or NewerSchema if it is not one of ours."""
    manifest = parse(data)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadFile("This is not an Inglenook archive: its manifest names another format.")
    version = manifest.get("version")
    if type(version) is not int or version < 1:
        raise BadFile("The archive does not say which version of the format it has.")
    if version > VERSION:
        raise NewerSchema(
            "This archive was written by a newer Inglenook.",
            advice="Reload the page to get the newer version, then open the archive again.",
            detail=f"version {str(version)[:20]}, known up to {VERSION}",
        )
    if not isinstance(manifest.get("members"), dict):
        raise BadFile("The archive's manifest does not list its members.")
    return manifest


def _iso(ms: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
