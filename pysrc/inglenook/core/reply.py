"""One answer of the API, from its events to its final state, without I/O.

Feed it events, then ask it. Rule 1: what has arrived is never lost, whatever
comes after it. Rule 2: an error inside the answer is a state (`error`, and one
`Failed` change), never an exception. Times come in with each event; this file
has no clock and knows nothing of bytes on a wire.

It is longer than most because every server spells the same answer differently
and all spellings meet here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inglenook.core import wire
from inglenook.core.change import (
    Change,
    CitationAdded,
    Failed,
    Finished,
    Identified,
    ImageAdded,
    Measured,
    ReasoningAdded,
    TextAdded,
    ToolCallGrew,
)
from inglenook.core.errors import InglenookError, NotTheProtocol, ProviderFailed, Refused, StreamBroken
from inglenook.core.model import Citation, Failure, Image, Message, Part, Reasoning, Status, Text, Unknown, Usage
from inglenook.core.picture import from_data_url
from inglenook.core.pieces import Calls, Details, Growing
from inglenook.core.refusal import from_stream_error

__all__ = [
    "Change", "CitationAdded", "Failed", "Finished", "Identified", "ImageAdded", "Measured", "ReasoningAdded", "Reply",
    "TextAdded", "ToolCallGrew", "read_usage",
]


class Reply:
    """An answer being received.

    >>> reply = Reply()
    >>> reply.feed_event('{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}', at_ms=5)
    (TextAdded(text='Hi'), Finished(reason='stop'))
    >>> reply.end(at_ms=6), reply.status, reply.parts()
    ((), 'done', (Text(text='Hi'),))
    """

    def __init__(self) -> None:
        self.served_model = ""
        self.provider = ""
        self.generation_id = ""
        self.usage = Usage()
        self.finish_reason: str | None = None
        self.error: InglenookError | None = None
        self.error_object: Any = None
        """The error inside the answer, as it came."""
        self.blobs: dict[str, bytes] = {}
        self.first_ms: int | None = None
        self.ended_ms: int | None = None
        self.stopped = False
        self._text = Growing()
        self._reasoning = Growing()
        self._reasoning_from = ""
        self._reasoning_since: int | None = None
        self._reasoning_until: int | None = None
        self._details = Details()
        self._calls = Calls()
        self._images: dict[str, Part] = {}
        self._citations: dict[str, Citation] = {}
        self._refusal = False
        self._complete = False
        self._native_reason = ""
        self._understood = False
        self._fed = False
        self._changes: list[Change] = []
        self._now = 0

    @property
    def ended(self) -> bool:
        return self.ended_ms is not None

    @property
    def complete(self) -> bool:
        """The API has said that nothing more comes; the connection may still be open."""
        return self._complete

    @property
    def status(self) -> Status:
        """What the message's status would be if the answer stayed as it is."""
        if self.error is not None:
            return "refused" if isinstance(self.error, Refused) else "failed"
        if self.stopped:
            return "interrupted"
        return ("refused" if self._refusal else "done") if self.ended else "streaming"

    def feed_event(self, data: str, at_ms: int) -> tuple[Change, ...]:
        """Take the data of one event and give what it changed. After the end, nothing changes any more."""
        data = data.strip()
        if self.ended or self._complete or not data:
            return ()
        self._fed = True
        if data == "[DONE]":
            self._complete = True
            return ()
        return self._take(data, at_ms)

    def read_whole(self, body: bytes, at_ms: int) -> tuple[Change, ...]:
        """Take the body of an answer that did not stream, and end."""
        self._fed = True
        changes = self._take(body, at_ms)
        self._complete = self._complete or self._understood
        return changes + self.end(at_ms)

    def end(self, at_ms: int) -> tuple[Change, ...]:
        """The body has ended. Finds out whether the answer is whole."""
        if self.ended:
            return ()
        error = self._shortfall()
        if error is not None:
            return self.fail(error, at_ms)
        self.ended_ms = at_ms
        return ()

    def stop(self, at_ms: int) -> None:
        """The user stopped it. What has arrived stays, and that is no error."""
        if not self.ended:
            self.stopped = True
            self.ended_ms = at_ms

    def fail(self, error: InglenookError, at_ms: int) -> tuple[Change, ...]:
        """Something outside failed, such as the network. What has arrived stays."""
        if self.ended:
            return ()
        self.error = error
        self.ended_ms = at_ms
        return (Failed(error),)

    def parts(self, at_ms: int = 0) -> tuple[Part, ...]:
        """The message's content so far: reasoning, text, pictures, tool calls, citations, failure."""
        parts: list[Part] = []
        details = self._details.all()
        if self._reasoning or details:
            parts.append(Reasoning(str(self._reasoning), details, self._reasoning_ms(at_ms)))
        if self._text:
            parts.append(Text(str(self._text)))
        parts += self._images.values()
        parts += self._calls.all()
        parts += self._citations.values()
        if self.error is not None:
            parts.append(Failure(self.error.message, self.error.advice, self.error.code, self.error.detail))
        return tuple(parts)

    def message(self, draft: Message, *, started_ms: int, at_ms: int) -> Message:
        """The draft with what has arrived by `at_ms`; the final message once `ended`."""
        end = self.ended_ms if self.ended_ms is not None else at_ms
        took = {"first_token_ms": None if self.first_ms is None else max(0, self.first_ms - started_ms)}
        if self.ended:
            took["duration_ms"] = max(0, end - started_ms)
        return replace(
            draft,
            parts=self.parts(at_ms),
            author=replace(
                draft.author,
                served_model=self.served_model or draft.author.served_model,
                provider=self.provider or draft.author.provider,
            ),
            revised_ms=end,
            status=self.status,
            usage=replace(self.usage, **took),
            finish_reason=self.finish_reason,
            generation_id=self.generation_id or draft.generation_id,
        )

    def _take(self, data: str | bytes, at_ms: int) -> tuple[Change, ...]:
        self._now = at_ms
        self._changes = []
        try:
            chunk = wire.read_json(data)
            if not isinstance(chunk, dict):
                raise NotTheProtocol("The answer is not one of the chat completions API.")
        except NotTheProtocol as error:
            # A server that has spoken the language so far speaks it; then it was the way that did damage.
            said = f"{error.message} {error.detail}".strip()
            damage = StreamBroken("The answer was damaged on its way.", detail=said)
            return self.fail(damage if self._understood else error, at_ms)
        self._identify(chunk)
        choices = wire.rows(chunk.get("choices"))
        self._understood = self._understood or isinstance(chunk.get("choices"), list) or bool(chunk.get("usage"))
        for choice in choices:
            if choice.get("index") in (0, None):
                self._choice(choice)
        if wire.record(chunk.get("usage")):
            self.usage = read_usage(chunk["usage"])
            self._changes.append(Measured(self.usage))
        # Old vLLM servers send the error object itself as the event.
        error = chunk if chunk.get("object") == "error" else chunk.get("error")
        error = error or next((choice["error"] for choice in choices if choice.get("error")), None)
        if error:
            self.error_object = error
            self._changes += self.fail(from_stream_error(error), at_ms)
        return tuple(self._changes)

    def _identify(self, chunk: dict[str, Any]) -> None:
        before = (self.served_model, self.provider, self.generation_id)
        self.served_model = wire.text(chunk.get("model"), 300) or self.served_model
        self.provider = wire.text(chunk.get("provider"), 300) or self.provider
        self.generation_id = wire.text(chunk.get("id"), 300) or self.generation_id
        after = (self.served_model, self.provider, self.generation_id)
        if after != before:
            self._changes.append(Identified(*after))

    def _choice(self, choice: dict[str, Any]) -> None:
        delta, whole = wire.record(choice.get("delta")), wire.record(choice.get("message"))
        # A last chunk may repeat the whole message beside the deltas.
        if whole and not (delta.get("content") or self._text or self._reasoning or self._calls):
            self._piece(whole)
        elif whole:
            self._extras(whole)
        self._piece(delta)
        self._native_reason = wire.text(choice.get("native_finish_reason"), 100) or self._native_reason
        reason = wire.text(choice.get("finish_reason"), 100)
        if reason and self.finish_reason is None:  # it comes twice: the second time with the usage
            self.finish_reason = reason
            self._changes.append(Finished(reason))

    def _piece(self, piece: dict[str, Any]) -> None:
        self._reason(piece)
        content = piece.get("content")
        if isinstance(content, list):
            for part in wire.rows(content):
                self._content_part(part)
        elif isinstance(content, str):
            self._write(content)
        if isinstance(piece.get("refusal"), str) and piece["refusal"]:
            self._refusal = True
            self._write(piece["refusal"])
        for fragment in wire.rows(piece.get("tool_calls")):
            self._begin()
            self._changes.append(ToolCallGrew(*self._calls.add(fragment)))
        self._extras(piece)

    def _content_part(self, part: dict[str, Any]) -> None:
        # Mistral streams lists of parts, with the thinking as a list of its own.
        kind = part.get("type")
        if kind == "thinking":
            thinking = part.get("thinking")
            whole = "".join(wire.text(row.get("text")) for row in wire.rows(thinking))
            self._think(thinking if isinstance(thinking, str) else whole, "content")
        elif kind == "image_url":
            self._picture(part)
        elif isinstance(part.get("text"), str):
            self._write(part["text"])

    def _reason(self, piece: dict[str, Any]) -> None:
        told = "".join(self._details.add(detail) for detail in wire.rows(piece.get("reasoning_details")))
        # The same thought may come under several names; the first name that carried text is the one shown.
        for name, text in (
            ("reasoning", piece.get("reasoning")),
            ("reasoning_content", piece.get("reasoning_content")),
            ("reasoning_details", told),
        ):
            if isinstance(text, str) and text and self._reasoning_from in ("", name):
                self._think(text, name)

    def _think(self, text: str, name: str) -> None:
        if text and self._reasoning_from in ("", name):
            self._reasoning_from = name
            if shown := self._reasoning.add(text):
                self._begin()
                self._reasoning_since = self._now if self._reasoning_since is None else self._reasoning_since
                self._changes.append(ReasoningAdded(shown))

    def _write(self, text: str) -> None:
        if shown := self._text.add(text):
            self._begin()
            if self._reasoning_since is not None and self._reasoning_until is None:
                self._reasoning_until = self._now
            self._changes.append(TextAdded(shown))

    def _extras(self, piece: dict[str, Any]) -> None:
        for picture in wire.rows(piece.get("images")):
            self._picture(picture)
        for note in wire.rows(piece.get("annotations")):
            cited = wire.record(note.get("url_citation")) or note
            url = wire.text(cited.get("url"), 4000)
            if url and url not in self._citations:
                text = wire.text(cited.get("content"), 4000)
                self._citations[url] = Citation(url, wire.text(cited.get("title"), 500), text)
                self._changes.append(CitationAdded(self._citations[url]))

    def _picture(self, row: dict[str, Any]) -> None:
        place = row.get("image_url")
        url = wire.text(place) or wire.text(wire.record(place).get("url"))
        if not url or url in self._images:
            return
        self._begin()
        if url[:5].lower() != "data:":
            image = Image(url=url[:4000])
        elif found := from_data_url(url):
            image = found[0]
            self.blobs[found[0].sha256 or ""] = found[1]
        else:
            self._images[url] = Unknown("image", {"url": url[:100]})
            return
        self._images[url] = image
        self._changes.append(ImageAdded(image))

    def _begin(self) -> None:
        self.first_ms = self._now if self.first_ms is None else self.first_ms

    def _reasoning_ms(self, at_ms: int) -> int | None:
        if self._reasoning_since is None:
            return None
        until = self._reasoning_until if self._reasoning_until is not None else self.ended_ms
        return max(0, (at_ms if until is None else until) - self._reasoning_since)

    def _shortfall(self) -> InglenookError | None:
        """What keeps the answer from being a whole one."""
        written = bool(self._text or self._calls or self._images)
        if self.finish_reason == "error":
            return ProviderFailed("The provider broke off the answer.", detail=self._native_reason)
        if self.finish_reason == "content_filter":
            return Refused(
                "The provider's content filter stopped the answer.",
                advice="Change the message, or choose another model.",
                detail=self._native_reason,
            )
        if not self._understood and self._fed:
            return NotTheProtocol("The answer is not one of the chat completions API.")
        if not (self._complete or self.finish_reason):
            return StreamBroken("The answer broke off before its end." if self._understood else "No answer came.")
        if self.finish_reason == "length" and not written:
            return ProviderFailed(
                "The model reached its length limit before it wrote anything.",
                advice="Ask for less reasoning, or choose another model.",
            )
        if not written:
            return ProviderFailed("The model answered with nothing.", detail=self._native_reason)
        return None


def read_usage(value: Any) -> Usage:
    """What an answer took, from the API's `usage`; each member may be missing or null."""
    usage = wire.record(value)
    cost = wire.number(usage.get("cost"))
    return Usage(
        prompt_tokens=wire.count(usage.get("prompt_tokens")),
        completion_tokens=wire.count(usage.get("completion_tokens")),
        reasoning_tokens=wire.count(wire.record(usage.get("completion_tokens_details")).get("reasoning_tokens")),
        cached_tokens=wire.count(wire.record(usage.get("prompt_tokens_details")).get("cached_tokens")),
        cost_usd=cost if cost is not None and cost >= 0 else None,
    )
