"""Files that mean harm, or that something happened to."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

from inglenook.app.state import Preview
from inglenook.core.model import Conversation
from inglenook.jobs.rows import Outcome

from tests.jobs.keep import Desk, run

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def brought(files: dict[str, bytes]) -> tuple[Preview, list[Conversation]]:
    """Everything that comes out of files, imported; and what the preview told."""

    async def work(desk: Desk) -> tuple[Preview, list[Conversation]]:
        preview, outcome = await desk.bring(files)
        assert isinstance(outcome, Outcome)
        again, _ = await desk.bring(files)
        assert (again.new, again.changed) == (0, 0)
        found = [await desk.conversation(id) for id in outcome.ids]
        return preview, [conversation for conversation in found if conversation is not None]

    return run(work)


def told(preview: Preview) -> list[str]:
    return [f"{problem.where}: {problem.why}" for problem in preview.problems]


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def row(*said: Any, **more: Any) -> dict[str, Any]:
    """A conversation as OpenAI's API takes it."""
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)], **more}


def rows(*values: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)
