"""Everything that can be read in what the user gave: whose each file is, and the conversations in it.

This file knows readers and our own archive as one. It never learns what
becomes of the conversations; asked twice, it reads twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from inglenook.core.errors import BadFile, NewerSchema
from inglenook.core.thread import attachments
from inglenook.formats import archive, loose, registry, unpacked
from inglenook.formats.reading.containers import Given, Spool, Unpacked, unpack
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import damage

OURS: Final = unpacked.NAME
MOST_NAMED: Final = 5
ALONE: Final = "It says more of conversations that did not come beside it, so nothing of it was read."

Tell = Callable[[str, str], object]


@dataclass(slots=True)
class Source:
    """
    A file that some reader knows. `conversations` may be asked for again; what is wrong is told to `tell`.

    `apart` is the file if its entries can be read without those before them.
    """

    name: str
    system: str
    label: str
    version: str
    size: int
    conversations: Callable[[Tell], Iterator[Found]]
    on_read: Callable[[Callable[[int], object]], object] = field(default=lambda heard: None)
    apart: Document | None = None


@dataclass(slots=True)
class Sources:
    """What was given, sorted: what can be read, and what cannot and why (name, reason)."""

    known: list[Source] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    idle: list[Document] = field(default_factory=list)

    def left_over(self) -> list[tuple[str, str]]:
        """Files that no reader knows and no conversation used, in few words; asked after all was read."""
        left = [document for document in self.idle if not document.used]
        damaged = [(document.where, why) for document in left if (why := damage(document.head))]
        if not self.known or len(left) <= MOST_NAMED:
            unknown = "This is no format that Inglenook knows."
            return [(document.where, damage(document.head) or unknown) for document in left]
        names = [document.name for document in left if not damage(document.head)]
        rest = f", and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        which = ", ".join(names[:MOST_NAMED])
        told = f"No conversation names them, so they were left out: {which}{rest}."
        return [*damaged, *([(f"{len(names):,} other files", told)] if names else [])]


def sources(given: list[Given], spool: Spool) -> Sources:
    """Look at everything once. Never raises for what is in it."""
    taken = unpack(given, spool)
    found = Sources(problems=taken.problems)
    found.known += _archives(taken, found.problems)
    strangers: list[Document] = []
    aside: list[Document] = []
    claimed: set[int] = set()
    spoken: set[int] = set()
    for document in taken.documents:
        match registry.claims(document.head):
            case []:
                strangers.append(document)
            case [(reader, match), *_]:
                claimed.add(id(document.beside))
                if match.aside:
                    document.used = True
                    aside.append(document)
                elif match.skip:
                    _skipped(document, match, found)
                else:
                    spoken.add(id(document.beside))
                    found.known.append(_source(document, reader, match))
    for document in strangers:
        # Beside files that are known, an unknown one is no conversation but a part of that system's export.
        match = loose.sniff(document.head) if id(document.beside) not in claimed else None
        if match is not None:
            found.known.append(_source(document, loose, match))
        else:
            found.idle.append(document)
    found.problems += [(document.where, ALONE) for document in aside if id(document.beside) not in spoken]
    return found


def _skipped(document: Document, match: Match, found: Sources) -> None:
    document.used = True
    found.problems.append((document.where, f"{match.skip[:1].upper()}{match.skip[1:]}: nothing of it is stored."))


def _source(document: Document, reader: registry.Reader, match: Match) -> Source:
    def conversations(tell: Tell) -> Iterator[Found]:
        document.problems.clear()
        told = 0
        try:
            for found in reader.read(document):
                for problem in document.problems[told:]:
                    tell(document.where, problem)
                told = len(document.problems)
                yield found
        except BadFile as error:
            tell(document.where, f"{error} {error.detail}".strip())
        for problem in document.problems[told:]:
            tell(document.where, problem)

    def on_read(heard: Callable[[int], object]) -> None:
        document.on_read = heard

    document.used = True
    apart = document if match.apart else None
    return Source(
        document.where, reader.SYSTEM, reader.NAME, match.version, document.size, conversations, on_read, apart
    )


def _archives(taken: Unpacked, problems: list[tuple[str, str]]) -> Iterator[Source]:
    for name, file in taken.archives:
        try:
            contents = archive.read(file)
        except (BadFile, NewerSchema) as error:
            problems.append((name, f"{error} {error.detail}".strip()))
            continue
        yield _ours(name, contents)


def _ours(name: str, contents: archive.Contents) -> Source:
    heard: Callable[[int], object] = lambda count: None  # noqa: E731 - until somebody listens

    def on_read(listener: Callable[[int], object]) -> None:
        nonlocal heard
        heard = listener

    def conversations(tell: Tell) -> Iterator[Found]:
        contents.problems[contents.opening_problems :] = []
        # Members are read as a whole; each is told as an equal share of them all.
        share = contents.size // max(1, contents.count)
        for conversation in contents.conversations():
            heard(share)
            files = {
                sha256: (lambda sha256=sha256: contents.open_attachment(sha256))
                for sha256 in attachments(conversation)
                if sha256 in contents.attachments
            }
            yield Found(conversation, files=files)
        for problem in contents.problems:
            tell(f"{name}: {problem.member}", said(problem))

    return Source(name, unpacked.SYSTEM, OURS, "", contents.size, conversations, on_read)


def said(problem: archive.Problem) -> str:
    """What an archive says of a member that was left out, as sentences."""
    why = problem.why.strip()
    return f"{problem.what} {why[:1].upper()}{why[1:]}".strip()
