"""Writing: send, retry, edit, stop, and the draft in the composer."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from inglenook.app import activity, audience, patch, shelf
from inglenook.app.effects import CloseStream, OpenStream, Patch, SaveSetting
from inglenook.app.env import Env
from inglenook.app.messages import (
    DismissNote,
    Edit,
    EditDraft,
    LeaveEdit,
    RemoveAttachment,
    Resume,
    Retry,
    Rewrite,
    Send,
    Stop,
)
from inglenook.app.models import model_for
from inglenook.app.refused import nobody_left
from inglenook.app.room import answers_here
from inglenook.app.state import Answer, Held, Note, OpenThread, State
from inglenook.core import routing, thread
from inglenook.core.address import is_loopback
from inglenook.core.connection import Connection
from inglenook.core.limits import NONE
from inglenook.core.model import Author, Conversation, Disclosure, File, Image, Message, Part, Stamped, Text
from inglenook.core.request import PARSED, UNPARSED
from inglenook.core.title import title_from


def refusal(state: State) -> Note | None:
    """Why nothing can be sent now; None when it can."""
    connection = state.connection
    if connection is None:
        return Note("Nothing is connected yet.", "Choose one of the doors above, or open Settings, Connections.")
    if needs_network(connection) and not state.online:
        return Note("There is no network.", "Your text is kept. Send it when the network is back.", tone="info")
    if connection.kind == "openrouter" and not connection.key:
        return Note("This connection has no key any more.", "Open Settings, Connections and enter it again.")
    if not model_for(state):
        return Note("No model is chosen.", "Choose a model below, then send.")
    if (over := activity.refusal(state)) is not None:
        return over
    if answers_here(state):
        return Note("An answer is still arriving.", "Stop it, or wait until it is there.", tone="info")
    return None if audience.pending(state) else nobody_left(state)


def needs_network(connection: Connection) -> bool:
    return connection.kind != "practice" and not is_loopback(urlsplit(connection.base).hostname or "")


def draft_name(conversation_id: str) -> str:
    return f"draft:{conversation_id}"


def edit_draft(state: State, message: EditDraft, env: Env):
    id = state.room.id
    typed = {**state.typed, id: message.value}
    return replace(state, typed=typed), [SaveSetting(draft_name(id), message.value or None)]


def forget_draft(state: State) -> tuple[State, list]:
    id = state.room.id
    typed = {k: v for k, v in state.typed.items() if k != id}
    return replace(state, typed=typed), [SaveSetting(draft_name(id), None)]


def dismiss_note(state: State, message: DismissNote, env: Env):
    return replace(state, room=replace(state.room, note=None)), []


def refuse(state: State, note: Note, text: str) -> tuple[State, list]:
    """Send nothing, say why, and give the text back to the composer."""
    state = replace(state, room=replace(state.room, note=note), typed={**state.typed, state.room.id: text}, held=None)
    return state, [Patch(patch.value("message", text)), SaveSetting(draft_name(state.room.id), text or None)]


def hold(state: State, message: Send | Retry | Rewrite) -> State:
    """Wait until it is known who could see it; that is asked for already, and comes in a moment."""
    note = Note("Asking who serves this model.", "It goes as soon as that is known.", tone="info")
    return replace(state, held=Held(state.room.id, message), room=replace(state.room, note=note))


def resume(state: State, message: Resume, env: Env):
    """Go on with what was held back, if its room is still open; else it stays there as a draft."""
    held = state.held
    if held is None:
        return state, []
    state = replace(state, held=None)
    if held.room_id != state.room.id:
        return state, []
    state = replace(state, room=replace(state.room, note=None))
    written = state.typed.get(held.room_id, "")
    state, effects = {Send: send, Retry: retry, Rewrite: rewrite}[type(held.message)](state, held.message, env)
    if isinstance(held.message, Send) and state.room.note is None:
        # The text was given back to the composer while it waited.
        effects.append(Patch(patch.value("message", "", held.message.text)))
        if rest := written.removeprefix(held.message.text):
            # What was written since then stays in the composer, so it stays a draft.
            state, kept = edit_draft(state, EditDraft(rest), env)
            effects += kept
    return state, effects


def send(state: State, message: Send, env: Env):
    """Add the user's message and ask for an answer to it."""
    text = message.text.strip("\n")
    if not text.strip() and not state.room.attachments:
        return state, []
    if state.room.loading:
        return replace(state, waiting=(*state.waiting, (state.room.id, Held(state.room.id, message)))), []
    if activity.is_awaited(state):
        return replace(state, waiting=(*state.waiting, (activity.WAITING, Held(state.room.id, message)))), []
    note = refusal(state)
    if note is not None:
        return refuse(state, note, message.text)
    if audience.pending(state):
        waiting = hold(state, message)
        state, effects = refuse(state, waiting.room.note, message.text)
        return replace(state, held=waiting.held), effects
    state, effects = forget_draft(state)
    conversation = state.thread.conversation if state.thread else fresh(state, text, env)
    path = thread.path(conversation)
    parts = (*attached(state), *((Text(text),) if text.strip() else ()))
    asked = Message(
        env.new_id(), path[-1].id if path else None, "user", parts, created_ms=env.now_ms, revised_ms=env.now_ms
    )
    opening = state.thread is None
    state = put(state, thread.add(conversation, asked))
    if opening:
        state = replace(state, room=replace(state.room, id=conversation.id, limits=NONE))
        effects += [Patch(patch.navigate(f"#/c/{conversation.id}", replace=True)), SaveSetting("last", conversation.id)]
    state = replace(state, room=replace(state.room, note=None, attachments=(), editing=None))
    state, asking = ask(state, conversation.id, asked.id, env)
    return state, [*effects, *asking, Patch(patch.scroll_to_end())]


def fresh(state: State, text: str, env: Env) -> Conversation:
    """A conversation with its title, from the first words."""
    title = title_from(text) if text.strip() else state.room.attachments[0].name
    model = Stamped(model_for(state), env.now_ms)
    limits = Stamped(state.room.limits, env.now_ms)
    return Conversation(env.new_id(), env.now_ms, title=Stamped(title, env.now_ms), model=model, limits=limits)


def attached(state: State) -> tuple[Part, ...]:
    return tuple(
        (Image if a.media_type.startswith("image/") else File)(
            sha256=a.sha256, media_type=a.media_type, name=a.name, size=a.size
        )
        for a in state.room.attachments
    )


def remove_attachment(state: State, message: RemoveAttachment, env: Env):
    kept = tuple(a for a in state.room.attachments if a.sha256 != message.sha256)
    return replace(state, room=replace(state.room, attachments=kept)), []


def put(state: State, conversation: Conversation) -> State:
    """The state with this value of a conversation; what the store has of it is not touched."""
    opened = state.threads.get(conversation.id)
    opened = replace(opened, conversation=conversation) if opened else OpenThread(conversation)
    return replace(state, threads={**state.threads, conversation.id: opened})


def ask(state: State, conversation_id: str, parent_id: str, env: Env) -> tuple[State, list]:
    """Ask the model for an answer below a message; the answer is what the room then shows.

    `refusal` has found that somebody may answer: the same decision says whom the request names.
    """
    connection, model = state.connection, model_for(state)
    decision = audience.decision(state)
    assert decision is not None
    provider = None if decision.direct else routing.provider_object((decision,))
    conversation = state.threads[conversation_id].conversation
    author = Author(model=model, connection=connection.label)
    answer = Message(
        env.new_id(),
        parent_id,
        "assistant",
        author=author,
        created_ms=env.now_ms,
        revised_ms=env.now_ms,
        status="streaming",
        disclosure=disclosure(decision),
    )
    # The answer is not in the tree before it is whole; until then `current` points ahead to it.
    ahead = Stamped(answer.id, max(env.now_ms, conversation.current.at_ms + 1))
    state = put(state, replace(conversation, current=ahead))
    state, revived = shelf.revive(state, conversation_id)
    arriving = Answer(
        conversation_id,
        answer,
        started_ms=env.now_ms,
        connection_id=connection.id,
        policies=tuple((subject.endpoint.name, subject.policy) for subject in decision.allowed),
    )
    state = replace(state, answers={**state.answers, answer.id: arriving})
    history = thread.history_for(conversation, parent_id)
    asking = OpenStream(answer, conversation_id, connection, model, history, provider, pdf_engine(state))
    return state, [*revived, asking]


def pdf_engine(state: State) -> str:
    """Only a model that cannot read files itself needs somebody who does it for it."""
    row = audience.listed(state, model_for(state))
    return UNPARSED if row is not None and "file" in row.input_modalities else PARSED


def disclosure(decision: routing.Decision) -> Disclosure:
    """Who could see what is sent now; whose policy it was is known when somebody has answered."""
    names = tuple(dict.fromkeys(subject.endpoint.name for subject in decision.allowed))
    return Disclosure(names, logged=decision.terms.account.logs_prompts and not decision.direct, local=decision.stays)


def retry(state: State, message: Retry, env: Env):
    """Another answer beside this one; the one that is there stays."""
    opened = state.thread
    found = opened.conversation.messages.get(message.id) if opened else None
    if found is None:
        return state, []
    note = refusal(state)
    if note is not None:
        return replace(state, room=replace(state.room, note=note)), []
    parent = found.id if found.role == "user" else found.parent
    if parent is None:
        note = Note("There is no message to answer.", "Write a message first.")
        return replace(state, room=replace(state.room, note=note)), []
    if audience.pending(state):
        return hold(state, message), []
    state = replace(state, room=replace(state.room, note=None))
    state, effects = ask(state, opened.conversation.id, parent, env)
    return state, [*effects, Patch(patch.scroll_to_end())]


def edit(state: State, message: Edit, env: Env):
    return replace(state, room=replace(state.room, editing=message.id)), [Patch(patch.focus(f"edit-{message.id}"))]


def leave_edit(state: State, message: LeaveEdit, env: Env):
    held = None if state.held and isinstance(state.held.message, Rewrite) else state.held
    return replace(state, room=replace(state.room, editing=None), held=held), [Patch(patch.focus("message"))]


def rewrite(state: State, message: Rewrite, env: Env):
    """A new version beside the message; a user's is then answered. Pictures and files of the old one stay with it."""
    opened = state.thread
    found = opened.conversation.messages.get(message.id) if opened else None
    if found is None or not message.text.strip():
        return state, []
    note = refusal(state) if found.role == "user" else None
    if note is not None:
        return replace(state, room=replace(state.room, note=note)), []
    if found.role == "user" and audience.pending(state):
        return hold(state, message), []
    kept = tuple(p for p in found.parts if isinstance(p, Image | File))
    version = replace(
        found,
        id=env.new_id(),
        parts=(*kept, Text(message.text)),
        created_ms=env.now_ms,
        revised_ms=env.now_ms,
        status="done",
        deleted_ms=None,
    )
    conversation = thread.select(thread.add(opened.conversation, version), version.id, env.now_ms)
    state = put(replace(state, room=replace(state.room, editing=None, note=None)), conversation)
    back = Patch(patch.focus("message"))
    if found.role != "user":
        return state, [back]
    state, effects = ask(state, conversation.id, version.id, env)
    return state, [*effects, back, Patch(patch.scroll_to_end())]


def stop(state: State, message: Stop, env: Env):
    """Close the connection of one answer, or of all that arrive in this room; what came stays."""
    ids = [message.id] if message.id in state.answers else [a.message.id for a in answers_here(state)]
    answers = {id: replace(a, stopping=True) if id in ids else a for id, a in state.answers.items()}
    return replace(state, answers=answers), [CloseStream(id) for id in ids]
