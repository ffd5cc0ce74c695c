"""The standard library's remaining modules: those that the snapshot does not hold and a page can use."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

# A module or a package with all that is in it.
_USELESS = {
    "tools for developers": """
        _pyrepl argparse bdb cProfile cmd code codeop compileall difflib doctest gettext idlelib lib2to3 modulefinder
        pdb pickletools profile profiling pstats py_compile pyclbr pydoc pydoc_data pyodide.console rlcompleter runpy
        symtable tabnanny test timeit trace tracemalloc unittest""",
    "processes, terminals, windows": """
        asyncio.proactor_events asyncio.windows_events asyncio.windows_utils concurrent.futures.interpreter
        concurrent.futures.process concurrent.interpreters ctypes curses getpass multiprocessing pty tkinter tty turtle
        turtledemo webbrowser""",
    "other ways to the network": """
        ftplib http.client http.cookiejar http.cookies http.server imaplib mailbox netrc poplib smtplib socketserver
        urllib.request urllib.robotparser wsgiref xmlrpc""",
    "twins of what is compiled in": "_py_abc _pydatetime _pydecimal _pyio",
    "other systems": "_aix_support _android_support _apple_support _ios_support _osx_support nturl2path ntpath",
    "of no use to this page": """
        __hello__ __phello__ antigravity configparser dbm email ensurepip filecmp fileinput fractions
        importlib.metadata logging.config logging.handlers optparse plistlib sched shelve statistics tarfile this venv
        wave xml zipapp""",
}
_NAMES = {name for names in _USELESS.values() for name in names.split()}
_CODECS = re.compile(
    r"encodings\.(__init__|aliases|ascii|charmap|cp125\d|cp437|idna|iso8859_\d+|koi8_\w|latin_1|punycode|utf_\w+|\w+_codec)"
)


def module_of(inside: str) -> str:
    """The dotted name of a file in the library, "" if it is no module."""
    if not inside.endswith(".py"):
        return ""
    return inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def wanted(inside: str, imported: set[str]) -> bool:
    """True if a file belongs into what a page gets beside the snapshot."""
    module = module_of(inside)
    if not module or module in imported:
        return False
    if module.startswith("encodings."):
        return _CODECS.fullmatch(module) is not None
    parts = module.split(".")
    return not any(".".join(parts[:length]) in _NAMES for length in range(1, len(parts) + 1))


def trim(whole: Path, imported: set[str], path: Path) -> int:
    """Write the remaining modules as a zip file; returns its size."""
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for inside in sorted(source.namelist()):
            if wanted(inside, imported):
                entry = zipfile.ZipInfo(inside, (1980, 1, 1, 0, 0, 0))
                target.writestr(entry, source.read(inside), zipfile.ZIP_DEFLATED, 9)
    return path.stat().st_size
