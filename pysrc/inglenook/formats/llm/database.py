"""An SQLite file from outside, read a row at a time.

This file knows what a hostile or damaged database may do: views, virtual tables
and generated columns that compute without end, pages that hold each other, rows
that say the same bytes again and again. Only plain tables are read, by plain
selects, and no more than the file can hold. It never learns what rows mean.

The file is copied out of Python's memory first, since SQLite wants a path.
"""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.reading.document import Document

try:
    # Not there in every Python that runs in a browser.
    import sqlite3
except ImportError:  # pragma: no cover
    sqlite3 = None  # type: ignore[assignment]

# The names of columns are decoded by the library itself.
_DAMAGE: Final = (sqlite3.Error, UnicodeDecodeError) if sqlite3 is not None else ()
LARGEST: Final = 1 << 30
# No value of a row may be larger.
_VALUE: Final = 128 << 20
# All rows together may say so many times the bytes of the file; that much is always allowed.
_RATIO, _FREE = 20, 64 << 20
_PIECE: Final = 1 << 20
# A row takes at least so many bytes of the file.
_ROW: Final = 4
# Where a database says that its latest pages are in a file of their own, and what it says if they are not.
_JOURNAL: Final = slice(18, 20)


class Tables:
    """The plain tables of a database. Every method raises BadFile where it is damaged."""

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        self._connection = connection
        self._most_rows = size // _ROW
        self._left = max(_FREE, _RATIO * size)
        self._indexes: dict[tuple[str, str], dict[Any, list[int]]] = {}
        plain = self._all("select name, sql from sqlite_master where type = 'table'")
        virtual = "create virtual"
        self._names = {
            name for name, sql in plain if isinstance(name, str) and not str(sql).lower().startswith(virtual)
        }

    @property
    def spent(self) -> bool:
        """Whether more was read than a file of this size may say; from then on nothing is."""
        return self._left < 0

    def has(self, *names: str) -> bool:
        return self._names.issuperset(names)

    def by(self, table: str, column: str) -> dict[Any, list[int]]:
        """The row ids of a table by what a column of theirs says; none if there is no such table or column."""
        found = self._indexes.get((table, column))
        if found is None:
            found = {}
            if self.has(table) and column in self._columns(table):
                for rowid, value in self._all(f'select rowid, "{column}" from "{table}"'):
                    found.setdefault(value, []).append(rowid)
            self._indexes[table, column] = found
        return found

    def each(self, table: str, column: str, value: Any) -> Iterator[Json]:
        """The rows of a table in which a column says this, one after another."""
        rowids = self.by(table, column).get(value, ()) if isinstance(value, Hashable) else ()
        for rowid in dict.fromkeys(rowids):
            if row := self.row(table, rowid):
                yield row

    def where(self, table: str, column: str, value: Any) -> list[Json]:
        """As `each`, all at once."""
        return list(self.each(table, column, value))

    def first(self, table: str, column: str, value: Any) -> Json:
        """The first row in which a column says this; an empty one if there is none."""
        return next(self.each(table, column, value), {})

    def _columns(self, table: str) -> list[str]:
        try:
            return [name for name, *_ in self._connection.execute(f'select * from "{table}" limit 0').description]
        except _DAMAGE as error:
            raise damaged(error) from error

    def row(self, table: str, rowid: int) -> Json:
        """The row with this id; an empty one if there is none."""
        try:
            cursor = self._connection.execute(f'select * from "{table}" where rowid = ?', (rowid,))
            row = cursor.fetchone()
        except _DAMAGE as error:
            raise damaged(error) from error
        if row is None:
            return {}
        self._left -= sum(len(value) for value in row if isinstance(value, str | bytes))
        if self.spent:
            raise BadFile("It would unpack to far more than it should.")
        return dict(zip((name for name, *_ in cursor.description), row, strict=True))

    def _all(self, select: str) -> Iterator[tuple[Any, ...]]:
        try:
            for count, row in enumerate(self._connection.execute(select)):
                if count > self._most_rows:
                    raise BadFile("The database is damaged.", detail="more rows than fit in it")
                yield row
        except _DAMAGE as error:
            raise damaged(error) from error


@contextmanager
def opened(document: Document) -> Iterator[Tables]:
    """The tables of a database, until the end of the block. BadFile if it cannot be read."""
    if sqlite3 is None:  # pragma: no cover
        raise BadFile("SQLite files cannot be read in this browser.", advice="Export with: llm logs --json -n 0")
    if document.size > LARGEST:
        raise too_large()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        size = _copied(document, copy)
        try:
            connection = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
        except _DAMAGE as error:
            raise damaged(error) from error
        try:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE)
            connection.set_authorizer(_allowed)
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            yield Tables(connection, size)
        finally:
            connection.close()


def damaged(error: Exception) -> BadFile:
    return BadFile("The database is damaged.", detail=f"{type(error).__name__}: {error}")


def _copied(document: Document, copy: Path) -> int:
    with document.open() as source, copy.open("wb") as target:
        first = bytearray(source.read(_PIECE))
        if first[_JOURNAL] == b"\2\2":
            # Without the other file it is as it was when that was last taken in.
            first[_JOURNAL] = b"\1\1"
            if document.beside.named(f"{document.name}-wal") is not None:
                document.problem("What its “-wal” file holds was not read; close the other program and try again.")
        piece, size = bytes(first), 0
        while piece:
            size += target.write(piece)
            document.on_read(len(piece))
            if size > LARGEST:
                raise too_large()
            piece = source.read(_PIECE)
        return size


def too_large() -> BadFile:
    return BadFile(f"It is larger than {LARGEST >> 20} MB.", advice="Export with: llm logs --json -n 0")


def _allowed(action: int, *_: object) -> int:
    """Plain selects; no function, no recursion, nothing that changes anything."""
    return sqlite3.SQLITE_OK if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) else sqlite3.SQLITE_DENY
