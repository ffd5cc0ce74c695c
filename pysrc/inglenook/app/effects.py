"""What the world must do, as values. `runtime` hands each to the adapter that performs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inglenook.core.activity import Entry
from inglenook.core.connection import Connection
from inglenook.core.copy import Copy
from inglenook.core.model import Conversation, Json, Message
from inglenook.core.request import PARSED


@dataclass(frozen=True, slots=True)
class LoadStart:
    """Read what the first view needs; answers `Started`."""


@dataclass(frozen=True, slots=True)
class LoadThread:
    id: str


@dataclass(frozen=True, slots=True)
class LoadSummaries:
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Save:
    """Write a conversation if the store is still at `revision`; `drop_drafts` go in the same transaction."""

    conversation: Conversation
    revision: int
    drop_drafts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkDeleted:
    """Hide a conversation (None: show it again). It is still whole."""

    id: str
    deleted_ms: int | None


@dataclass(frozen=True, slots=True)
class DeleteForever:
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaveSetting:
    """Write a JSON value under a name; None removes it."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class SaveConnection:
    """Keep a connection on this device; without its key unless `connection.keep`."""

    connection: Connection


@dataclass(frozen=True, slots=True)
class LoadLevels:
    """Read the connections again, because another tab may have changed what they allow; answers LevelsLoaded.

    `since` counts the changes that this tab had made by then.
    """

    since: int = 0


@dataclass(frozen=True, slots=True)
class ForgetConnection:
    id: str


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Write down what of an answer has arrived."""

    conversation_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class DropDrafts:
    """Forget what was received for a conversation that is gone."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenStream:
    """Ask for an answer; answers `Delta`s and one `Finished`."""

    answer: Message
    conversation_id: str
    connection: Connection
    model: str
    history: tuple[Message, ...]
    provider: Json | None = None
    """What the request says about who may answer; made by `core/routing.py`."""
    pdf_engine: str = PARSED
    """Who reads a PDF of the request first."""


@dataclass(frozen=True, slots=True)
class CloseStream:
    answer_id: str


@dataclass(frozen=True, slots=True)
class LoadModels:
    """The list kept on this device, then a fresh one if it is older than a day or `fresh` is asked."""

    connection: Connection
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class LoadKnown:
    """What the service says of its providers: what is kept here, then fresh if that is old or `fresh` is asked."""

    connection: Connection
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class LoadRoutes:
    """The endpoints of a model, the same way. `alias_of`: the model that it is only another name for."""

    connection: Connection
    model: str
    alias_of: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class TestReach:
    """Ask a forbidden address from the worker; answers ReachTested."""

    url: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Check an address and a key; `candidates` are bases to try in this order. Answers Connected or ConnectFailed."""

    connection: Connection
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExchangeCode:
    """Trade a sign-in code for a key; answers KeyGranted or Failed."""

    code: str
    verifier: str
    keep: bool


@dataclass(frozen=True, slots=True)
class Attach:
    """Store the bytes of the files of the event being handled."""

    files: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StartExport:
    """Export conversations (() means all) in a form of `jobs/exporting.py`, in the second worker."""

    ids: tuple[str, ...]
    format: str


@dataclass(frozen=True, slots=True)
class StartImport:
    """Read files in the second worker and answer a preview."""

    files: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CommitImport:
    """Store what the preview showed: all but these, or with `all` false only these."""

    all: bool = True
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StopImport:
    """End the import after the conversations at hand."""


@dataclass(frozen=True, slots=True)
class PrepareJob:
    """An import or export is likely to come; what it needs may be started. `files`: it is an import."""

    files: bool = False


@dataclass(frozen=True, slots=True)
class UndoLastImport:
    pass


@dataclass(frozen=True, slots=True)
class SaveImportReport:
    pass


@dataclass(frozen=True, slots=True)
class CancelJob:
    pass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Send a message to ourselves later."""

    after_ms: int
    message: Any


@dataclass(frozen=True, slots=True)
class Record:
    """Put a request into the list, once; answers `Recorded`. `copy` is kept apart, for debugging."""

    entry: Entry
    copy: Copy | None = None


@dataclass(frozen=True, slots=True)
class LoadActivity:
    """Read the list of requests, and the copies for debugging if they are asked for; answers `ActivityLoaded`."""

    copies: bool = False


@dataclass(frozen=True, slots=True)
class ClearActivity:
    pass


@dataclass(frozen=True, slots=True)
class ClearCopies:
    pass


@dataclass(frozen=True, slots=True)
class SaveBudget:
    """Keep the budget as a setting, and tell the other tabs, which must hold it too."""

    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class LoadBudget:
    """Read the budget again; answers `BudgetLoaded`."""


@dataclass(frozen=True, slots=True)
class ExportActivity:
    """Save requests as a file, "csv" or "json"."""

    entries: tuple[Entry, ...]
    format: str
    name: str


@dataclass(frozen=True, slots=True)
class MeasureStorage:
    pass


@dataclass(frozen=True, slots=True)
class Patch:
    """Something for the page to do that is not a region: focus, navigate, set a value."""

    patch: dict[str, Any]
