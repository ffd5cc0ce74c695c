"""What a request took, as an entry of the list of requests: numbers, names and ids, never a word of what was said.

Rule 1: nothing that a person or a model wrote gets from an answer into an
entry. A failure gives its code and no text.
Rule 2: a server may put anything where a name or an id belongs, the prompt
too; what does not look like one is left out.
Rule 3: a stored entry is rebuilt, never believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

from inglenook.core import wire
from inglenook.core.catalogue import Model
from inglenook.core.ledger import cost_of
from inglenook.core.model import Failure, Message, Status

Source = Literal["charged", "list price", ""]

STATUSES: Final = frozenset(get_args(Status))
SOURCES: Final = frozenset(get_args(Source))
# An account that lets its prompts be logged pays this share of a price.
LOGGED_SHARE: Final = 0.99
LARGEST_USD: Final = 1e9
# The day before the calendar of Python ends, so that no time zone leads beyond it.
LAST_MS: Final = 253_402_214_400_000

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_MODEL = re.compile(r"[A-Za-z0-9@~][A-Za-z0-9@~._:/+-]{0,119}")
# "Google AI Studio", "io.net", "Weights & Biases": the words of a name begin with capitals, unless it is one word.
_PROVIDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,39}(?: [A-Z0-9(&][A-Za-z0-9._/+()-]{0,19}){0,3}")
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. Counts and money are None where nobody said; `code` is the HTTP status of a failure.

    `cost_usd` is what was charged or what the list price makes, as `cost_source`
    says, and less by `discount_usd` already. `practice` money is pretend money.
    """

    id: str
    at_ms: int
    connection: str = ""
    practice: bool = False
    model: str = ""
    served_model: str = ""
    provider: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None
    cost_source: Source = ""
    discount_usd: float | None = None
    first_token_ms: int | None = None
    duration_ms: int | None = None
    status: Status = "done"
    code: int | None = None
    generation_id: str = ""
    logged: bool = False

    @property
    def tokens_per_second(self) -> float | None:
        """Tokens written in each second of the whole request."""
        if self.completion_tokens is None or not self.duration_ms:
            return None
        return self.completion_tokens / self.duration_ms * 1000


def entry_of(answer: Message, *, connection: str, practice: bool, model: Model | None, logged: bool) -> Entry:
    """
    The entry of an answer that has ended.

    `connection` is its label, `model` the row of the price list (None: there is
    none), `logged` whether the account lets its prompts be logged.
    """
    usage, author = answer.usage, answer.author
    cost, source, discount = price(answer, model, logged)
    code = next((part.code for part in answer.parts if isinstance(part, Failure)), None)
    return Entry(
        id=answer.id,
        at_ms=answer.created_ms,
        connection=label(connection),
        practice=practice,
        model=label(author.model),
        served_model=model_id(author.served_model),
        provider=provider(author.provider),
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        cached_tokens=usage.cached_tokens,
        cost_usd=cost,
        cost_source=source,
        discount_usd=discount,
        first_token_ms=usage.first_token_ms,
        duration_ms=usage.duration_ms,
        status=answer.status,
        code=http_status(code),
        generation_id=generation_id(answer.generation_id),
        logged=logged,
    )


def price(answer: Message, model: Model | None, logged: bool) -> tuple[float | None, Source, float | None]:
    """What an answer cost in US dollars, who says so, and how much less that is for an account that is logged."""
    cost = cost_of(answer.usage, model)
    if cost is None or money(cost.usd) is None:
        return None, "", None
    # What the API says was charged is reduced already.
    paid = cost.usd * LOGGED_SHARE if cost.estimated and logged else cost.usd
    discount = paid / LOGGED_SHARE * (1 - LOGGED_SHARE) if logged else 0.0
    return round(paid, 12), "list price" if cost.estimated else "charged", round(discount, 12)


def money(value: Any) -> float | None:
    """An amount that somebody could have been charged, else None."""
    amount = None if isinstance(value, str) else wire.number(value)
    return amount if amount is not None and 0 <= amount <= LARGEST_USD else None


def http_status(value: Any) -> int | None:
    code = wire.count(value)
    return code if code is not None and 100 <= code <= 599 else None


def generation_id(text: str) -> str:
    """The id if it looks like one: no blanks, and a digit somewhere, as every id has.

    >>> generation_id("gen-1759-aB3"), generation_id("tell me a secret"), generation_id("secret")
    ('gen-1759-aB3', '', '')
    """
    return text if _ID.fullmatch(text) and any(letter.isdigit() for letter in text) else ""


def model_id(text: str) -> str:
    """
    >>> model_id("acme/bolt-2:free"), model_id("what is a bolt")
    ('acme/bolt-2:free', '')
    """
    return text if _MODEL.fullmatch(text) else ""


def provider(text: str) -> str:
    """
    >>> provider("Google AI Studio"), provider("io.net"), provider("please say hello")
    ('Google AI Studio', 'io.net', '')
    """
    return text if _PROVIDER.fullmatch(text) else ""


def label(text: str) -> str:
    """A name that the user or the price list gave, in one line."""
    return _BLANK.sub(" ", text[:400]).strip()[:120].rstrip()


def dump(entry: Entry) -> dict[str, Any]:
    """The entry as it is stored."""
    return {spec.name: getattr(entry, spec.name) for spec in fields(Entry)}


def load(record: Any) -> Entry | None:
    """A stored entry, or None if it is damaged: without an id, a time or a status."""
    row = wire.record(record)
    id, at_ms, status = wire.text(row.get("id"), 200), wire.count(row.get("at_ms")), row.get("status")
    if not id or at_ms is None or at_ms >= LAST_MS or not isinstance(status, str) or status not in STATUSES:
        return None
    cost, source = money(row.get("cost_usd")), row.get("cost_source")
    if cost is None or not isinstance(source, str) or not source or source not in SOURCES:
        cost, source = None, ""
    return Entry(
        id=id,
        at_ms=at_ms,
        connection=label(wire.text(row.get("connection"))),
        practice=row.get("practice") is True,
        model=label(wire.text(row.get("model"))),
        served_model=model_id(wire.text(row.get("served_model"))),
        provider=provider(wire.text(row.get("provider"))),
        prompt_tokens=wire.count(row.get("prompt_tokens")),
        completion_tokens=wire.count(row.get("completion_tokens")),
        reasoning_tokens=wire.count(row.get("reasoning_tokens")),
        cached_tokens=wire.count(row.get("cached_tokens")),
        cost_usd=cost,
        cost_source=source,
        discount_usd=None if cost is None else money(row.get("discount_usd")),
        first_token_ms=wire.count(row.get("first_token_ms")),
        duration_ms=wire.count(row.get("duration_ms")),
        status=status,
        code=http_status(row.get("code")),
        generation_id=generation_id(wire.text(row.get("generation_id"))),
        logged=row.get("logged") is True,
    )


def newest_first(entries: Any) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.at_ms, entry.id), reverse=True))


def load_all(records: list[Any]) -> tuple[tuple[Entry, ...], int]:
    """The entries of stored records, newest first, and how many of the records are damaged."""
    found = [load(record) for record in records]
    return newest_first(entry for entry in found if entry is not None), found.count(None)
