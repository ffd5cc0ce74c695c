"""In which forms conversations can be given out, apart from our own archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from inglenook.core.model import Conversation
from inglenook.formats import markdown
from inglenook.formats import plain_text as plain_text_write
from inglenook.formats.html import write as html_write
from inglenook.formats.librechat import write as librechat_write
from inglenook.formats.open_webui import write as open_webui_write
from inglenook.formats.openai_messages import write as openai_messages_write
from inglenook.formats.openrouter import write as openrouter_write
from inglenook.formats.sharegpt import write as sharegpt_write
from inglenook.formats.sillytavern import write as sillytavern_write

Bytes = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Writer:
    """`write` makes one conversation's file; `join`, where there is one, one file of many such texts."""

    label: str
    extension: str
    media_type: str
    write: Callable[[Conversation, Bytes], str]
    join: Callable[[Iterable[str]], Iterator[str]] | None = None


def _of(module) -> Writer:
    join = getattr(module, "join", None)
    return Writer(module.LABEL, module.EXTENSION, module.MEDIA_TYPE, module.write, join)


def _markdown(conversation: Conversation, files: Bytes) -> str:
    return markdown.write(conversation, front_matter=True)


def _markdown_branches(conversation: Conversation, files: Bytes) -> str:
    return markdown.write(conversation, front_matter=True, branches=True)


WRITERS: Final[dict[str, Writer]] = {
    "markdown": Writer("Markdown", "md", "text/markdown", _markdown),
    "markdown-branches": Writer("Markdown with every branch", "md", "text/markdown", _markdown_branches),
    "html": _of(html_write),
    "text": _of(plain_text_write),
    "openrouter": _of(openrouter_write),
    "open-webui": _of(open_webui_write),
    "librechat": _of(librechat_write),
    "sillytavern": _of(sillytavern_write),
    "openai-messages": _of(openai_messages_write),
    "sharegpt": _of(sharegpt_write),
}
