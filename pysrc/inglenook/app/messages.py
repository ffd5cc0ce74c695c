"""What can happen, as values: imperatives come from the user, past participles and nouns from the world.

`decode` turns an event of the page into one of the first kind; a page is
outside, so its events are rebuilt field by field and never believed. Longer
than other files because it is one vocabulary: every tag and every field.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from inglenook.app.state import Attachment, Preview, Problem, Storage
from inglenook.core.activity import Entry
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection, KeyInfo
from inglenook.core.copy import Copy
from inglenook.core.errors import InglenookError, OurError
from inglenook.core.model import Conversation, Message, Summary
from inglenook.core.providers import Endpoint, Known
from inglenook.core.service_refusal import ServiceRefusal

USER: dict[str, type] = {}


def user(tag: str):
    """Name a message of the user by the tag that elements of the page carry in `data-action`."""

    def register(cls: type) -> type:
        value = dataclass(frozen=True, slots=True)(cls)
        USER[tag] = value
        return value

    return register


def decode(event: dict[str, Any]) -> Any:
    """Rebuild an event of the page as a message. Raises OurError for one that no table knows."""
    tag = event.get("type")
    cls = USER.get(tag) if isinstance(tag, str) else None
    if cls is None:
        raise OurError(
            "The page sent something that this version does not know.", advice="Reload the page.", detail=repr(tag)
        )
    values: dict[str, Any] = {}
    for spec in fields(cls):
        default = spec.default if spec.default is not MISSING else spec.default_factory()
        given = event.get(spec.name, default)
        values[spec.name] = given if type(given) is type(default) else default
    return cls(**values)


# The page


@user("page.hello")
class Hello:
    hash: str = ""
    search: str = ""
    origin_path: str = ""
    session: dict[str, str] = field(default_factory=dict)
    online: bool = True
    time_zone_offset_min: int = 0
    tab: str = ""


@user("route.changed")
class GoTo:
    hash: str = ""


@user("route.wanted")
class Want:
    """A link to this address is being pressed; it may still be let go elsewhere."""

    hash: str = ""


@user("network.changed")
class NetworkChanged:
    online: bool = True


@user("page.hidden")
class PageHidden:
    pass


@user("view.painted")
class KeepView:
    view: str = ""


@user("update.waiting")
class UpdateWaiting:
    pass


@user("update.accept")
class AcceptUpdate:
    pass


# The shelf


@user("conversation.new")
class NewConversation:
    pass


@user("conversation.menu")
class OpenMenu:
    id: str = ""
    anchor: str = ""


@user("conversation.rename")
class AskRename:
    id: str = ""


@user("conversation.retitle")
class Rename:
    id: str = ""
    title: str = ""


@user("conversation.pin")
class TogglePin:
    id: str = ""


@user("conversation.archive")
class ToggleArchive:
    id: str = ""


@user("conversation.duplicate")
class Duplicate:
    id: str = ""


@user("conversation.delete")
class Delete:
    id: str = ""


@user("conversation.restore")
class UndoDelete:
    id: str = ""


@user("conversation.save")
class SaveAgain:
    """Store a conversation whose last save failed."""

    id: str = ""


@user("conversation.export")
class ExportOne:
    id: str = ""
    format: str = "archive"


@user("shelf.filter")
class Filter:
    value: str = ""


@user("shelf.more")
class MoreEntries:
    pass


@user("shelf.archived")
class ToggleArchived:
    pass


# The room


@user("message.send")
class Send:
    text: str = ""


@user("message.stop")
class Stop:
    id: str = ""


@user("message.retry")
class Retry:
    id: str = ""


@user("message.edit")
class Edit:
    id: str = ""


@user("message.rewrite")
class Rewrite:
    id: str = ""
    text: str = ""


@user("message.leave")
class LeaveEdit:
    pass


@user("message.branch")
class Branch:
    id: str = ""


@user("message.delete")
class AskDeleteMessage:
    id: str = ""


@user("message.erase")
class EraseMessage:
    """Delete a message, after the question whether to."""

    id: str = ""


@user("message.previous")
class PreviousVersion:
    id: str = ""


@user("message.next")
class NextVersion:
    id: str = ""


@user("thread.more")
class MoreMessages:
    pass


@user("draft.edit")
class EditDraft:
    value: str = ""


@user("note.dismiss")
class DismissNote:
    pass


@user("attachment.remove")
class RemoveAttachment:
    sha256: str = ""


# Models, settings, connections


@user("model.pick")
class PickModel:
    pass


@user("model.search")
class SearchModels:
    value: str = ""


@user("model.free")
class OnlyFreeModels:
    value: bool = False


@user("model.more")
class MoreModels:
    pass


@user("model.choose")
class ChooseModel:
    """`id` from a button, `value` from a select."""

    id: str = ""
    value: str = ""


@user("model.refresh")
class RefreshModels:
    pass


@user("settings.open")
class OpenSettings:
    section: str = "Connections"


@user("dialog.closed")
class CloseDialog:
    id: str = ""


@user("connect.openrouter")
class ConnectOpenRouter:
    keep: bool = True


@user("connect.address")
class ConnectAddress:
    address: str = ""
    key: str = ""
    keep: bool = True


@user("connect.key")
class ConnectKey:
    """A pasted OpenRouter key."""

    key: str = ""
    keep: bool = True


@user("practice.open")
class OpenPractice:
    pass


@user("connection.use")
class UseConnection:
    id: str = ""


@user("connection.check")
class CheckConnection:
    id: str = ""


@user("connection.remove")
class AskRemoveConnection:
    id: str = ""


@user("connection.forget")
class RemoveConnection:
    """Forget a connection and its key, after the question whether to."""

    id: str = ""


# Privacy


@user("privacy.switch")
class SwitchPrivacy:
    """A switch by its `name`; `scope` "room" means this conversation only."""

    name: str = ""
    scope: str = ""
    value: bool = False


@user("privacy.set")
class SetPrivacy:
    name: str = ""
    scope: str = ""
    value: str = ""


@user("privacy.relax")
class Relax:
    """Loosen what keeps the endpoint `id` from seeing the next message."""

    id: str = ""


@user("privacy.declare")
class DeclarePolicy:
    """What the user says a server that answers itself does with prompts."""

    trains: str = ""
    retains: str = ""
    days: str = ""


@user("providers.open")
class OpenProviders:
    pass


@user("providers.sort")
class SortProviders:
    id: str = ""


@user("providers.filter")
class FilterProviders:
    value: str = ""


@user("providers.allowed")
class OnlyAllowed:
    value: bool = False


@user("providers.refresh")
class RefreshProviders:
    pass


@user("providers.correct")
class AskCorrection:
    id: str = ""


@user("providers.corrected")
class CorrectProvider:
    id: str = ""
    trains: str = ""
    retains: str = ""
    days: str = ""


@user("reach.test")
class CheckReach:
    pass


@user("reach.tested")
class PageReachTested:
    """What came of a forbidden request of the page: "refused" by its policy, "reached", or what else happened."""

    outcome: str = ""


@user("appearance.theme")
class ChooseTheme:
    value: str = ""


# Activity


@user("activity.from")
class ShowFrom:
    """The first day that is shown, as a date field gives it."""

    value: str = ""


@user("activity.to")
class ShowTo:
    value: str = ""


@user("activity.model")
class ShowModel:
    value: str = ""


@user("activity.all")
class ShowAll:
    pass


@user("activity.measure")
class ChooseMeasure:
    """What the charts show."""

    value: str = ""


@user("activity.more")
class MoreRequests:
    pass


@user("activity.export")
class ExportRequests:
    format: str = "csv"


@user("activity.clear")
class AskClearActivity:
    pass


@user("activity.erase")
class EraseActivity:
    """Clear the list of requests, after the question whether to."""


@user("budget.limit")
class SetLimit:
    value: str = ""


@user("budget.stop")
class SetHardStop:
    value: bool = False


@user("copies.keep")
class KeepCopies:
    value: bool = False


@user("copies.clear")
class DropCopies:
    """Clear what was kept for debugging."""


# Files


@user("files.given")
class FilesGiven:
    target: str = "import"
    files: list[Any] = field(default_factory=list)


@user("data.export")
class ExportAll:
    format: str = "archive"


@user("export.choose")
class ChooseForExport:
    """Show the list of conversations to choose from; with an id, with that one chosen."""

    id: str = ""


@user("export.pick")
class PickForExport:
    id: str = ""
    value: bool = True


@user("export.pick-all")
class PickAllForExport:
    value: bool = True


@user("export.find")
class FindForExport:
    value: str = ""


@user("export.more")
class MoreForExport:
    pass


@user("export.picked")
class ExportPicked:
    format: str = "archive"


@user("files.near")
class FilesNear:
    """Files are dragged over the window, or are being chosen."""


@user("transfer.import")
class ConfirmImport:
    pass


@user("transfer.choose")
class ChooseRow:
    id: str = ""
    value: bool = True


@user("transfer.choose-all")
class ChooseAll:
    value: bool = True


@user("transfer.find")
class FindRows:
    value: str = ""


@user("transfer.more")
class MoreRows:
    pass


@user("transfer.cancel")
class CancelTransfer:
    pass


@user("transfer.hide")
class HideTransfer:
    """Go on in the room while files are read or stored."""


@user("transfer.show")
class ShowTransfer:
    """See the import again that was hidden."""


@user("transfer.report")
class SaveReport:
    """Save what the last import did, as a file."""


@user("import.undo")
class UndoImport:
    """Take the last import back."""


@user("notice.dismiss")
class DismissNotice:
    id: str = ""


@user("data.persist")
class AskPersist:
    pass


@user("data.measure")
class MeasureData:
    pass


# The world


@dataclass(frozen=True, slots=True)
class Started:
    """What the store held when the room opened. `drafts` are answers that nobody is receiving any more."""

    summaries: tuple[Summary, ...]
    connections: tuple[Connection, ...]
    settings: dict[str, Any]
    drafts: tuple[tuple[str, Message], ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelsLoaded:
    """The connections as they were stored when this tab had made `since` changes."""

    connections: tuple[Connection, ...]
    since: int = 0


@dataclass(frozen=True, slots=True)
class ThreadLoaded:
    id: str
    conversation: Conversation | None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    id: str
    conversation: Conversation
    revision: int


@dataclass(frozen=True, slots=True)
class Conflicted:
    """Another tab wrote meanwhile; `conversation` is what the store has now (None: it was deleted)."""

    id: str
    conversation: Conversation | None
    revision: int


@dataclass(frozen=True, slots=True)
class SaveFailed:
    id: str
    error: InglenookError


@dataclass(frozen=True, slots=True)
class Changed:
    """Another tab, or an import, wrote these conversations; no ids: the list of requests or the budget."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummariesLoaded:
    """Fresh summaries of `ids`; those without one are gone."""

    ids: tuple[str, ...]
    summaries: tuple[Summary, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    answer_id: str
    text: str = ""
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer ended, well or badly: `message` is what of it there is, `denied` why the service let nobody answer."""

    answer_id: str
    message: Message
    denied: ServiceRefusal | None = None


@dataclass(frozen=True, slots=True)
class DraftDue:
    answer_id: str


@dataclass(frozen=True, slots=True)
class DeleteDue:
    id: str


@dataclass(frozen=True, slots=True)
class NoticeDue:
    id: str


@dataclass(frozen=True, slots=True)
class MidnightPassed:
    """The day changed: the shelf's headings are drawn anew."""


@dataclass(frozen=True, slots=True)
class ModelsLoaded:
    connection_id: str
    models: tuple[Model, ...]
    fetched_ms: int
    kept: bool = False
    """True when it is the copy from this device, not a fresh answer."""


@dataclass(frozen=True, slots=True)
class ModelsFailed:
    connection_id: str
    error: InglenookError


@dataclass(frozen=True, slots=True)
class KnownLoaded:
    connection_id: str
    known: Known
    more: bool = False
    """True when it is the copy from this device, and a fresh answer is on its way."""
    error: str = ""
    """What of it could not be had, in words."""


@dataclass(frozen=True, slots=True)
class RoutesLoaded:
    connection_id: str
    model: str
    endpoints: tuple[Endpoint, ...]
    fetched_ms: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class RoutesFailed:
    connection_id: str
    model: str
    error: InglenookError


@dataclass(frozen=True, slots=True)
class ListsDue:
    """An hour has passed: the lists that decide who may see a message may be old."""


@dataclass(frozen=True, slots=True)
class Resume:
    """It is known now who could see what was held back."""


@dataclass(frozen=True, slots=True)
class ReachDue:
    """The self-test that began at this time has waited long enough."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class WorkerReachTested:
    outcome: str


@dataclass(frozen=True, slots=True)
class Connected:
    """A check passed: the connection as it answered (its base may have been completed)."""

    connection: Connection
    models: tuple[Model, ...]
    fetched_ms: int
    key: KeyInfo | None = None


@dataclass(frozen=True, slots=True)
class ConnectFailed:
    connection: Connection
    error: InglenookError


@dataclass(frozen=True, slots=True)
class KeyGranted:
    """The sign-in was completed."""

    key: str
    keep: bool


@dataclass(frozen=True, slots=True)
class Attached:
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferProgress:
    what: str
    done: int
    total: int
    unit: str = "conversations"


@dataclass(frozen=True, slots=True)
class PreviewReady:
    preview: Preview


@dataclass(frozen=True, slots=True)
class Imported:
    ids: tuple[str, ...]
    message: str
    problems: tuple[Problem, ...] = ()
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class ImportUndone:
    """The last import was taken back: conversations that are gone, as they were before, or kept as they are."""

    removed: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    name: str
    conversations: int
    at_ms: int
    everything: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """`ids`: conversations that had been stored before it failed."""

    error: InglenookError
    problems: tuple[Problem, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StorageKnown:
    storage: Storage


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request is in the list, or could not be stored; then it counts as long as this tab is open."""

    entry: Entry
    error: InglenookError | None = None


@dataclass(frozen=True, slots=True)
class ActivityLoaded:
    """The list of requests, or why it cannot be read. `copies` None: they were not asked for."""

    entries: tuple[Entry, ...] = ()
    damaged: int = 0
    copies: tuple[Copy, ...] | None = None
    error: InglenookError | None = None


@dataclass(frozen=True, slots=True)
class BudgetLoaded:
    """Another tab may have changed the budget or the list of requests."""

    record: Any


@dataclass(frozen=True, slots=True)
class CopyKept:
    copy: Copy
    error: InglenookError | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Something the user did not directly ask for went wrong; it is shown, never swallowed."""

    error: InglenookError
