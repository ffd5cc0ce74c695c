"""Our own archive: everything that was said, in a zip that other programs can read too.

This file is the door: the parts are in `archive_layout.py` (what lies where),
`archive_manifest.py`, `archive_write.py`, `archive_read.py` and `archive_zip.py`
(zips from outside).
The format is published in `web/archive.schema.json`.
"""

from inglenook.formats.archive.layout import FORMAT, VERSION, Limits, Problem, conversation_member
from inglenook.formats.archive.read import LIMITS, Contents, read, sniff
from inglenook.formats.archive.write import LEVEL, Opener, Writer, text_of, write

__all__ = [
    "FORMAT",
    "LEVEL",
    "LIMITS",
    "VERSION",
    "Contents",
    "Limits",
    "Opener",
    "Problem",
    "Writer",
    "conversation_member",
    "read",
    "sniff",
    "text_of",
    "write",
]
