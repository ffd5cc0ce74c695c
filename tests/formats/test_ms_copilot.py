"""Microsoft Copilot's table: what goldens do not show."""

from inglenook.core.model import Text
from inglenook.formats import ms_copilot
from inglenook.formats.reading.document import Document, memory_document

HEADER = "Conversation,Time,Author,Message"


def document(*rows: str, header: str = HEADER) -> Document:
    return memory_document("activity.csv", "\n".join([header, *rows, ""]).encode("utf-8-sig"))


def said(source: Document) -> list[list[str]]:
    return [
        ["".join(p.text for p in m.parts if isinstance(p, Text)) for m in found.conversation.messages.values()]
        for found in ms_copilot.read(source)
    ]


def test_the_names_of_columns_may_be_in_any_language_and_the_authors_not():
    row = "A,2025-01-01T00:00:00,Human,Hi"
    assert ms_copilot.sniff(document(row, header="会話,時刻,作成者,メッセージ").head) is not None
    assert ms_copilot.sniff(document(row.replace("Human", "Ada"), header="a,b,c,d").head) is None
    assert ms_copilot.sniff(document(f"{row},x", header="a,b,c,d,e").head) is None
    assert ms_copilot.sniff(document(header=HEADER.upper()).head) is not None


def test_a_run_of_one_title_is_one_conversation_and_the_same_title_later_is_another():
    rows = [f"{title},2025-01-0{day}T00:00:00,Human,{day}" for title, day in (("A", 4), ("A", 3), ("B", 2), ("A", 1))]
    assert said(document(*rows)) == [["3", "4"], ["2"], ["1"]]


def test_the_question_of_a_second_comes_before_its_answer():
    assert said(document("A,2025-01-01T00:00:00,AI,b", "A,2025-01-01T00:00:00,Human,a")) == [["a", "b"]]
    assert said(document("A,2025-01-01T00:00:00,Human,a", "A,2025-01-01T00:00:00,AI,b")) == [["a", "b"]]


def test_a_conversation_that_grew_keeps_its_id():
    rows = ["A,2025-01-01T00:00:01,AI,b", "A,2025-01-01T00:00:00,Human,a"]
    [before], [after] = (ms_copilot.read(document(*more, *rows)) for more in ([], ["A,2025-01-01T00:01:00,Human,c"]))
    assert before.conversation.id == after.conversation.id
    assert set(before.conversation.messages) < set(after.conversation.messages)


def test_rows_with_too_few_cells_are_told():
    source = document("A,2025-01-01T00:00:00,Human,a", "A,2025")
    assert said(source) == [["a"]]
    assert source.problems == ["Row 3 has 2 cells instead of 4 and was left out."]


def test_the_text_of_a_conversation_is_a_table_of_its_own():
    source = document("A,2025-01-01T00:00:00,Human,a", "B,2025-01-01T00:00:00,Human,b", header="會,時,作,訊")
    [one, _] = ms_copilot.read(source)
    assert one.raw == "會,時,作,訊\nA,2025-01-01T00:00:00,Human,a\n"
    assert said(memory_document("a.csv", one.raw.encode())) == [["a"]]
