"""What tools gave back in a ChatGPT conversation: output, pages, pictures, and where they were found.

This file knows the content types of results. A result answers the call
before it in the same message.
"""

from __future__ import annotations

import json
from typing import Any, Final

from inglenook.core.model import Citation, Failure, Json, ToolResult, Unknown
from inglenook.formats.chatgpt import canvas
from inglenook.formats.chatgpt.assets import Assets
from inglenook.formats.chatgpt.citations import add_found
from inglenook.formats.chatgpt.media import add_media
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.shape import arr, obj, text

RESULTS: Final = (
    "execution_output", "stderr", "tether_browsing_display", "tether_quote", "sonic_webpage", "citable_code_output",
    "computer_output",
)  # fmt: skip


def add_result(
    draft: Draft,
    turn: Turn,
    kind: Any,
    message: Json,
    content: Json,
    said: Json,
    assets: Assets,
    papers: canvas.Papers,
) -> canvas.Papers:
    """Add what a tool gave back; answers for the canvas as it is then."""
    name = text(obj(message.get("author")).get("name"))
    match kind:
        case "text" | "multimodal_text":
            for part in arr(content.get("parts")):
                if not isinstance(part, str):
                    add_media(draft, turn, part, assets)
                elif part:
                    turn.parts.append(ToolResult(turn.call, part, name))
            _add(turn, text(content.get("parts")) or text(content.get("text")), name)
        case "execution_output" | "stderr" | "code":
            _add(turn, text(content.get("text")), name)
        case "tether_browsing_display":
            result, summary = text(content.get("result")), text(content.get("summary"))
            _add(turn, "\n\n".join(filter(None, [summary if summary not in result else "", result])), name)
        case "tether_quote" | "sonic_webpage":
            url, snippet = text(content.get("url")) or text(content.get("domain")), text(content.get("snippet"))
            _add(turn, text(content.get("text")) or snippet, name)
            add_found(turn, Citation(url, text(content.get("title")), snippet))
        case "citable_code_output":
            about = obj(content.get("metadata"))
            _add(turn, text(content.get("output_str")), name)
            add_found(turn, Citation(text(about.get("display_url")), text(about.get("display_title"))))
            turn.keep({key: value for key, value in about.items() if value and not key.startswith("display_")})
        case "computer_output":
            if state := obj(content.get("state")):
                _add(turn, json.dumps(state, ensure_ascii=False), name)
            if screenshot := obj(content.get("screenshot")):
                add_media(draft, turn, {**screenshot, "content_type": "image_asset_pointer"}, assets)
        case "system_error":
            why = text(content.get("text")) or "The tool failed."
            turn.parts.append(Failure(why, detail=text(content.get("name"))))
        case _:
            if any(value for key, value in content.items() if key != "content_type"):
                turn.parts.append(Unknown(text(kind), content))
    if said:
        _add_outcome(draft, turn, obj(said.pop("aggregate_result", None)), name, text(content.get("text")), assets)
        return _add_paper(draft, turn, obj(said.get("canvas")), assets, papers)
    return papers


def _add(turn: Turn, said: str, name: str) -> None:
    if said:
        turn.parts.append(ToolResult(turn.call, said, name))


def _add_outcome(draft: Draft, turn: Turn, outcome: Json, name: str, shown: str, assets: Assets) -> None:
    """What running code gave besides the text that was shown."""
    for one in map(obj, arr(outcome.get("messages"))):
        if one.get("image_url"):
            assets.add(draft, turn, one["image_url"], "image", one)
        elif (said := text(one.get("text"))) and said.strip() not in shown:
            _add(turn, said, name)
    last = text(outcome.get("final_expression_output"))
    if last and last.strip() not in shown:
        _add(turn, last, name)
    if failed := outcome.get("in_kernel_exception"):
        turn.keep({"in_kernel_exception": failed})


def _add_paper(draft: Draft, turn: Turn, about: Json, assets: Assets, papers: canvas.Papers) -> canvas.Papers:
    if about or papers.asked is not None:
        papers, paper = canvas.answered(papers, about)
        if paper is not None:
            turn.parts.append(paper)
        assets.add_paper(draft, turn, text(about.get("textdoc_id")), text(about.get("title")))
    return papers
