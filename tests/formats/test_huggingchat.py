"""HuggingChat: trees by ancestors, empty roots, and files beside."""

import json
from typing import Any

from inglenook.core.model import Conversation, Image
from inglenook.formats import huggingchat
from inglenook.formats.reading.document import Document, Neighbours, memory_document
from inglenook.formats.reading.found import Found


def found(*messages: Any, beside: tuple[Document, ...] = (), **more: Any) -> Found:
    top = [{"_id": "one", "model": "m", "messages": messages, **more}]
    document = memory_document("conversations.json", json.dumps(top).encode())
    document.beside = Neighbours((document, *beside))
    [one] = huggingchat.read(document)
    return one


def said(id: str, by: str, *ancestors: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "from": by, "content": "" if by == "system" else id, "ancestors": ancestors, **more}


def parents(conversation: Conversation) -> dict[str, str | None]:
    return {message.id: message.parent for message in conversation.messages.values()}


def test_an_empty_root_is_left_out_and_the_questions_below_it_are_roots():
    made = found(
        said("root-000", "system"), said("user-111", "user", "root-000"),
        said("answer-1", "assistant", "root-000", "user-111"), said("user-222", "user", "root-000"),
    ).conversation  # fmt: skip
    assert parents(made) == {"user-111": None, "answer-1": "user-111", "user-222": None}


def test_a_prompt_that_is_in_no_message_stands_above_all():
    made = found(said("root-000", "system"), said("user-111", "user", "root-000"), preprompt="Be.").conversation
    assert made.messages["user-111"].parent in made.messages
    assert len(made.messages) == 2


def test_a_parent_that_is_gone_is_passed_over_for_the_nearest_ancestor():
    made = found(said("user-111", "user"), said("answer-1", "assistant", "user-111", "deleted-1")).conversation
    assert made.messages["answer-1"].parent == "user-111"


def test_a_file_is_taken_from_beside_once_and_marked_as_used():
    picture = memory_document("export/file-one-1a2b3c4d.png", b"\x89PNG\r\n\x1a\n")
    files = {"files": ["file-one-1a2b3c4d.png"]}
    one = found(
        said("user-111", "user", **files), said("answer-1", "assistant", "user-111", **files), beside=(picture,)
    )
    assert picture.used
    [(key, _)] = one.files.items()
    assert one.conversation.messages["user-111"].parts[1:] == (
        Image(key, None, "image/png", "file-one-1a2b3c4d.png", 8),
    )
    assert one.problems == ()


def test_the_id_of_a_session_is_not_kept():
    one = found(said("user-111", "user"), sessionId="s-1")
    assert "s-1" not in one.raw + repr(one.conversation)


def test_sharegpt_is_not_claimed():
    top = [{"id": "a", "conversations": [{"from": "human", "value": "Hi"}]}]
    assert huggingchat.sniff(memory_document("x.json", json.dumps(top).encode()).head) is None
