"""What lies where in an Inglenook archive, and how large it may be.

This file knows names and bounds. It never learns how a zip is read or written.

    manifest.json                  format, version, counts, SHA-256 and size of every member
    conversations/<name>.json      one conversation each, as stored
    attachments/<sha256>           the bytes of attached files, as they were
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FORMAT: Final = "inglenook-archive"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
CONVERSATION: Final = re.compile(r"conversations/~?[a-z0-9_-]{1,64}\.json")
ATTACHMENT: Final = re.compile(r"attachments/([0-9a-f]{64})")

# A name that every file system can hold, and that no other id takes when capitals are folded.
_PLAIN_ID = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9_-]{1,64}")

# How far a long piece of work is: done, of how many (0: not known).
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, past which an archive or a member of it is refused."""

    members: int = 200_000
    directory: int = 100 << 20
    manifest: int = 100 << 20
    conversation: int = 128 << 20
    attachment: int = 2 << 30
    total: int = 16 << 30
    # Chats in JSON shrink to a tenth; a bomb of deflate to a thousandth. Small archives may do as they like.
    ratio: int = 100
    free: int = 256 << 20

    def allowance(self, size: int) -> int:
        """How much may come out of a file of this size."""
        return min(self.total, max(self.free, self.ratio * size))


@dataclass(frozen=True, slots=True)
class Problem:
    """A member that was left out: which, what is wrong with it, and the technical why."""

    member: str
    what: str
    why: str = ""


def conversation_member(id: str) -> str:
    """
    The member that holds a conversation; odd ids are replaced by their hash.

    >>> conversation_member("0198c0de-7a11"), conversation_member("../../etc/passwd")[:20]
    ('conversations/0198c0de-7a11.json', 'conversations/~3754d')
    """
    if _PLAIN_ID.fullmatch(id):
        return f"conversations/{id}.json"
    return f"conversations/~{hashlib.sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}.json"


def attachment_member(sha256: str) -> str:
    """The member that holds an attachment."""
    return f"attachments/{sha256}"


def shown(name: str) -> str:
    """A member's name from outside, short and harmless enough for a list of problems."""
    clean = "".join(sign if sign.isprintable() else "\ufffd" for sign in name[:120])
    return clean if len(name) <= 120 else clean + "…"
