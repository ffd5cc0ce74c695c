"""Files in: import with a preview first, taking it back, and files for the message being written."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import notice
from inglenook.app.effects import (
    Attach,
    CancelJob,
    CommitImport,
    LoadSummaries,
    LoadThread,
    MeasureStorage,
    PrepareJob,
    SaveImportReport,
    SaveSetting,
    StartImport,
    StopImport,
    UndoLastImport,
)
from inglenook.app.env import Env
from inglenook.app.messages import (
    Attached,
    CancelTransfer,
    ChooseAll,
    ChooseRow,
    ConfirmImport,
    FilesGiven,
    FilesNear,
    FindRows,
    HideTransfer,
    Imported,
    ImportUndone,
    MoreRows,
    PreviewReady,
    SaveReport,
    ShowTransfer,
    TransferFailed,
    TransferProgress,
    UndoImport,
)
from inglenook.app.state import Panel, PreviewRow, State, Transfer

BUSY = ("reading", "importing", "exporting", "undoing")
SHOWN = ("reading", "preview", "importing")
STEP = 50


def occupied(state: State, env: Env) -> tuple[State, list] | None:
    """What is said to whoever begins something while something else is under way; None if nothing is."""
    if state.transfer.kind in BUSY:
        return notice.show(state, env, "Another import or export is still running.", tone="bad")
    if state.transfer.kind == "preview" and state.panel.kind != "preview":
        waits = "Files that were read wait for you."
        return notice.show(state, env, waits, tone="bad", action="transfer.show", label="Show")
    return None


def files_near(state: State, message: FilesNear, env: Env):
    return state, [PrepareJob(files=True)] if state.transfer.kind not in (*BUSY, "preview") else []


def files_given(state: State, message: FilesGiven, env: Env):
    """Files were dropped, pasted or chosen; the target says for what."""
    if not message.files:
        return state, []
    if message.target == "attach":
        return state, [Attach(tuple(message.files))]
    if said := occupied(state, env):
        return said
    state = replace(state, transfer=Transfer("reading", what="Reading", unit="bytes"), panel=Panel("preview"))
    return state, [StartImport(tuple(message.files))]


def attached(state: State, message: Attached, env: Env):
    known = {a.sha256 for a in state.room.attachments}
    added = tuple(a for a in message.attachments if a.sha256 not in known)
    state = replace(state, room=replace(state.room, attachments=(*state.room.attachments, *added)))
    effects = []
    for problem in message.problems:
        state, shown = notice.show(state, env, f"{problem.where}: {problem.why}", tone="bad")
        effects += shown
    return state, effects


def progress(state: State, message: TransferProgress, env: Env):
    if state.transfer.kind not in BUSY:
        return state, []
    what = state.transfer.what if state.transfer.stopping else message.what
    transfer = replace(state.transfer, what=what, done=message.done, total=message.total, unit=message.unit)
    return replace(state, transfer=transfer), []


def preview_ready(state: State, message: PreviewReady, env: Env):
    if state.transfer.kind != "reading":
        return state, []
    # Who went on with something else is shown at the edge that it is there.
    return replace(state, transfer=Transfer("preview", preview=message.preview)), []


def hide(state: State, message: HideTransfer, env: Env):
    """Go back to the room while the work goes on."""
    return (replace(state, panel=Panel()) if state.panel.kind == "preview" else state), []


def show(state: State, message: ShowTransfer, env: Env):
    return (replace(state, panel=Panel("preview")) if state.transfer.kind in SHOWN else state), []


def choose(state: State, message: ChooseRow, env: Env):
    """Want a conversation of the preview, or not."""
    if state.transfer.kind != "preview":
        return state, []
    named = message.value != state.transfer.all
    but = state.transfer.but | {message.id} if named else state.transfer.but - {message.id}
    return replace(state, transfer=replace(state.transfer, but=but)), []


def choose_all(state: State, message: ChooseAll, env: Env):
    """Want all conversations of the preview, or none; with a search, those that it shows."""
    transfer = state.transfer
    if transfer.kind != "preview":
        return state, []
    if not transfer.query.strip():
        return replace(state, transfer=replace(transfer, all=message.value, but=frozenset())), []
    seen = {row.id for row in rows(transfer)}
    but = transfer.but | seen if message.value != transfer.all else transfer.but - seen
    return replace(state, transfer=replace(transfer, but=but)), []


def find(state: State, message: FindRows, env: Env):
    return replace(state, transfer=replace(state.transfer, query=message.value, shown=STEP)), []


def more(state: State, message: MoreRows, env: Env):
    return replace(state, transfer=replace(state.transfer, shown=state.transfer.shown + STEP)), []


def rows(transfer: Transfer) -> tuple[PreviewRow, ...]:
    """The rows of the preview whose titles hold what is searched for."""
    wanted = transfer.query.strip().casefold()
    found = transfer.preview.rows if transfer.preview else ()
    return tuple(row for row in found if wanted in row.title.casefold()) if wanted else found


def wants(transfer: Transfer, row: PreviewRow) -> bool:
    return row.state != "same" and (row.id in transfer.but) != transfer.all


def confirm(state: State, message: ConfirmImport, env: Env):
    if state.transfer.kind != "preview":
        return state, []
    chosen = CommitImport(state.transfer.all, tuple(sorted(state.transfer.but)))
    transfer = replace(state.transfer, kind="importing", what="Importing", done=0, total=0, unit="conversations")
    return replace(state, transfer=transfer), [chosen]


def cancel(state: State, message: CancelTransfer, env: Env):
    """Stop the work. What an import has stored by then stays, in whole conversations."""
    kind = state.transfer.kind
    if kind == "idle":
        return state, []
    if kind == "importing":
        if state.transfer.stopping:
            return state, []
        return replace(state, transfer=replace(state.transfer, stopping=True, what="Stopping")), [StopImport()]
    panel = Panel() if state.panel.kind == "preview" else state.panel
    busy = kind in (*BUSY, "preview")
    return replace(state, transfer=Transfer(), panel=panel), [CancelJob()] if busy else []


def imported(state: State, message: Imported, env: Env):
    transfer = Transfer("done", message=message.message, problems=message.problems, report=True)
    state = _begun(replace(state, transfer=transfer), message.ids, env)
    loads = [LoadThread(id) for id in message.ids if id in state.threads]
    effects = [LoadSummaries(message.ids), *loads, MeasureStorage()] if message.ids else []
    if state.panel.kind in ("preview", "settings"):
        return replace(state, panel=Panel("settings", "Data")), effects
    # Who went on with something else is not called away from it.
    state, shown = notice.show(
        state, env, message.message, tone="ok", action="settings.open", label="Show", subject="Data"
    )
    return state, [*effects, *shown]


def _begun(state: State, ids: tuple[str, ...], env: Env) -> State:
    """What was stored can be taken back; the store has noted that with the first of it."""
    return replace(state, storage=replace(state.storage, last_import_ms=env.now_ms)) if ids else state


def save_report(state: State, message: SaveReport, env: Env):
    if not state.transfer.report:
        return state, []
    return replace(state, transfer=replace(state.transfer, report=False)), [SaveImportReport()]


def undo(state: State, message: UndoImport, env: Env):
    """Take the last import back, unless something else is being done."""
    if said := occupied(state, env):
        return said
    if state.storage.last_import_ms is None:
        return state, []
    return replace(state, transfer=Transfer("undoing", what="Taking the import back")), [UndoLastImport()]


def undone(state: State, message: ImportUndone, env: Env):
    count, joined, kept = len(message.removed), len(message.restored), len(message.kept)
    parts = [
        f"{count:,} removed" if count else "",
        f"{joined:,} as before" if joined else "",
        f"{kept:,} kept, because they were changed since" if kept else "",
    ]
    said = f"The import was taken back: {', '.join(filter(None, parts)) or 'nothing of it was left'}."
    gone = {*message.removed, *message.restored}
    # What is in memory holds what the import brought; it is read again where it is still stored.
    threads = {id: thread for id, thread in state.threads.items() if id not in gone}
    again = [LoadThread(id) for id in message.restored if id == state.room.id]
    storage = replace(state.storage, last_import_ms=None)
    state = replace(state, transfer=Transfer("done", message=said), threads=threads, storage=storage)
    effects = [SaveSetting("last_import_ms", None), LoadSummaries((*message.removed, *message.restored)), *again]
    if state.room.id in message.removed:
        effects.append(LoadThread(state.room.id))
    return state, [*effects, MeasureStorage()]


def transfer_failed(state: State, message: TransferFailed, env: Env):
    error = message.error
    transfer = Transfer("failed", message=error.message, advice=error.advice, problems=message.problems)
    state = _begun(replace(state, transfer=transfer), message.ids, env)
    loads = [LoadSummaries(message.ids), MeasureStorage()] if message.ids else []
    if state.panel.kind in ("preview", "settings"):
        return state, loads
    state, shown = notice.show_error(state, env, error)
    return state, [*shown, *loads]
