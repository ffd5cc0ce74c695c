import pytest
from inglenook.app.effects import (
    Attach,
    CancelJob,
    CommitImport,
    LoadSummaries,
    LoadThread,
    PrepareJob,
    StartExport,
    StartImport,
    UndoLastImport,
)
from inglenook.app.messages import (
    Attached,
    CancelTransfer,
    CloseDialog,
    ConfirmImport,
    ExportAll,
    Exported,
    ExportOne,
    FilesGiven,
    FilesNear,
    HideTransfer,
    Imported,
    OpenSettings,
    PreviewReady,
    Send,
    ShowTransfer,
    TransferFailed,
    TransferProgress,
    UndoImport,
)
from inglenook.app.room import shown_path
from inglenook.app.state import Attachment, Panel, Preview, Problem
from inglenook.core.errors import BadFile
from inglenook.core.model import File, Image, Text

from tests.app.play import Game, connected
from tests.app.test_compose import talk

FILE = {"handle": "f1", "name": "a.zip", "size": 3, "media_type": ""}
PREVIEW = Preview("Inglenook archive", 1, 2, 0, 1, 0, 0)


def test_an_import_shows_a_preview_and_stores_only_when_the_user_agrees():
    game = Game()
    assert game.play(FilesGiven("import", [FILE])) == [StartImport((FILE,))]
    assert game.play(PreviewReady(PREVIEW)) == []
    assert (game.state.panel.kind, game.state.transfer.preview) == ("preview", PREVIEW)
    assert game.play(ConfirmImport())[-1] == CommitImport()


def test_files_that_come_near_have_the_second_worker_started():
    game = Game()
    assert game.play(FilesNear()) == [PrepareJob(files=True)]
    assert PrepareJob() in game.play(OpenSettings("Data"))
    game.play(ExportAll())
    assert game.play(FilesNear()) == []


def test_closing_the_preview_means_not_to_import():
    game = Game()
    game.play(FilesGiven("import", [FILE]), PreviewReady(PREVIEW))
    assert game.play(CloseDialog("preview")) == [CancelJob()]
    assert game.state.transfer.kind == "idle"
    assert game.play(ConfirmImport()) == []


@pytest.mark.parametrize("hide", [HideTransfer(), CloseDialog("preview")])
def test_reading_goes_on_in_the_room_and_waits_at_the_edge_to_be_shown(hide):
    game = Game()
    game.play(FilesGiven("import", [FILE]))
    assert game.play(hide) == []
    assert (game.state.panel, game.state.transfer.kind) == (Panel(), "reading")
    game.play(ShowTransfer())
    assert game.state.panel == Panel("preview")
    game.play(hide, PreviewReady(PREVIEW))
    assert (game.state.panel, game.state.transfer.kind) == (Panel(), "preview")
    game.play(ShowTransfer())
    assert game.state.panel == Panel("preview")
    assert game.play(ConfirmImport())[-1] == CommitImport()


@pytest.mark.parametrize("begun", [ExportAll(), FilesGiven("import", [FILE]), UndoImport()])
def test_what_was_read_and_waits_is_not_thrown_away_for_something_else(begun):
    game = Game()
    game.play(FilesGiven("import", [FILE]), PreviewReady(PREVIEW), ConfirmImport(), Imported(("a",), "Imported."))
    game.play(FilesGiven("import", [FILE]), HideTransfer(), PreviewReady(PREVIEW))
    assert [e for e in game.play(begun) if isinstance(e, StartExport | StartImport | UndoLastImport)] == []
    assert game.state.transfer.preview == PREVIEW
    assert (game.state.notices[-1].action, game.state.notices[-1].action_label) == ("transfer.show", "Show")
    assert game.play(FilesNear()) == []


def test_nothing_is_shown_where_nothing_goes_on():
    game = Game()
    game.play(ShowTransfer())
    assert game.state.panel == Panel()
    game.play(OpenSettings("Data"), HideTransfer())
    assert game.state.panel.kind == "settings"


def test_a_preview_that_arrives_after_cancelling_is_not_shown():
    game = Game()
    game.play(FilesGiven("import", [FILE]), CancelTransfer(), PreviewReady(PREVIEW))
    assert game.state.panel.kind == ""


def test_one_job_runs_at_a_time():
    game = Game()
    game.play(ExportAll())
    game.play(FilesGiven("import", [FILE]))
    assert game.all_of(StartImport) == []
    assert game.state.notices[-1].tone == "bad"


def test_what_was_imported_is_read_again_also_in_the_open_room():
    game = talk(connected())
    id = game.state.room.id
    game.play(FilesGiven("import", [FILE]), PreviewReady(PREVIEW), ConfirmImport())
    effects = game.play(Imported((id, "new"), "Imported 2 conversations."))
    assert LoadSummaries((id, "new")) in effects
    assert [e for e in effects if isinstance(e, LoadThread)] == [LoadThread(id)]


def test_who_went_on_with_something_else_is_told_of_the_end_and_not_called_away():
    game = Game()
    game.play(FilesGiven("import", [FILE]), PreviewReady(PREVIEW), ConfirmImport(), CloseDialog("preview"))
    assert game.state.transfer.kind == "importing"
    game.play(Imported(("a",), "Imported 1 conversation."))
    assert game.state.panel == Panel()
    said = game.state.notices[-1]
    assert (said.text, said.action, said.action_id) == ("Imported 1 conversation.", "settings.open", "Data")

    game = Game()
    game.play(FilesGiven("import", [FILE]), PreviewReady(PREVIEW), ConfirmImport())
    game.play(Imported(("a",), "Imported 1 conversation."))
    assert game.state.panel == Panel("settings", "Data")
    assert game.state.notices == ()


def test_what_could_not_be_read_is_listed():
    game = Game()
    problem = Problem("b.zip", "This is not an Inglenook archive.")
    game.play(FilesGiven("import", [FILE]), TransferFailed(BadFile("Nothing in it."), (problem,)))
    assert game.state.transfer.problems == (problem,)
    assert game.state.transfer.kind == "failed"


def test_exporting_one_names_only_that_one():
    assert Game().play(ExportOne("c1", "markdown")) == [StartExport(("c1",), "markdown")]


def test_an_unknown_format_is_not_exported():
    assert Game().play(ExportAll("exe")) == []


def test_the_last_export_of_everything_is_remembered():
    game = Game()
    game.play(ExportAll(), TransferProgress("Exporting", 1, 2), Exported("a.zip", 2, 77, True))
    assert game.state.storage.last_export_ms == 77
    assert game.state.transfer.message == "Saved 2 conversations as a.zip."


def test_attached_files_go_out_with_the_message():
    game = connected()
    assert game.play(FilesGiven("attach", [FILE])) == [Attach((FILE,))]
    picture = Attachment("aa", "a.png", "image/png", 3)
    text = Attachment("bb", "b.txt", "text/plain", 4)
    game.play(Attached((picture, text)), Attached((picture,)))
    assert game.state.room.attachments == (picture, text)
    game.play(Send("Look"))
    assert [type(p) for p in shown_path(game.state)[0].parts] == [Image, File, Text]
    assert game.state.room.attachments == ()


def test_a_message_may_be_only_a_file():
    game = connected()
    game.play(Attached((Attachment("bb", "b.txt", "text/plain", 4),)), Send(""))
    assert game.state.thread.conversation.title.value == "b.txt"


def test_only_what_was_stored_can_be_taken_back():
    game = Game()
    game.play(FilesGiven("import", [FILE]), PreviewReady(PREVIEW), ConfirmImport(), Imported((), "Stopped."))
    assert game.state.storage.last_import_ms is None
    assert game.play(UndoImport()) == []
    game.play(FilesGiven("import", [FILE]), PreviewReady(PREVIEW), ConfirmImport())
    game.play(TransferFailed(BadFile("The disk is full."), ids=("c1",)))
    assert game.state.storage.last_import_ms == game.now_ms
    assert game.play(UndoImport()) == [UndoLastImport()]
