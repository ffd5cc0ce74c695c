"""The body of a chat completion request, rebuilt into a value and never believed.

This file knows fields, types and ranges; which endpoint may serve is not its
business. Everything wrong is a 400 that names the field and never its content.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .account import Account
from .errors import bad_field
from .policy import Need
from .preference import Preference, read_preference
from .tokens import count_prompt
from .wire import Json, read_json

ROLES = ("system", "developer", "user", "assistant", "tool")
RANGES: dict[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "top_k": (0, float("inf")),
    "min_p": (0, 1),
    "top_a": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "repetition_penalty": (0, 2),
    "top_logprobs": (0, 20),
}
OTHER_PARAMETERS = (
    "max_tokens", "max_completion_tokens", "logit_bias", "logprobs", "prediction", "seed", "response_format",
    "structured_outputs", "stop", "tools", "tool_choice", "parallel_tool_calls", "include_reasoning", "reasoning",
    "reasoning_effort", "web_search_options", "verbosity",
)  # fmt: skip
EFFORTS = ("max", "xhigh", "high", "medium", "low", "minimal", "none")
SESSION_CHARACTERS = 256


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that may be served. `thinking` is what it says of reasoning: on, off, or nothing (None)."""

    models: tuple[str, ...]
    messages: list[Json]
    stream: bool
    budget: int | None
    wishes: Preference
    need: Need
    prompt_tokens: int
    tools: tuple[Json, ...] = ()
    tool_choice: Any = None
    thinking: bool | None = None
    hides_thinking: bool = False
    session_id: str = field(default="")


def read_ask(body: bytes, account: Account) -> Ask:
    """Read a body; raises `Refusal` (400)."""
    value = read_json(body)
    if not isinstance(value, dict):
        raise bad_field("The body is not a JSON object")
    messages = _messages(value.get("messages"))
    for name, (least, most) in RANGES.items():
        _number(value, name, least, most)
    tools = _objects(value, "tools")
    thinking, hides = _thinking(value)
    try:
        prompt_tokens = count_prompt(messages, list(tools))
    except RecursionError:
        raise bad_field("tools: nested too deeply") from None
    sent = frozenset(name for name in (*RANGES, *OTHER_PARAMETERS) if value.get(name) is not None)
    session = value.get("session_id")
    return Ask(
        models=_models(value, account),
        messages=messages,
        stream=_flag(value, "stream"),
        budget=_budget(value),
        wishes=read_preference(value.get("provider")),
        need=Need(sent, bool(tools), _has_image(messages), prompt_tokens),
        prompt_tokens=prompt_tokens,
        tools=tools,
        tool_choice=value.get("tool_choice"),
        thinking=thinking,
        hides_thinking=hides,
        session_id=session[:SESSION_CHARACTERS] if isinstance(session, str) else "",
    )


def _messages(value: Any) -> list[Json]:
    if not isinstance(value, list) or not value:
        raise bad_field("messages: expected a list that is not empty")
    for n, message in enumerate(value):
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise bad_field(f"messages.{n}.role: expected one of {', '.join(ROLES)}")
        content = message.get("content")
        if isinstance(content, list) and all(isinstance(part, dict) for part in content):
            continue
        if content is not None and not isinstance(content, str):
            raise bad_field(f"messages.{n}.content: expected a text or a list of parts")
    return value


def _models(value: Json, account: Account) -> tuple[str, ...]:
    first = value.get("model")
    more = value.get("models")
    if first is not None and not isinstance(first, str):
        raise bad_field("model: expected a model ID")
    if more is None:
        more = []
    if not isinstance(more, list) or not all(isinstance(name, str) for name in more):
        raise bad_field("models: expected a list of model IDs")
    names = ([first] if first else []) + more
    return tuple(dict.fromkeys(names)) or (account.default_model,)


def _budget(value: Json) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        found = value.get(name)
        if found is None:
            continue
        if isinstance(found, bool) or not isinstance(found, int) or found < 1:
            raise bad_field(f"{name}: expected an integer from 1")
        return found
    return None


def _thinking(value: Json) -> tuple[bool | None, bool]:
    reasoning = value.get("reasoning")
    hides = value.get("include_reasoning") is False
    if reasoning is not None and not isinstance(reasoning, dict):
        raise bad_field("reasoning: expected an object")
    effort = (reasoning or {}).get("effort") or value.get("reasoning_effort")
    if effort is not None and effort not in EFFORTS:
        raise bad_field(f"reasoning.effort: expected one of {', '.join(EFFORTS)}")
    if reasoning and reasoning.get("max_tokens") is not None and reasoning.get("effort") is not None:
        raise bad_field("reasoning: effort and max_tokens exclude each other")
    enabled = (reasoning or {}).get("enabled")
    if effort == "none" or enabled is False:
        return False, hides
    wanted = effort is not None or enabled is True or (reasoning or {}).get("max_tokens") is not None
    return (True if wanted else None), hides or (reasoning or {}).get("exclude") is True


def _number(value: Json, name: str, least: float, most: float) -> None:
    found = value.get(name)
    if found is None:
        return
    if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
        raise bad_field(f"{name}: expected a number from {least} to {most}")


def _flag(value: Json, name: str) -> bool:
    found = value.get(name)
    if found is not None and not isinstance(found, bool):
        raise bad_field(f"{name}: expected true or false")
    return bool(found)


def _objects(value: Json, name: str) -> tuple[Json, ...]:
    found = value.get(name)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise bad_field(f"{name}: expected a list of objects")
    return tuple(found)


def _has_image(messages: list[Json]) -> bool:
    contents = [message.get("content") for message in messages]
    return any(part.get("type") == "image_url" for content in contents if isinstance(content, list) for part in content)
