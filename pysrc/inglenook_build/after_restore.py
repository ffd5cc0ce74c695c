"""What a restored snapshot must be able to do, tried once in Node before a build is called good."""

import asyncio
import importlib
import io
import sys
import zipfile

# Not part of the snapshot: they come from the standard library's remaining modules.
LATE = ("graphlib", "pprint", "shlex", "tomllib", "encodings.koi8_r")


async def check() -> int:
    """How many modules the app has; raises whatever does not work."""
    await asyncio.wait_for(asyncio.sleep(0.001), 1)
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", "text" * 100)
    with zipfile.ZipFile(body) as archive:
        if archive.read("a/b.txt") != b"text" * 100:
            raise AssertionError("zipfile does not read what it wrote")
    for name in LATE:
        if name in sys.modules:
            raise AssertionError(f"{name} was to be imported late")
        importlib.import_module(name)
    import sqlite3

    found = sqlite3.connect(":memory:").executescript(
        "create virtual table t using fts5(a); insert into t values ('hearth');"
    )
    if found.execute("select count(*) from t where t match 'hea*'").fetchone() != (1,):
        raise AssertionError("full-text search does not work")
    return sum(name.partition(".")[0] == "inglenook" for name in sys.modules)
