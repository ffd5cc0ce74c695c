"""The templates, compiled when this is imported: the running program has no file system to load them from.

This file knows Jinja. It never learns what a template is about.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from inglenook.core import ledger
from inglenook.ui import chart

SOURCES = {
    file.name: file.read_text("utf-8")
    for file in (files("inglenook.ui") / "templates").iterdir()
    if file.name.endswith(".html")
}


def icon(name: str, css: str = "icon") -> Markup:
    """A drawing by its name, from index.html or drawings.html; beside words, so it says nothing itself."""
    return Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(css, name)


def count(number: int, noun: str) -> str:
    """
    >>> count(1, "message"), count(1204, "message"), count(2, "reply")
    ('1 message', '1,204 messages', '2 replies')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def short(model: str) -> str:
    """A model's id without its maker.

    >>> short("anthropic/claude-sonnet-4.6"), short("llama3:8b")
    ('claude-sonnet-4.6', 'llama3:8b')
    """
    return model.rsplit("/", 1)[-1] or model


def web_address(url: str | None) -> str:
    """The address if a link may lead there, else ""."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url or "" if parts.scheme in ("http", "https") and parts.netloc else ""


def host(url: str) -> str:
    """Where a link leads, in a few words."""
    return urlsplit(url).netloc.rsplit("@", 1)[-1]


def css_string(text: str) -> str:
    """A string of a CSS selector. https://www.w3.org/TR/cssom-1/#serialize-a-string

    >>> print(css_string('a"b'))
    "a\\"b"
    """
    escaped = "".join(
        f"\\{c}" if c in '"\\' else "\ufffd" if c == "\0" else f"\\{ord(c):x} " if c < " " or c == "\x7f" else c
        for c in text
    )
    return f'"{escaped}"'


ENVIRONMENT = Environment(
    loader=DictLoader(SOURCES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    cache_size=-1,
)
ENVIRONMENT.globals.update(icon=icon)
ENVIRONMENT.filters.update(
    count=count,
    count_of=count,
    short=short,
    web_address=web_address,
    host=host,
    css_string=css_string,
    usd=ledger.usd,
    tokens=ledger.tokens,
    duration=ledger.duration,
    size=ledger.size,
    context=ledger.context,
    cut=chart.cut,
)
TEMPLATES = {name: ENVIRONMENT.get_template(name) for name in SOURCES}


def render(template: str, **values: Any) -> str:
    """A template filled in. Raises UndefinedError for a value that it needs and was not given."""
    return TEMPLATES[f"{template}.html"].render(values)
