"""What runs inside Pyodide while the memory snapshot is made.

A snapshot holds memory and no files: a module that is not imported here is not there later, unless the standard
library's remaining modules have it. It holds no more than one visit downloads, so what nobody reads is dropped.
"""

import codecs
import contextlib
import gc
import importlib
import linecache
import pkgutil
import re
import sys
import types
import typing
import zipimport

APP = "inglenook"

# Imported late by whoever uses them, and then not to be found in the library's remaining modules, or wanted at once.
LIBRARY = [
    "asyncio",
    "base64",
    "gzip",
    "hashlib",
    "html",
    "json",
    "jinja2.debug",
    "secrets",
    "sqlite3",
    "unicodedata",
    "urllib.parse",
    "uuid",
    "zipfile",
]

# Codecs are imported when a text first asks for them; cp437 is how zip files spell old names.
CODECS = [
    "ascii",
    "latin-1",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp437",
    "cp1252",
    "iso8859-15",
    "unicode-escape",
    "raw-unicode-escape",
]

# Imported by asyncio and Jinja2, and never called in a page: it has no sockets, no processes, and no folder for a cache
# of bytecode. asyncio knows what to do without ssl. Whoever imports one of them later is told that it is not there.
UNUSED = ["_compat_pickle", "_pickle", "pickle", "ssl", "subprocess"]

# Py_TPFLAGS_HEAPTYPE: a class that was made by Python code, whose docstring is its own.
HEAP_TYPE = 1 << 9


def fill() -> list[str]:
    """Import the app with everything that it may want; returns the names of all modules that are now there."""
    for name in LIBRARY:
        importlib.import_module(name)
    for name in CODECS:
        codecs.lookup(name)
    for module in pkgutil.walk_packages(importlib.import_module(APP).__path__, f"{APP}."):
        importlib.import_module(module.name)
    return sorted(name for name, module in sys.modules.items() if module is not None)


def forget(names: list[str]) -> None:
    """Take modules out of memory: nobody has them any more, under whatever name."""
    gone = [sys.modules.pop(name) for name in names]
    for module in list(sys.modules.values()):
        held = getattr(module, "__dict__", {})
        for name in [name for name, value in held.items() if any(value is one for one in gone)]:
            held[name] = None


def settle() -> None:
    """Drop what only helps a developer or can be made again, so that it need not be downloaded."""
    forget(UNUSED)
    linecache.clearcache()
    re.purge()
    for clear in typing._cleanups:
        clear()
    for module in list(sys.modules.values()):
        getattr(module, "__dict__", {}).pop("__warningregistry__", None)
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType | types.ModuleType) or (
            isinstance(thing, type) and thing.__flags__ & HEAP_TYPE
        ):
            with contextlib.suppress(AttributeError, TypeError):
                thing.__doc__ = None
    # They hold the places of modules in a zip file that the browser has a smaller edition of.
    zipimport._zip_directory_cache.clear()
    sys.path_importer_cache.clear()
    sys._clear_internal_caches()
    gc.collect()
    gc.collect()
    # What is there now stays, so no collection needs to look at it; and a thread that is loaded makes tens of
    # thousands of objects of which none is garbage.
    gc.freeze()
    gc.set_threshold(50_000)
