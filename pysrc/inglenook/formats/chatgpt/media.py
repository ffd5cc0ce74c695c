"""Pictures, sounds and films in the content of a ChatGPT node.

This file knows the kinds of pointers, and what stands beside them: how a
picture was made, and what was said in a sound.
"""

from __future__ import annotations

from typing import Any

from inglenook.core.model import Json, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.chatgpt.assets import Assets
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.shape import arr, obj, text


def add_media(draft: Draft, turn: Turn, part: Any, assets: Assets) -> None:
    """Add what is no text in a content; an Unknown part for what nobody knows."""
    about = obj(part)
    match about.get("content_type"):
        case "image_asset_pointer":
            assets.add(draft, turn, about.get("asset_pointer"), "image", about)
            _add_making(turn, obj(about.get("metadata")))
        case "audio_asset_pointer":
            assets.add(draft, turn, about.get("asset_pointer"), "audio", about)
        case "audio_transcription":
            if said := text(about.get("text")):
                turn.parts.append(Text(said))
        case "real_time_user_audio_video_asset_pointer":
            sound = obj(about.get("audio_asset_pointer"))
            if sound:
                assets.add(draft, turn, sound.get("asset_pointer"), "audio", sound)
            assets.add(draft, turn, about.get("video_container_asset_pointer"), "video")
            for frame in arr(about.get("frames_asset_pointers")):
                pointer = obj(frame).get("asset_pointer", frame)
                assets.add(draft, turn, pointer, "image", obj(frame))
        case _:
            if isinstance(about.get("text"), str) and about.keys() <= {"content_type", "text"}:
                turn.parts.append(Text(about["text"]))
            elif part:
                turn.parts.append(Unknown(text(about.get("content_type")), part))


def _add_making(turn: Turn, metadata: Json) -> None:
    """How a picture was made. The prompt is shown unless the call that asked for the picture says it."""
    making = {}
    for name in ("dalle", "generation", "gizmo"):
        if kept := {key: value for key, value in obj(metadata.get(name)).items() if value is not None}:
            making[name] = kept
    if not making:
        return
    prompt = text(obj(making.get("dalle")).get("prompt"))
    if prompt and not any(isinstance(part, ToolCall) and prompt in part.arguments for part in turn.parts[-12:]):
        turn.parts.append(ToolResult(turn.call, prompt, "dalle"))
    rest = turn.rest = turn.rest or {}
    rest.setdefault("images", []).append(making)
