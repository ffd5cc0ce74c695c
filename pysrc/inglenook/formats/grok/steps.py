"""How a response of Grok came about: thinking, steps, the tools that were used in them and what they brought.

This file knows `thinking_trace`, `agent_thinking_traces` and `steps` of exports
of 2025 and 2026, and calls that stand as XML inside texts. It never learns what
was answered.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core import model
from inglenook.core.model import Json
from inglenook.formats.grok.content import Content, json_text, pieces
from inglenook.formats.reading import stamp
from inglenook.formats.reading.draft import text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj

CARD: Final = ("<xai:tool_usage_card>", "</xai:tool_usage_card>")


def add_steps(content: Content, response: Json) -> None:
    """Add what came before the answer, in its order."""
    _thinking(content, response)
    for number, step in enumerate(arr(response.get("steps"))):
        if isinstance(step, dict):
            _step(content, number, step)
        elif step is not None:
            content.parts.append(model.Unknown("step", step))
    content.found(response.get("web_search_results"), "web_search")


def _thinking(content: Content, response: Json) -> None:
    start, end = stamp.ms(response.get("thinking_start_time")), stamp.ms(response.get("thinking_end_time"))
    took = end - start if start is not None and end is not None and end >= start else None
    traces = [response.get("thinking_trace")]
    traces += [obj(one).get("thinking_trace") for one in arr(response.get("agent_thinking_traces"))]
    for trace in dict.fromkeys(text_of(trace) for trace in traces):
        if not trace.strip():
            continue
        for piece, card in pieces(trace, *CARD):
            if card:
                xml_call(content, card)
            elif piece.strip():
                content.parts.append(model.Reasoning(piece, duration_ms=took))
                took = None
        if CARD[0] in trace:
            content.rest.setdefault("thinking_traces", []).append(trace)
    others = [obj(one) for one in arr(response.get("agent_thinking_traces"))]
    if left := [rest for one in others if (rest := rest_of(one, "thinking_trace"))]:
        content.rest["agents"] = left


def _step(content: Content, number: int, step: Json) -> None:
    tagged = obj(step.get("tagged_text"))
    cards, results = arr(step.get("tool_usage_cards")), arr(step.get("tool_usage_results"))
    order = [tag for tag in arr(step.get("tag_order")) if isinstance(tag, str) and tag in tagged]
    said, raw_results = [], []
    for tag in dict.fromkeys([*order, *tagged]):
        text = _joined(tagged[tag])
        if tag == "raw_function_result":
            raw_results.append(text)
        elif tag != "tool_usage_card":
            said.append(text)
        elif not cards:
            for _, card in pieces(text, *CARD):
                if card:
                    xml_call(content, card)
    if text := "\n\n".join(filter(None, said)):
        content.parts.append(model.Reasoning(text))
    for card in cards:
        id, tools = text_of(obj(card).get("tool_usage_card_id")), obj(obj(card).get("tool"))
        for name, inner in tools.items():
            content.call(id, name, inner.get("args", inner) if isinstance(inner, dict) else inner)
        if not tools and card is not None:
            content.parts.append(model.Unknown("tool_usage_card", card))
    for result in results:
        id = text_of(obj(result).get("tool_usage_card_id"))
        for name, inner in obj(obj(result).get("result")).items():
            hits = isinstance(inner, list) and any(isinstance(hit, dict) and "url" in hit for hit in inner)
            content.result(id, name, content.hits_text(inner) if hits else json_text(inner))
    for text in raw_results:
        if results:
            content.rest.setdefault("raw_function_results", []).append(text)
        elif text:
            content.result(next(reversed(content.calls), ""), "", text)
    content.found(step.get("web_search_results"), "web_search")
    taken = ("tagged_text", "tag_order", "tool_usage_cards", "tool_usage_results", "web_search_results")
    if left := rest_of(step, *taken):
        content.rest.setdefault("steps", {})[str(number)] = left


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_joined, value)))
    return value if isinstance(value, str) else "" if value is None else json_text(value)


def xml_call(content: Content, card: str) -> None:
    """Add a call that stands in a text."""
    arguments = _inner(card, "tool_args")
    if arguments.startswith("<![CDATA[") and arguments.endswith("]]>"):
        arguments = arguments[9:-3]
    content.call(_inner(card, "tool_usage_card_id"), _inner(card, "tool_name"), arguments or "{}")


def _inner(xml: str, name: str) -> str:
    return xml.partition(f"<xai:{name}>")[2].partition(f"</xai:{name}>")[0].strip()
