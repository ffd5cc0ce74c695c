"""Files in and out: export, import with a preview first, and files for the message being written."""

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
    SaveSetting,
    StartExport,
    StartImport,
)
from inglenook.app.env import Env
from inglenook.app.messages import (
    Attached,
    CancelTransfer,
    ConfirmImport,
    ExportAll,
    Exported,
    ExportOne,
    FilesGiven,
    Imported,
    PreviewReady,
    TransferFailed,
    TransferProgress,
)
from inglenook.app.state import Menu, Panel, State, Transfer

BUSY = ("reading", "importing", "exporting")
FORMATS = ("archive", "markdown")


def export_all(state: State, message: ExportAll, env: Env):
    if message.format not in FORMATS:
        return state, []
    return begin_export(state, (), message.format, env)


def export_one(state: State, message: ExportOne, env: Env):
    if message.format not in FORMATS or not message.id:
        return state, []
    return begin_export(replace(state, menu=Menu()), (message.id,), message.format, env)


def begin_export(state: State, ids: tuple[str, ...], format: str, env: Env):
    if state.transfer.kind in BUSY:
        return notice.show(state, env, "Another import or export is still running.", tone="bad")
    return replace(state, transfer=Transfer("exporting", what="Exporting")), [StartExport(ids, format)]


def exported(state: State, message: Exported, env: Env):
    count = message.conversations
    text = f"Saved {count} conversation{'' if count == 1 else 's'} as {message.name}."
    state = replace(state, transfer=Transfer("done", message=text, problems=message.problems))
    state, shown = notice.show(state, env, text, tone="ok") if state.panel.kind != "settings" else (state, [])
    if not message.everything:
        return state, shown
    state = replace(state, storage=replace(state.storage, last_export_ms=message.at_ms))
    return state, [*shown, SaveSetting("last_export_ms", message.at_ms)]


def files_given(state: State, message: FilesGiven, env: Env):
    """Files were dropped, pasted or chosen; the target says for what."""
    if not message.files:
        return state, []
    if message.target == "attach":
        return state, [Attach(tuple(message.files))]
    if state.transfer.kind in BUSY:
        return notice.show(state, env, "Another import or export is still running.", tone="bad")
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
    transfer = replace(state.transfer, what=message.what, done=message.done, total=message.total, unit=message.unit)
    return replace(state, transfer=transfer), []


def preview_ready(state: State, message: PreviewReady, env: Env):
    if state.transfer.kind != "reading":
        return state, []
    return replace(state, transfer=Transfer("preview", preview=message.preview), panel=Panel("preview")), []


def confirm(state: State, message: ConfirmImport, env: Env):
    if state.transfer.kind != "preview":
        return state, []
    transfer = replace(state.transfer, kind="importing", what="Importing", done=0, total=0)
    return replace(state, transfer=transfer), [CommitImport()]


def cancel(state: State, message: CancelTransfer, env: Env):
    """Stop the work; what it had not finished is as if it had not begun."""
    if state.transfer.kind == "idle":
        return state, []
    busy = state.transfer.kind in (*BUSY, "preview")
    panel = Panel() if state.panel.kind == "preview" else state.panel
    return replace(state, transfer=Transfer(), panel=panel), [CancelJob()] if busy else []


def imported(state: State, message: Imported, env: Env):
    transfer = Transfer("done", message=message.message, problems=message.problems)
    panel = Panel("settings", "Data") if message.problems else Panel()
    state = replace(state, transfer=transfer, panel=panel)
    state, shown = notice.show(state, env, message.message, tone="ok")
    loads = [LoadThread(id) for id in message.ids if id in state.threads]
    return state, [*shown, LoadSummaries(message.ids), *loads, MeasureStorage()] if message.ids else shown


def transfer_failed(state: State, message: TransferFailed, env: Env):
    error = message.error
    transfer = Transfer("failed", message=error.message, advice=error.advice, problems=message.problems)
    state = replace(state, transfer=transfer)
    if state.panel.kind in ("preview", "settings"):
        return state, []
    return notice.show_error(state, env, error)
