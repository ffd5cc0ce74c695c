"""Receiving: text that arrives, the end of an answer, and the draft that survives a crash."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import activity
from inglenook.app.compose import put
from inglenook.app.effects import LoadThread, SaveDraft, Schedule
from inglenook.app.env import Env
from inglenook.app.messages import Delta, DraftDue, Finished
from inglenook.app.state import Answer, Denial, State
from inglenook.core import thread
from inglenook.core.model import Message, Policy, Reasoning, Text
from inglenook.core.rules import may_keep, may_train

DRAFT_MS = 700


def delta(state: State, message: Delta, env: Env):
    """More of an answer; it is written down within the second."""
    answer = state.answers.get(message.answer_id)
    if answer is None:
        return state, []
    due = answer.draft_due
    answer = replace(
        answer,
        text=answer.text + message.text,
        reasoning=answer.reasoning + message.reasoning,
        first_ms=answer.first_ms if answer.first_ms is not None else env.now_ms,
        reasoned_ms=answer.reasoned_ms if answer.reasoned_ms is not None or not message.text else env.now_ms,
        draft_due=True,
    )
    state = replace(state, answers={**state.answers, message.answer_id: answer})
    return state, [] if due else [Schedule(DRAFT_MS, DraftDue(message.answer_id))]


def draft_due(state: State, message: DraftDue, env: Env):
    answer = state.answers.get(message.answer_id)
    if answer is None:
        return state, []
    answer = replace(answer, draft_due=False)
    state = replace(state, answers={**state.answers, message.answer_id: answer})
    return state, [SaveDraft(answer.conversation_id, so_far(answer, env.now_ms))]


def so_far(answer: Answer, now_ms: int) -> Message:
    """What has arrived, as the message that it would be if nothing more came."""
    parts = ((Reasoning(answer.reasoning),) if answer.reasoning else ()) + ((Text(answer.text),) if answer.text else ())
    return replace(answer.message, parts=parts, status="interrupted", revised_ms=now_ms)


def finished(state: State, message: Finished, env: Env):
    """Put the answer into its tree, whole or not; the store drops its draft with the same write."""
    answer = state.answers.get(message.answer_id)
    if answer is None:
        return state, []
    opened = state.threads.get(answer.conversation_id)
    question = opened.conversation.messages.get(answer.message.parent or "") if opened else None
    # Also of an answer whose conversation turns out to be gone: it was asked for, and it cost.
    noted = activity.ended(state, answer, message.message, question)
    if opened is None:
        waiting = (*state.waiting, (answer.conversation_id, message))
        return replace(state, waiting=waiting), [LoadThread(answer.conversation_id), *noted]
    whole = replace(disclosed(message.message, answer), revised_ms=env.now_ms)
    state = heard(state, answer, message)
    current = opened.conversation.current
    conversation = thread.add(opened.conversation, whole)
    if current.value != whole.id:
        # The reader has switched to another version meanwhile and stays there.
        conversation = replace(conversation, current=current)
    answers = {id: a for id, a in state.answers.items() if id != message.answer_id}
    return put(replace(state, answers=answers), conversation), noted


def disclosed(message: Message, answer: Answer) -> Message:
    """The answer with the policy of the provider that gave it, as it was known when it was asked."""
    if message.disclosure is None:
        return message
    said = [policy for name, policy in answer.policies if name.casefold() == message.author.provider.casefold()]
    if not said and (message.author.provider or len(answer.policies) == 1):
        # Plain servers do not say their name, and some providers have two; it was one of those that were allowed.
        said = [policy for _, policy in answer.policies]
    # Of two endpoints of one provider the answer does not tell which it was: then the worst counts.
    policy = max(said, key=badness, default=None)
    return replace(message, disclosure=replace(message.disclosure, policy=policy))


def badness(policy: Policy) -> tuple[bool, bool, int]:
    days = policy.retention_days
    return may_train(policy), may_keep(policy), 10**6 if days is None else days


def heard(state: State, answer: Answer, message: Finished) -> State:
    """Remember that the service let nobody answer, or forget it when somebody has."""
    key = (answer.connection_id, answer.message.author.model)
    if message.denied is not None:
        return replace(state, denials={**state.denials, key: Denial(message.denied, message.message.revised_ms)})
    if message.message.status == "done" and key in state.denials:
        return replace(state, denials={at: denial for at, denial in state.denials.items() if at != key})
    return state


def fold(draft: Message) -> Finished:
    """A draft that nobody is receiving any more, as the end of its answer."""
    return Finished(draft.id, replace(draft, status="interrupted"))
