"""Calls of the tools that a request offers, with arguments made from their schemas.

This file knows function tools and JSON Schema as far as it must; it never runs anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .wire import Json

SAMPLES: dict[str, Any] = {"string": "Oslo", "integer": 3, "number": 1.5, "boolean": True, "array": [], "object": {}}
SECOND_SAMPLE = "Lima"


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    name: str
    arguments: str


def plan_calls(tools: tuple[Json, ...], choice: Any, *, twice: bool, asked: bool) -> tuple[Call, ...]:
    """The calls to make: none unless `asked` or forced by `tool_choice`, the named function if one was named."""
    functions = [tool["function"] for tool in tools if _is_function(tool)]
    if not functions or choice == "none":
        return ()
    named = choice.get("function", {}) if isinstance(choice, dict) else {}
    name = named.get("name") if isinstance(named, dict) else None
    if name is None and choice != "required" and not asked:
        return ()
    chosen = next((function for function in functions if function["name"] == name), functions[0])
    samples = ("Oslo", SECOND_SAMPLE) if twice else ("Oslo",)
    return tuple(
        Call(f"call_practice_{n}", chosen["name"], json.dumps(_arguments(chosen.get("parameters"), sample)))
        for n, sample in enumerate(samples, 1)
    )


def _is_function(tool: Json) -> bool:
    function = tool.get("function")
    return tool.get("type") == "function" and isinstance(function, dict) and isinstance(function.get("name"), str)


def _arguments(schema: Any, sample: str) -> Json:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return {}
    required = schema.get("required")
    names = [name for name in required if name in properties] if _is_strings(required) else list(properties)
    return {name: _sample(properties[name], sample) for name in names}


def _sample(schema: Any, sample: str) -> Any:
    if not isinstance(schema, dict):
        return sample
    enum = schema.get("enum")
    if isinstance(enum, list) and enum:
        return enum[0]
    kind = schema.get("type")
    return sample if kind == "string" or not isinstance(kind, str) else SAMPLES.get(kind, sample)


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
