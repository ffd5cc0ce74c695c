"""A database of plain dicts. What crosses is copied as JSON, as it would be on its way to a browser."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from inglenook.core.errors import StorageError, StorageGone
from inglenook.ports import Conflict, Operation

STORES = ("conversations", "threads", "drafts", "attachments", "activity", "connections", "settings", "search", "debug")


class MemoryDatabase:
    """A Database. `handles` are finished files.

    Put an error into `failures` and the next call raises it, with nothing done.
    """

    def __init__(self) -> None:
        self._stores: dict[str, dict[str, Any]] = {store: {} for store in STORES}
        self.failures: list[StorageError] = []
        self.handles: Mapping[str, bytes] = {}

    async def transact(self, operations: list[Operation]) -> list[Any]:
        self._fail()
        stores = {name: dict(store) for name, store in self._stores.items()}
        results = [self._do(stores, operation) for operation in operations]
        self._stores = stores
        return results

    def _do(self, stores: dict[str, dict[str, Any]], operation: Operation) -> Any:
        store, key = stores.get(operation["store"]), operation.get("key", "")
        if store is None:
            raise StorageGone("A part of the database is missing.", detail=operation["store"])
        match operation["op"]:
            case "get":
                return _seen(store.get(key))
            case "put":
                store[key] = _seen(operation["record"])
            case "add":
                if key in store:
                    raise Conflict(key, None)
                store[key] = _seen(operation["record"])
            case "delete":
                store.pop(key, None)
            case "all":
                left_out = tuple(operation.get("except", ()))
                return [_seen(store[key]) for key in _ordered(store) if not key.startswith(left_out)]
            case "keys":
                return _ordered(store)
            case "expect":
                record = store.get(key)
                found = 0 if record is None else record.get("revision") if isinstance(record, dict) else None
                if found != operation["revision"]:
                    raise Conflict(key, _seen(record))
            case unknown:
                raise StorageError("The browser's database failed.", detail=f"no such operation: {unknown}")
        return None

    async def put_blob(self, sha256: str, data: bytes | str, media_type: str) -> None:
        self._fail()
        held = self.handles[data] if isinstance(data, str) else bytes(data)
        self._stores["attachments"].setdefault(sha256, (held, media_type))

    async def get_blob(self, sha256: str) -> bytes | None:
        self._fail()
        found = self._stores["attachments"].get(sha256)
        return found[0] if found else None

    async def open_blob(self, sha256: str) -> Callable[[], BinaryIO] | None:
        data = await self.get_blob(sha256)
        return None if data is None else lambda: io.BytesIO(data)

    async def blob_keys(self) -> list[str]:
        self._fail()
        return _ordered(self._stores["attachments"])

    async def estimate(self) -> dict[str, Any]:
        return {"used_bytes": None, "quota_bytes": None, "persisted": None}

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


def _seen(record: Any) -> Any:
    if isinstance(record, tuple):
        return {"size": len(record[0]), "media_type": record[1]}
    if not isinstance(record, dict):
        return json.loads(json.dumps(record))
    bare = {name: value for name, value in record.items() if not isinstance(value, bytes)}
    return {name: record[name] for name in record} | json.loads(json.dumps(bare))


def _ordered(store: dict[str, Any]) -> list[str]:
    # IndexedDB compares strings by UTF-16 code units.
    return sorted(store, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
