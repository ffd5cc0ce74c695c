"""How the room opens: what the page says first, then what the store held."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import activity, notice, open, shelf
from inglenook.app.audience import LISTS_MS
from inglenook.app.connect import returned, session_key
from inglenook.app.effects import (
    DeleteForever,
    LoadModels,
    LoadStart,
    LoadThread,
    MeasureStorage,
    Patch,
    SaveDraft,
    Schedule,
)
from inglenook.app.env import Env
from inglenook.app.messages import (
    DeleteDue,
    Failed,
    Hello,
    ListsDue,
    MidnightPassed,
    NetworkChanged,
    PageHidden,
    Send,
    Started,
)
from inglenook.app.patch import navigate, value
from inglenook.app.reply import fold, so_far
from inglenook.app.settings import THEMES
from inglenook.app.state import Answer, Room, State

DAY_MS = 86_400_000


def hello(state: State, message: Hello, env: Env):
    """The page is there: remember what it says and read the store. The sign-in waits until that is done."""
    state = replace(
        state,
        online=message.online,
        origin_path=message.origin_path,
        time_zone_offset_min=message.time_zone_offset_min,
        today_ms=env.now_ms,
        hello=message,
    )
    midnight = Schedule(until_midnight(state, env.now_ms), MidnightPassed())
    return state, [LoadStart(), midnight, Schedule(LISTS_MS, ListsDue())]


def until_midnight(state: State, now_ms: int) -> int:
    """Milliseconds to the next local midnight. The offset is in minutes east of Greenwich."""
    local = now_ms + state.time_zone_offset_min * 60_000
    return DAY_MS - local % DAY_MS


def midnight(state: State, message: MidnightPassed, env: Env):
    state = replace(state, today_ms=env.now_ms)
    return state, [Schedule(until_midnight(state, env.now_ms), MidnightPassed())]


def started(state: State, message: Started, env: Env):
    hello = state.hello or Hello()
    settings = message.settings
    keys = {c.id: hello.session.get(f"inglenook:{session_key(c.id)}", "") for c in message.connections}
    connections = tuple(replace(c, key=c.key or keys[c.id]) for c in message.connections)
    active = settings.get("connection")
    theme = settings.get("theme")
    exported, imported = settings.get("last_export_ms"), settings.get("last_import_ms")
    state = replace(
        state,
        started=True,
        connections=connections,
        connection_id=active
        if any(c.id == active for c in connections)
        else (connections[0].id if connections else ""),
        theme=theme if theme in THEMES else "",
        typed={k[6:]: v for k, v in settings.items() if k.startswith("draft:") and isinstance(v, str)},
        storage=replace(
            state.storage,
            last_export_ms=exported if type(exported) is int else None,
            last_import_ms=imported if type(imported) is int else None,
        ),
        shelf=replace(state.shelf, loaded=True),
        activity=activity.restored(settings),
    )
    state = shelf.put(state, message.summaries)
    state, effects = purge(state, env)
    for problem in message.problems:
        state, shown = notice.show(state, env, problem, tone="bad", for_ms=None)
        effects += shown
    state, folded = fold_drafts(state, message.drafts, env)
    state, opened = first_room(state, hello, settings.get("last"))
    effects += [*folded, *opened, *activity.at_start(state)]
    if state.connection is not None:
        effects.append(LoadModels(state.connection))
    state, back = returned(state, hello.search, hello.session, env)
    early = [Schedule(0, m) for m in state.early]
    return replace(state, early=()), [*effects, *back, MeasureStorage(), *early]


def failed(state: State, message: Failed, env: Env):
    """Say what went wrong; if it was the start, what was sent meanwhile comes back to the composer."""
    texts = [m.text for m in state.early if isinstance(m, Send)]
    state, effects = notice.failed(replace(state, early=()), message, env)
    return state, [*effects, Patch(value("message", "\n\n".join(texts)))] if texts else effects


def purge(state: State, env: Env) -> tuple[State, list]:
    """Finish deletions whose time for Undo ran out while no tab was open; await the others."""
    deleted = [e for e in state.shelf.entries if e.deleted_ms is not None]
    over = tuple(e.id for e in deleted if env.now_ms - e.deleted_ms >= shelf.UNDO_MS)
    waits = [e for e in deleted if e.id not in over]
    effects = [Schedule(shelf.UNDO_MS - (env.now_ms - e.deleted_ms), DeleteDue(e.id)) for e in waits]
    return shelf.put(state, (), frozenset(over)), [*effects, DeleteForever(over)] if over else effects


def fold_drafts(state: State, drafts, env: Env) -> tuple[State, list]:
    """Answers that were cut off by a crash go into their threads, as far as they came."""
    effects = []
    for conversation_id, draft in drafts:
        answer = Answer(conversation_id, replace(draft, parts=(), status="streaming"))
        state = replace(state, answers={**state.answers, draft.id: answer})
        effects.append(Schedule(0, fold(draft)))
    return state, effects


def first_room(state: State, hello: Hello, last: object) -> tuple[State, list]:
    """Open what the address names; a bare address means where the user was last. The page has painted that already."""
    id = open.conversation_in(hello.hash)
    effects = []
    found = shelf.entry(state, last) if not hello.hash and isinstance(last, str) else None
    if found is not None and found.deleted_ms is None:
        id = found.id
        effects.append(Patch(navigate(f"#/c/{id}", replace=True)))
    state = replace(state, room=Room(id=id, loading=bool(id)))
    # Also when there is none: the page may show the draft of another conversation.
    effects.append(Patch(value("message", state.typed.get(id, ""))))
    return state, [*effects, LoadThread(id)] if id else effects


def network_changed(state: State, message: NetworkChanged, env: Env):
    state = replace(state, online=message.online, room=replace(state.room, note=None))
    return state, [LoadModels(state.connection)] if message.online and state.connection else []


def page_hidden(state: State, message: PageHidden, env: Env):
    """The tab may be about to go: write down at once what has arrived."""
    return state, [
        SaveDraft(a.conversation_id, so_far(a, env.now_ms)) for a in state.answers.values() if a.text or a.reasoning
    ]
