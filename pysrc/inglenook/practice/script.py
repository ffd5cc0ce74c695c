"""What is answered, chosen by words in the last paragraph of the user.

`SCRIPTS` is the whole table; the first row whose words occur wins, and a
message that matches none gets a greeting that quotes it. Equal requests get
equal answers. This file knows words and texts; it never learns prices or
providers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .canned import CANNED
from .catalogue import Model
from .errors import provider_failed
from .text import NOTICE, PARAGRAPHS, SHORT_THOUGHT, THOUGHTS, TOUR, greeting, long_text, pictured, told
from .tokens import text_of
from .toolcall import Call, plan_calls
from .wire import Json

QUOTED_WORDS = 12
QUOTED_CHARACTERS = 80
CUT_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Cue:
    """All that a script may look at."""

    words: str
    quoted: str
    model: Model
    tools: tuple[Json, ...] = ()
    tool_choice: Any = None
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """An answer before it is cut into chunks. `failure` ends the stream; `status` names a refusal instead of one."""

    text: str = ""
    reasoning: str = SHORT_THOUGHT
    calls: tuple[Call, ...] = ()
    finish_reason: str = "stop"
    native_finish_reason: str = "end_turn"
    failure: Json | None = None
    refused: str = ""
    cut_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    phrases: tuple[str, ...]
    play: Callable[[Cue], Plan | None]
    summary: str


def _error(cue: Cue) -> Plan | None:
    after = cue.words.split("error ", 1)[-1]
    names = [name for name in CANNED if after == name or after.startswith(f"{name} ")]
    return Plan(refused=max(names, key=len)) if names else None


def _break_off(cue: Cue) -> Plan:
    failure = provider_failed("", raw="upstream reset").body["error"]
    return Plan(f"{NOTICE} {PARAGRAPHS[0][:90]}", finish_reason="error", native_finish_reason="error", failure=failure)


def _tools(cue: Cue) -> Plan | None:
    calls = plan_calls(cue.tools, cue.tool_choice, twice="twice" in cue.words.split(), asked=True)
    return Plan(calls=calls, finish_reason="tool_calls", native_finish_reason="tool_use") if calls else None


def _long(cue: Cue) -> Plan:
    count = re.search(r"\b(\d{1,6}) tokens\b", cue.words)
    return Plan(long_text(int(count[1])) if count else long_text())


def _think(cue: Cue) -> Plan:
    said = "The reasoning is above" if cue.model.thinking else f"{cue.model.name} shows no reasoning; Flint 2 does"
    return Plan(f"{said}. {NOTICE}", reasoning=THOUGHTS)


SCRIPTS: tuple[Script, ...] = (
    Script("error", ("error",), _error, "'error 402 key limit' and every other name in canned.CANNED: refused at once"),
    Script("break off", ("break off", "breaks off"), _break_off, "an error in the middle of the stream"),
    Script("empty", ("empty",), lambda cue: Plan("", reasoning=""), "an answer without a single token"),
    Script("cut off", ("cut off",), lambda cue: Plan(TOUR, cut_tokens=CUT_TOKENS), "stopped by length after 24 tokens"),
    Script("tour", ("tour", "markdown"), lambda cue: Plan(TOUR), "headings, table, lists, code, mathematics, link"),
    Script("long", ("long", "tokens"), _long, "2,400 tokens, or as many as in 'long 5000 tokens'"),
    Script("think", ("think", "reason", "reasoning"), _think, "more reasoning, from models that show any"),
    Script("tool", ("tool", "tools", "call", "weather"), _tools, "a call of a tool that was sent; 'twice' for two"),
)


def plan(model: Model, messages: list[Json], tools: tuple[Json, ...], tool_choice: Any) -> Plan:
    """The answer to a request. Total: every input gets some plan."""
    last = messages[-1] if messages else {}
    if last.get("role") == "tool":
        return Plan(told(quote(text_of(last.get("content")))))
    user = next((message for message in reversed(messages) if message.get("role") == "user"), {})
    # The last paragraph: a question that got no answer is sent again before the next one, and would fail it, too.
    said = text_of(user.get("content")).strip().rpartition("\n\n")[2]
    cue = Cue(_words(said), quote(said), model, tools, tool_choice, _attachments(user.get("content")))
    forced = plan_calls(tools, tool_choice, twice=False, asked=False)
    if forced:
        return Plan(calls=forced, finish_reason="tool_calls", native_finish_reason="tool_use")
    padded = f" {cue.words} "
    for script in SCRIPTS:
        if any(f" {phrase} " in padded for phrase in script.phrases):
            found = script.play(cue)
            if found:
                return found
    answer = greeting(cue.quoted, model.name)
    return Plan(pictured(cue.attachments) + answer if cue.attachments else answer)


def named_failure(planned: Plan, provider: str) -> Plan:
    """The plan with the provider's name in its failure."""
    if not planned.failure:
        return planned
    metadata = planned.failure["metadata"] | {"provider_name": provider}
    return replace(planned, failure=planned.failure | {"metadata": metadata})


def quote(text: str) -> str:
    """The first few words, on one line."""
    words = text[: QUOTED_CHARACTERS * 8].split()
    short = " ".join(words[:QUOTED_WORDS])[:QUOTED_CHARACTERS]
    return short if short == " ".join(text.split()) else f"{short}…"


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text[:4000].casefold()))


def _attachments(content: Any) -> int:
    if not isinstance(content, list):
        return 0
    return sum(1 for part in content if isinstance(part, dict) and part.get("type") not in ("text", None))
