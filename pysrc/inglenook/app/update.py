"""What can happen and what then: one table from a message's type to the function that answers it.

`update(state, message, env) -> (state, effects)` is pure. To see what a button
does, look up its `data-action` in `messages`, then the type here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inglenook.app import (
    activity,
    audience,
    compose,
    connect,
    export,
    level,
    messages,
    models,
    notice,
    open,
    reach,
    reply,
    saving,
    settings,
    shelf,
    start,
    table,
    transfer,
    versions,
)
from inglenook.app.env import Env
from inglenook.app.state import Held, State

TABLE = {
    messages.Hello: start.hello,
    messages.Started: start.started,
    messages.NetworkChanged: start.network_changed,
    messages.PageHidden: start.page_hidden,
    messages.MidnightPassed: start.midnight,
    messages.GoTo: open.go_to,
    messages.Want: open.want,
    messages.NewConversation: open.new_conversation,
    # the shelf
    messages.Filter: shelf.filter_entries,
    messages.MoreEntries: shelf.more,
    messages.ToggleArchived: shelf.toggle_archived,
    messages.OpenMenu: shelf.open_menu,
    messages.AskRename: shelf.ask_rename,
    messages.Rename: shelf.rename,
    messages.TogglePin: shelf.toggle_pin,
    messages.ToggleArchive: shelf.toggle_archive,
    messages.Duplicate: shelf.duplicate,
    messages.Delete: shelf.delete,
    messages.UndoDelete: shelf.undo_delete,
    messages.DeleteDue: shelf.delete_due,
    messages.Changed: shelf.changed,
    messages.SummariesLoaded: shelf.summaries_loaded,
    messages.ThreadLoaded: shelf.thread_loaded,
    # the composer
    messages.Send: compose.send,
    messages.Stop: compose.stop,
    messages.Retry: compose.retry,
    messages.Edit: compose.edit,
    messages.LeaveEdit: compose.leave_edit,
    messages.Rewrite: compose.rewrite,
    messages.EditDraft: compose.edit_draft,
    messages.DismissNote: compose.dismiss_note,
    messages.RemoveAttachment: compose.remove_attachment,
    messages.Resume: compose.resume,
    # who may see it
    messages.KnownLoaded: audience.known_loaded,
    messages.RoutesLoaded: audience.routes_loaded,
    messages.RoutesFailed: audience.routes_failed,
    messages.ListsDue: audience.lists_due,
    messages.SwitchPrivacy: level.switch,
    messages.SetPrivacy: level.set_value,
    messages.Relax: level.relax,
    messages.LevelsLoaded: level.changed_elsewhere,
    messages.DeclarePolicy: level.declare,
    messages.CorrectProvider: level.correct,
    messages.OpenProviders: table.open_table,
    messages.SortProviders: table.sort,
    messages.FilterProviders: table.filter_rows,
    messages.OnlyAllowed: table.only_allowed,
    messages.RefreshProviders: table.refresh,
    messages.AskCorrection: table.ask_correction,
    messages.CheckReach: reach.check,
    messages.PageReachTested: reach.page_tested,
    messages.WorkerReachTested: reach.worker_tested,
    messages.ReachDue: reach.due,
    # answers
    messages.Delta: reply.delta,
    messages.DraftDue: reply.draft_due,
    messages.Finished: reply.finished,
    # messages that are there
    messages.PreviousVersion: versions.previous,
    messages.NextVersion: versions.following,
    messages.Branch: versions.branch,
    messages.AskDeleteMessage: versions.ask_delete,
    messages.EraseMessage: versions.erase,
    messages.MoreMessages: versions.more,
    # saving
    messages.Saved: saving.saved,
    messages.Conflicted: saving.conflicted,
    messages.SaveFailed: saving.save_failed,
    messages.SaveAgain: saving.save_again,
    # connections and models
    messages.ConnectOpenRouter: connect.sign_in,
    messages.ConnectKey: connect.key_pasted,
    messages.ConnectAddress: connect.address_given,
    messages.OpenPractice: connect.practice,
    messages.UseConnection: connect.use,
    messages.CheckConnection: connect.check_again,
    messages.AskRemoveConnection: connect.ask_remove,
    messages.RemoveConnection: connect.remove,
    messages.Connected: connect.connected,
    messages.ConnectFailed: connect.connect_failed,
    messages.KeyGranted: connect.key_granted,
    messages.PickModel: models.pick,
    messages.SearchModels: models.search,
    messages.OnlyFreeModels: models.only_free,
    messages.MoreModels: models.more,
    messages.ChooseModel: models.choose,
    messages.RefreshModels: models.refresh,
    messages.ModelsLoaded: models.loaded,
    messages.ModelsFailed: models.failed,
    # files
    messages.FilesGiven: transfer.files_given,
    messages.FilesNear: transfer.files_near,
    messages.Attached: transfer.attached,
    messages.ExportAll: export.export_all,
    messages.ExportOne: export.export_one,
    messages.ExportPicked: export.export_picked,
    messages.Exported: export.exported,
    messages.ChooseForExport: export.choose,
    messages.PickForExport: export.pick,
    messages.PickAllForExport: export.pick_all,
    messages.FindForExport: export.find,
    messages.MoreForExport: export.more,
    messages.TransferProgress: transfer.progress,
    messages.PreviewReady: transfer.preview_ready,
    messages.ConfirmImport: transfer.confirm,
    messages.ChooseRow: transfer.choose,
    messages.ChooseAll: transfer.choose_all,
    messages.FindRows: transfer.find,
    messages.MoreRows: transfer.more,
    messages.CancelTransfer: transfer.cancel,
    messages.HideTransfer: transfer.hide,
    messages.ShowTransfer: transfer.show,
    messages.SaveReport: transfer.save_report,
    messages.UndoImport: transfer.undo,
    messages.ImportUndone: transfer.undone,
    messages.Imported: transfer.imported,
    messages.TransferFailed: transfer.transfer_failed,
    # activity
    messages.Recorded: activity.recorded,
    messages.ActivityLoaded: activity.loaded,
    messages.BudgetLoaded: activity.budget_loaded,
    messages.CopyKept: activity.copy_kept,
    messages.ShowFrom: activity.show_from,
    messages.ShowTo: activity.show_to,
    messages.ShowModel: activity.show_model,
    messages.ShowAll: activity.show_all,
    messages.ChooseMeasure: activity.choose_measure,
    messages.MoreRequests: activity.more,
    messages.ExportRequests: activity.export,
    messages.AskClearActivity: activity.ask_clear,
    messages.EraseActivity: activity.erase,
    messages.SetLimit: activity.set_limit,
    messages.SetHardStop: activity.set_hard_stop,
    messages.KeepCopies: activity.keep_copies,
    messages.DropCopies: activity.drop_copies,
    # dialogs, storage, notices
    messages.OpenSettings: settings.open_settings,
    messages.CloseDialog: settings.close,
    messages.ChooseTheme: settings.choose_theme,
    messages.KeepView: settings.keep_view,
    messages.StorageKnown: settings.storage_known,
    messages.AskPersist: settings.ask_persist,
    messages.MeasureData: settings.measure,
    messages.UpdateWaiting: settings.update_waiting,
    messages.AcceptUpdate: settings.accept_update,
    messages.DismissNotice: notice.due,
    messages.NoticeDue: notice.due,
    messages.Failed: start.failed,
}

# Before the store has answered nobody knows which conversation is open, nor what is connected.
HELD = frozenset(messages.USER.values()) - {messages.Hello, messages.NetworkChanged, messages.PageHidden}
# The page shows a conversation from the last visit before it is loaded, with all its buttons.
OF_A_MESSAGE = frozenset((
    messages.Retry, messages.Edit, messages.Rewrite, messages.PreviousVersion, messages.NextVersion, messages.Branch,
    messages.MoreMessages,
))  # fmt: skip


def update(state: State, message: Any, env: Env) -> tuple[State, list]:
    """The state after a message, and what the world must do about it."""
    if not state.started and type(message) in HELD:
        return replace(state, early=(*state.early, message)), []
    if state.room.loading and type(message) in OF_A_MESSAGE:
        return replace(state, waiting=(*state.waiting, (state.room.id, Held(state.room.id, message)))), []
    after, effects = TABLE[type(message)](state, message, env)
    after, asks = audience.look_up(state, after)
    after, saves = saving.keep(state, after)
    return after, [*effects, *asks, *saves]
