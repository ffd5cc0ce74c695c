"""Everything that the room knows while it is open, as frozen values.

Regions of the page are drawn from slices of this; a slice that is the same
object as before is not drawn again, so updates replace only what changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from inglenook.core.activity import Entry
from inglenook.core.budget import NO_BUDGET, Budget
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.copy import Copy
from inglenook.core.limits import NONE
from inglenook.core.model import Conversation, Limits, Message, Policy, Summary
from inglenook.core.providers import Endpoint, Known
from inglenook.core.service_refusal import ServiceRefusal

Tone = Literal["info", "ok", "bad"]
SHELF_PAGE = 60
THREAD_PAGE = 16
REQUESTS_PAGE = 100


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The models of one connection, kept for offline use."""

    models: tuple[Model, ...] = ()
    fetched_ms: int = 0
    refreshing: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a connection's service says of its providers, kept for offline use. `loaded`: it may be decided by."""

    known: Known = field(default_factory=Known)
    loaded: bool = False
    refreshing: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Routes:
    """The endpoints of one model, kept for offline use; None while nobody has said."""

    endpoints: tuple[Endpoint, ...] | None = None
    fetched_ms: int = 0
    refreshing: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Denial:
    """The service refused a model to this account, and when."""

    said: ServiceRefusal
    at_ms: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the user did that waits until more is known; for the room in which it was done."""

    room_id: str
    message: Any


@dataclass(frozen=True, slots=True)
class Table:
    """The table of providers. `sort` names a column; `correcting` is the provider whose policy is being corrected."""

    sort: str = ""
    descending: bool = False
    query: str = ""
    allowed_only: bool = False
    correcting: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """The self-test of what this page can reach: what came of a forbidden request, "" while it is not known."""

    running: bool = False
    page: str = ""
    worker: str = ""
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """The list of conversations: newest first, pinned apart. `shown` rows are drawn, more when scrolled to."""

    entries: tuple[Summary, ...] = ()
    query: str = ""
    shown: int = SHELF_PAGE
    show_archived: bool = False
    loaded: bool = False


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A conversation in memory, and how far the store has it.

    `saved` is the value that the store holds at `revision`; `saving` the one on its way there.
    """

    conversation: Conversation
    revision: int = 0
    saved: Conversation | None = None
    saving: Conversation | None = None
    failed: bool = False
    """The last save failed; the next one waits for the user, so that errors do not come in a loop."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file chosen for the message being written; its bytes are stored already."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Room:
    """What is shown in the middle. `id` is "" for a conversation that has no message yet."""

    id: str = ""
    loading: bool = False
    missing: bool = False
    shown: int = THREAD_PAGE
    editing: str | None = None
    attachments: tuple[Attachment, ...] = ()
    note: Note | None = None
    limits: Limits = NONE
    """What a conversation that has no message yet will not allow."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence at the composer: why something was not sent, with the technical part folded.

    `action` is the tag of a message that would help, with `subject` as its id; `table` offers the table of providers.
    """

    message: str
    advice: str = ""
    detail: str = ""
    tone: Tone = "bad"
    action: str = ""
    action_label: str = ""
    subject: str = ""
    table: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer being received. `message` is its place in the tree, without the text so far."""

    conversation_id: str
    message: Message
    text: str = ""
    reasoning: str = ""
    started_ms: int = 0
    connection_id: str = ""
    first_ms: int | None = None
    reasoned_ms: int | None = None
    """When thinking gave way to the first text."""
    draft_due: bool = False
    stopping: bool = False
    policies: tuple[tuple[str, Policy], ...] = ()
    """The policies of the providers that were allowed, by name."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A short message at the edge, perhaps with one thing to do about it (`action` is a message tag)."""

    id: str
    text: str
    tone: Tone = "info"
    action: str = ""
    action_label: str = ""
    action_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """How the check of an address and a key stands, for the form that started it."""

    kind: Literal["idle", "checking", "ok", "failed"] = "idle"
    connection_id: str = ""
    message: str = ""
    advice: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    id: str
    title: str
    messages: int
    state: Literal["new", "changed", "same"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PreviewSource:
    """A file of which it is known whose it is."""

    file: str
    name: str
    version: str
    conversations: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be taken in."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, before anything is stored.

    `rows` and `problems` are the first ones; `unlisted` counts further problems. Times in milliseconds, 0: unknown.
    """

    source: str
    conversations: int
    messages: int
    attachments: int
    new: int
    changed: int
    same: int
    rows: tuple[PreviewRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    unlisted: int = 0
    sources: tuple[PreviewSource, ...] = ()
    first_ms: int = 0
    last_ms: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """An export or import, as the user sees it. `done` of `total` in `unit`; total 0 is unknown.

    Of a preview all conversations are wanted but those in `but`, or with `all` false only those. `query` and
    `shown` say which rows are seen. `report`: there is one to save.
    """

    kind: Literal["idle", "reading", "preview", "importing", "exporting", "undoing", "done", "failed"] = "idle"
    what: str = ""
    done: int = 0
    total: int = 0
    unit: Literal["bytes", "conversations"] = "conversations"
    preview: Preview | None = None
    message: str = ""
    advice: str = ""
    problems: tuple[Problem, ...] = ()
    all: bool = True
    but: frozenset[str] = frozenset()
    query: str = ""
    shown: int = 50
    report: bool = False
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Choosing:
    """Conversations being chosen for an export. `query` and `shown` say which of them are seen."""

    open: bool = False
    ids: frozenset[str] = frozenset()
    query: str = ""
    shown: int = 100


@dataclass(frozen=True, slots=True)
class Picker:
    """The model picker."""

    query: str = ""
    free_only: bool = False
    shown: int = 60


@dataclass(frozen=True, slots=True)
class Panel:
    """Which dialog is open. `section` is a settings section; `subject` an id that the dialog is about."""

    kind: Literal["", "settings", "models", "preview", "confirm", "rename", "providers"] = ""
    section: str = "Connections"
    subject: str = ""
    action: str = ""
    """For "confirm": the tag of the message that is sent, with `subject` as its id, when the user agrees."""


@dataclass(frozen=True, slots=True)
class Menu:
    """The one shared menu, anchored to an entry of the shelf or the room's header."""

    conversation_id: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Storage:
    """What lies on this device. None where the browser does not say."""

    used_bytes: int | None = None
    quota_bytes: int | None = None
    persisted: bool | None = None
    last_export_ms: int | None = None
    last_import_ms: int | None = None
    """When the import was that can be taken back; None: there is none."""


@dataclass(frozen=True, slots=True)
class Activity:
    """The list of requests, newest first, once it was read; what of it is shown, and the budget.

    `first` and `last` are ISO dates, "" for no limit; `measure` is what the
    charts show, "" for what there is to show.
    """

    entries: tuple[Entry, ...] = ()
    damaged: int = 0
    loaded: bool = False
    unreadable: str = ""
    """Why the list could not be read."""
    unwritten: tuple[Entry, ...] = ()
    """Requests that could not be stored; they count as long as this tab is open."""
    told: bool = False
    """The user knows that entries cannot be stored."""
    first: str = ""
    last: str = ""
    model: str = ""
    measure: Literal["", "cost", "tokens", "requests"] = ""
    shown: int = REQUESTS_PAGE
    budget: Budget = NO_BUDGET
    typed_limit: str = ""
    limit_problem: str = ""
    keeps_copies: bool = False
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    online: bool = True
    started: bool = False
    time_zone_offset_min: int = 0
    today_ms: int = 0
    hello: Any = None
    """What the page said first, until the store has answered."""
    early: tuple[Any, ...] = ()
    """What the user did before the store had answered; it is handled right after."""
    origin_path: str = ""
    theme: Literal["", "light", "dark"] = ""
    connections: tuple[Connection, ...] = ()
    connection_id: str = ""
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    model: str = ""
    probe: Probe = Probe()
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    """By connection."""
    routes: dict[tuple[str, str], Routes] = field(default_factory=dict)
    """By connection and model."""
    denials: dict[tuple[str, str], Denial] = field(default_factory=dict)
    """By connection and model."""
    held: Held | None = None
    table: Table = Table()
    reach: Reach = Reach()
    level_changes: int = 0
    """How often this tab has changed a connection's level."""
    mistake: tuple[str, str] = ("", "")
    """A privacy setting that was not understood, and why; the field says so itself."""
    shelf: Shelf = Shelf()
    threads: dict[str, OpenThread] = field(default_factory=dict)
    room: Room = Room()
    answers: dict[str, Answer] = field(default_factory=dict)
    waiting: tuple[tuple[str, Any], ...] = ()
    """Messages to handle once the conversation of that id is loaded."""
    wanted: str = ""
    """The conversation that is being read because its link is pressed."""
    typed: dict[str, str] = field(default_factory=dict)
    """What is written in the composer but not sent, by conversation id ("" for a new one)."""
    notices: tuple[Notice, ...] = ()
    panel: Panel = Panel()
    menu: Menu = Menu()
    picker: Picker = Picker()
    transfer: Transfer = Transfer()
    choosing: Choosing = Choosing()
    storage: Storage = Storage()
    activity: Activity = Activity()
    update_waiting: bool = False
    version: str = ""

    @property
    def connection(self) -> Connection | None:
        return next((c for c in self.connections if c.id == self.connection_id), None)

    @property
    def thread(self) -> OpenThread | None:
        return self.threads.get(self.room.id)

    @property
    def catalogue(self) -> Catalogue:
        return self.catalogues.get(self.connection_id, Catalogue())
