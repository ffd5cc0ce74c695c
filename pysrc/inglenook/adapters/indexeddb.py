"""The browser's database: operations go over as JSON text, results come back as JSON text.

Bytes, and long strings as UTF-8, travel beside the JSON: nothing is escaped a
second time, and bytes cross about twenty times as fast as a list of strings.
This file never learns what a record means.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any, BinaryIO, Final

from inglenook.adapters.files import open_slices
from inglenook.core.errors import NewerSchema, StorageBlocked, StorageError, StorageFull, StorageGone
from inglenook.ports import Conflict, Operation

LONG_TEXT: Final = 1024

# By the names of https://webidl.spec.whatwg.org/#idl-DOMException-error-names and of web/worker/storage.js.
_ERRORS: Final[dict[str, tuple[type[StorageError], str]]] = {
    "QuotaExceededError": (StorageFull, "The browser has no room left for this site."),
    "VersionError": (NewerSchema, "A newer version of Inglenook has changed the database."),
    "SupersededError": (NewerSchema, "A newer version of Inglenook has been opened in another tab."),
    "BlockedError": (StorageBlocked, "Another tab keeps an older version of the database open."),
    "InvalidStateError": (StorageGone, "The browser closed the database."),
    "NotFoundError": (StorageGone, "A part of the database is missing."),
    "UnknownError": (StorageGone, "The browser cannot read its database."),
    "SecurityError": (StorageGone, "The browser does not let this page store anything."),
}


class IndexedDB:
    """A Database over IndexedDB."""

    def __init__(self, js_host: Any) -> None:
        self._js_storage = js_host.storage
        self._js_files = js_host.files

    def listen(self, heard: Callable[[str], None]) -> None:
        """Hear "blocked", "superseded" (a newer version took over: reload) and "terminated"."""
        self._js_storage.listen(heard)

    async def transact(self, operations: list[Operation]) -> list[Any]:
        text, data = pack(operations)
        js_answer = await self._js_storage.transact(text, data)
        return unpack(js_answer.json, js_answer.bytes.to_bytes())

    async def put_blob(self, sha256: str, data: bytes | str, media_type: str) -> None:
        js_answer = await self._js_storage.putBlob(sha256, data, media_type)
        unpack(js_answer.json)

    async def get_blob(self, sha256: str) -> bytes | None:
        js_answer = await self._js_storage.getBlob(sha256)
        unpack(js_answer.json)
        return None if js_answer.bytes is None else js_answer.bytes.to_bytes()

    async def open_blob(self, sha256: str) -> Callable[[], BinaryIO] | None:
        js_answer = await self._js_storage.openBlob(sha256)
        unpack(js_answer.json)
        handle = js_answer.handle
        return (lambda: open_slices(self._js_files, handle)) if handle else None

    async def blob_keys(self) -> list[str]:
        (keys,) = await self.transact([{"op": "keys", "store": "attachments"}])
        return keys

    async def estimate(self) -> dict[str, Any]:
        return json.loads(await self._js_storage.estimate())


def pack(operations: list[Operation]) -> tuple[str, bytes]:
    """
    Operations as JSON text, and the long and binary members of their records set apart.

    >>> text, data = pack([{"op": "put", "store": "s", "key": "k", "record": {"id": "k", "text": "x" * 1024}}])
    >>> text[text.index('"record"'):], len(data)
    ('"record": {"id": "k"}, "texts": {"text": 0}, "bytes": {}}], "sizes": [1024]}', 1024)
    """
    texts: list[bytes] = []
    packed = []
    for operation in operations:
        record = operation.get("record")
        if record and any(_is_long(value) for value in record.values()):
            short, long, binary = {}, {}, {}
            for name, value in record.items():
                if not _is_long(value):
                    short[name] = value
                    continue
                (binary if isinstance(value, bytes) else long)[name] = len(texts)
                texts.append(value if isinstance(value, bytes) else value.encode("utf-8", "replace"))
            operation = {**operation, "record": short, "texts": long, "bytes": binary}
        packed.append(operation)
    text = json.dumps({"operations": packed, "sizes": [len(text) for text in texts]}, ensure_ascii=False)
    return text, b"".join(texts)


def _is_long(value: Any) -> bool:
    return isinstance(value, bytes) or (isinstance(value, str) and len(value) >= LONG_TEXT)


def unpack(text: str, data: bytes = b"") -> list[Any]:
    """The results of a transaction. Raises Conflict or a StorageError if that is what the answer says."""
    answer = json.loads(text)
    if "error" in answer:
        raise explain(answer["error"])
    ends = list(accumulate(answer["sizes"], initial=0))
    pieces = [data[start:end] for start, end in pairwise(ends)]
    results = [_whole(result, pieces) for result in answer["results"]]
    if "conflict" in answer:
        raise Conflict(answer["conflict"]["key"], results[0])
    return results


def _whole(result: Any, pieces: list[bytes]) -> Any:
    if isinstance(result, list):
        return [_whole(each, pieces) for each in result]
    if not isinstance(result, dict):
        return result
    texts = {name: pieces[place].decode() for name, place in result.get("texts", {}).items()}
    return {**result["record"], **texts, **{name: pieces[place] for name, place in result.get("bytes", {}).items()}}


def explain(error: dict[str, str]) -> StorageError:
    """The platform's error as one of ours."""
    name = error.get("name", "")
    cls, message = _ERRORS.get(name, (StorageError, "The browser's database failed."))
    advice = "Reload the page and try again." if cls is StorageError else None
    return cls(message, advice=advice, detail=f"{name}: {error.get('message', '')}")
