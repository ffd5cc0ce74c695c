"""What is sent to the API: addresses, headers, and the body of a chat completion.

This file knows the wire form of a conversation. It never learns who may see it
(that comes in as `provider`) and never reads a file: bytes come in by SHA-256.

It sends nothing that tells the service which app is asking, and no header
beyond two: any other one breaks the call in the browser before it leaves.

It is longer than most because the addresses stand here too, so that everything
that is sent can be read in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from inglenook.core.attachment import content_part
from inglenook.core.connection import Connection
from inglenook.core.errors import OurError
from inglenook.core.model import (
    Audio,
    Code,
    File,
    Image,
    Json,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Video,
)

_SKIPPED = ("failed", "refused", "streaming")
# Free, and without it a model that cannot read PDF goes through paid recognition: facts of the plugin's own manual.
PARSED = "cloudflare-ai"
# A model that reads files gets them as they are, and nobody else sees them.
UNPARSED = "native"


def headers(connection: Connection, key: str) -> dict[str, str]:
    """Exactly what a POST with a JSON body carries."""
    return {**get_headers(connection, key), "Content-Type": "application/json"}


def get_headers(connection: Connection, key: str) -> dict[str, str]:
    """What a GET carries: with no key it stays a simple request, which needs no preflight."""
    return {"Authorization": f"Bearer {key}"} if key and connection.kind != "practice" else {}


def chat_url(connection: Connection) -> str:
    return f"{connection.base}/chat/completions"


def models_url(connection: Connection) -> str:
    return f"{connection.base}/models"


def key_url(connection: Connection) -> str:
    return f"{connection.base}/key"


def exchange_url(connection: Connection) -> str:
    return f"{connection.base}/auth/keys"


def providers_url(connection: Connection) -> str:
    return f"{connection.base}/providers"


def policies_url(connection: Connection) -> str:
    """The website's feed of providers' policies: not documented, so it may be missing."""
    return f"{connection.base.removesuffix('/v1')}/frontend/v1/all-providers"


def zero_retention_url(connection: Connection) -> str:
    return f"{connection.base}/endpoints/zdr"


def endpoints_url(connection: Connection, model: str) -> str:
    """Who serves one model, and at what price."""
    return f"{connection.base}/models/{quote(model, safe='/:~@')}/endpoints"


def chat_request(
    history: tuple[Message, ...],
    model: str,
    *,
    connection: Connection,
    session_id: str = "",
    files: Mapping[str, bytes] | None = None,
    provider: Json | None = None,
    pdf_engine: str = PARSED,
    reasoning: Json | None = None,
    tools: tuple[Json, ...] = (),
) -> Json:
    """The body that asks for the next message after `history`, as a stream.

    `history` is the path from the root to the message to be answered; what ends
    it beyond a user's message or a tool's result (an answer being replaced) is
    not sent. `pdf_engine` says who reads a PDF first. Without `tools`, earlier tool calls are told as text, because
    providers refuse the calls of tools that they were not given.

    Raises:
        OurError: nothing is left to send.
        BadFile: an attachment of the last message that this connection cannot carry.
    """
    kept = [message for message in history if message.deleted_ms is None and message.status not in _SKIPPED]
    last = max((place for place, message in enumerate(kept) if _asks(message, bool(tools))), default=-1)
    writer = _Writer(connection, model, files or {}, _answered(kept) if tools else frozenset())
    for place, message in enumerate(kept[: last + 1]):
        writer.write(message, newest=place == last)
    if not writer.messages or all(message["role"] == "system" for message in writer.messages):
        raise OurError("There is no message to send.", advice="Write a message first.")
    body: Json = {"model": model, "messages": writer.messages, "stream": True}
    if tools:
        body["tools"] = list(tools)
    if not connection.routes:
        # Plain servers send no usage unless they are asked for it.
        return {**body, "stream_options": {"include_usage": True}}
    if session_id:
        body["session_id"] = session_id[:256]
    if reasoning:
        body["reasoning"] = reasoning
    if provider:
        body["provider"] = provider
    if writer.has_pdf:
        body["plugins"] = [{"id": "file-parser", "pdf": {"engine": pdf_engine}}]
    return body


def _asks(message: Message, tools: bool) -> bool:
    if message.role == "user":
        return any(not isinstance(part, Text) or part.text.strip() for part in message.parts)
    return tools and message.role == "tool"


def _answered(messages: Iterable[Message]) -> frozenset[str]:
    # A call without its result, or a result without its call, is an error at every provider.
    parts = [part for message in messages for part in message.parts]
    called = {part.id for part in parts if isinstance(part, ToolCall)}
    return frozenset(part.call_id for part in parts if isinstance(part, ToolResult) and part.call_id in called)


class _Writer:
    def __init__(
        self, connection: Connection, model: str, files: Mapping[str, bytes], answered: frozenset[str]
    ) -> None:
        self.messages: list[dict[str, Any]] = []
        self.has_pdf = False
        self._connection = connection
        self._model = model
        self._files = files
        self._answered = answered
        self._later: list[Json | None] = []

    def write(self, message: Message, *, newest: bool) -> None:
        if message.role != "tool":
            self._add("assistant", self._later, {})
            self._later = []
        if message.role == "system":
            self._add("system", [_text(_plain(message.parts))], {})
        elif message.role == "user":
            self._add("user", [part for part in (self._user(part, newest) for part in message.parts) if part], {})
        else:
            self._assistant(message)

    def _user(self, part: Part, newest: bool) -> Json | None:
        carried = content_part(part, self._files, routes=self._connection.routes, strict=newest)
        if carried and carried["type"] == "file":
            self.has_pdf = self.has_pdf or carried["file"]["file_data"].startswith("data:application/pdf")
        return carried or _text(_plain((part,)))

    def _assistant(self, message: Message) -> None:
        calls = [part for part in message.parts if isinstance(part, ToolCall) and part.id in self._answered]
        results = [part for part in message.parts if isinstance(part, ToolResult) and part.call_id in self._answered]
        # A result must follow its call at once: text around them is said with the calls, or after the last result.
        turn = len(message.parts)
        if results:
            turn = message.parts.index(calls[0]) if calls else 0
        before, after = (
            [part for part in half if part not in calls and part not in results]
            for half in (message.parts[:turn], message.parts[turn:])
        )
        extra: Json = {}
        details = [detail for part in message.parts if isinstance(part, Reasoning) for detail in part.details]
        # A chain of thought is signed for the model that had it; another one may refuse it.
        if details and self._connection.routes and message.author.model == self._model:
            extra["reasoning_details"] = details
        if calls:
            extra["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in calls
            ]
        said = _plain(before)
        if said or calls:
            self._add("assistant", [_text(said)], extra)
        for result in results:
            self.messages.append({"role": "tool", "tool_call_id": result.call_id, "content": result.text})
        self._later += [_text(_plain(after))]

    def _add(self, role: str, parts: list[Json | None], extra: Json) -> None:
        content = [part for part in parts if part]
        if not content and not extra:
            return
        # Templates of local models demand that roles alternate, so neighbours of one role become one message.
        before = self.messages[-1] if self.messages else {}
        if before.get("role") == role and not extra and before.keys() <= {"role", "content"}:
            before["content"] = _content(_parts(before["content"]) + content)
        else:
            self.messages.append({"role": role, "content": _content(content), **extra})


def _text(text: str) -> Json | None:
    return {"type": "text", "text": text} if text.strip() else None


def _parts(content: str | list[Json]) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _content(parts: list[Json]) -> str | list[Json]:
    texts = [part for part in parts if part["type"] == "text"]
    if len(texts) == len(parts):
        return "\n\n".join(part["text"] for part in parts)
    # Models understand pictures and files best after the text.
    return texts + [part for part in parts if part["type"] != "text"]


def _plain(parts: Iterable[Part]) -> str:
    said = []
    for part in parts:
        if isinstance(part, Text):
            said.append(part.text)
        elif isinstance(part, Code):
            said.append(f"```{part.language}\n{part.text}\n```")
        elif isinstance(part, ToolCall):
            said.append(f"[Called {part.name}: {part.arguments}]")
        elif isinstance(part, ToolResult):
            said.append(f"[Result{f' of {part.name}' if part.name else ''}: {part.text}]")
        elif isinstance(part, (Image, File, Audio, Video)):
            said.append(f"[{part.name or 'attachment'}]")
    return "\n\n".join(text for text in said if text.strip())
