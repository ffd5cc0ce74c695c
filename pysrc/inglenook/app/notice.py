"""Short messages at the edge of the window, which go by themselves."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app.effects import Schedule
from inglenook.app.env import Env
from inglenook.app.messages import DismissNotice, Failed, NoticeDue
from inglenook.app.state import Notice, State, Tone
from inglenook.core.errors import InglenookError

SHOWN_MS = 8_000
MOST = 4


def show(
    state: State,
    env: Env,
    text: str,
    *,
    tone: Tone = "info",
    action: str = "",
    label: str = "",
    subject: str = "",
    detail: str = "",
    for_ms: int | None = SHOWN_MS,
) -> tuple[State, list]:
    """Show a notice for a while; `for_ms` None keeps it until it is dismissed."""
    notice = Notice(env.new_id(), text, tone, action, label, subject, detail)
    state = replace(state, notices=(*state.notices, notice)[-MOST:])
    return state, [] if for_ms is None else [Schedule(for_ms, NoticeDue(notice.id))]


def drop(state: State, id: str) -> State:
    return replace(state, notices=tuple(n for n in state.notices if n.id != id))


def drop_about(state: State, subject: str) -> State:
    """Without the notices that offer something about `subject`."""
    return replace(state, notices=tuple(n for n in state.notices if n.action_id != subject))


def due(state: State, message: NoticeDue | DismissNotice, env: Env):
    return drop(state, message.id), []


def failed(state: State, message: Failed, env: Env):
    return show_error(state, env, message.error)


def show_error(state: State, env: Env, error: InglenookError):
    """Errors stay until they are dismissed: somebody may not have looked."""
    return show(state, env, str(error), tone="bad", detail=error.detail, for_ms=None)
