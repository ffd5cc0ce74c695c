"""Values of the model <-> plain JSON values, by one table of types.

This file knows which rule rebuilds which annotation of `core/model.py`; a new
member there needs no line here, a new type needs one row in RULES. It never
learns of versions, of JSON text or of where records are kept. Longer than
most files because the rules call each other: a message holds parts, a rule.

Written by hand and not with cattrs, which was measured first. On 60 MB (1,600
conversations of 20 messages) its JSON converter takes 0.12 s one way and 0.4 s
back, these tables 0.15 s and 0.5 s, JSON itself 0.4 s and 0.25 s. But cattrs
makes text of whatever stands where text should be ("None"), and refuses the
whole conversation at the first member of a wrong shape. Here every member has
its repair, and what has no place is kept in `extra`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, replace
from itertools import count
from operator import attrgetter
from typing import Any, Final, get_args

from inglenook.core import model, repair
from inglenook.core.errors import BadFile
from inglenook.core.repair import WRONG

PARTS: Final[dict[str, type]] = {
    "text": model.Text,
    "reasoning": model.Reasoning,
    "image": model.Image,
    "file": model.File,
    "audio": model.Audio,
    "video": model.Video,
    "tool_call": model.ToolCall,
    "tool_result": model.ToolResult,
    "citation": model.Citation,
    "code": model.Code,
    "failure": model.Failure,
}
_PLACE: Final = attrgetter("created_ms", "id")
_KINDS: Final = {kind_type: kind for kind, kind_type in PARTS.items()}


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, str) and value in choices else WRONG


@dataclass(frozen=True, slots=True)
class _Rule:
    load: Callable[[Any], Any]
    dump: Callable[[Any], Any] | None = None
    absent: Any = WRONG  # stands in for a member that has no default and is missing or wrong


@dataclass(frozen=True, slots=True)
class _Table:
    load: dict[str, Callable[[Any], Any]]
    dump: tuple[tuple[str, Any, Callable[[Any], Any] | None], ...]
    required: dict[str, Any]
    keeps: bool
    members: Callable[[Any], tuple[Any, ...]]


def dump_value(value: Any) -> dict[str, Any]:
    """A dataclass of the model as an object; members that hold their default are left out."""
    table = _table(type(value))
    record = {}
    for inner, (name, default, dump) in zip(table.members(value), table.dump, strict=True):
        if inner is default:
            continue
        if dump is dump_value and default is not None:
            # A value without anything but defaults is its default; to compare them takes longer.
            if dumped := dump_value(inner):
                record[name] = dumped
        elif inner != default:
            record[name] = inner if dump is None else dump(inner)
    return record


def load_value(made: type, record: Any) -> Any:
    """
    The dataclass rebuilt from an object, or WRONG if it is none.

    Wrong members become their defaults. If the type has `extra`, they and the unknown ones are kept there.
    """
    if not isinstance(record, dict):
        return WRONG
    table = _table(made)
    values, left = dict(table.required), {}
    for name, raw in record.items():
        load = table.load.get(name)
        value = WRONG if load is None or raw is None else load(raw)
        if value is not WRONG:
            values[name] = value
        elif raw is not None or load is None:
            left[name] = raw
    if left and table.keeps:
        values["extra"] = {name: repair.kept(raw) for name, raw in left.items()} | values.get("extra", {})
    return made(**values)


def dump_part(part: model.Part) -> dict[str, Any]:
    """A part as an object with its `kind`; one that no reader understood goes out as it came in."""
    if type(part) is model.Text:  # most are
        return {"kind": "text", "text": part.text}
    kind = _KINDS.get(type(part))
    if kind is not None:
        return {"kind": kind, **dump_value(part)}
    if isinstance(part.data, dict) and part.data.get("kind") == part.kind and _foreign(part.kind):
        return part.data
    return {"kind": "unknown", "of": part.kind, "data": part.data}


def load_part(record: Any) -> model.Part:
    """The part rebuilt by its `kind`; whatever cannot be is an Unknown that holds it all."""
    if not isinstance(record, dict):
        return model.Unknown("", repair.kept(record))
    kind = record.get("kind")
    if not isinstance(kind, str):
        return model.Unknown("", repair.kept(record))
    if kind == "unknown" and isinstance(record.get("of"), str):
        return model.Unknown(record["of"], repair.kept(record.get("data")))
    made = PARTS.get(kind)
    if made is None:
        return model.Unknown(kind, repair.kept(record))
    table = _table(made)
    for name in table.required:
        if record.get(name) is not None and table.load[name](record[name]) is WRONG:
            return model.Unknown(kind, repair.kept(record))
    return load_value(made, record)


def _foreign(kind: str) -> bool:
    return kind not in PARTS and kind != "unknown"


def _load_parts(record: Any) -> Any:
    return tuple([load_part(inner) for inner in record]) if isinstance(record, list | tuple) else WRONG


def _dump_parts(parts: tuple[model.Part, ...]) -> list[dict[str, Any]]:
    return [dump_part(part) for part in parts]


def _load_messages(record: Any) -> dict[str, model.Message]:
    if not isinstance(record, list | tuple):
        raise BadFile("The messages of this conversation are damaged.")
    messages: dict[str, model.Message] = {}
    nameless = []
    for raw in record:
        message = load_value(model.Message, raw)
        if message is WRONG:
            raise BadFile("A message of this conversation is damaged.")
        if not message.id:
            nameless.append(message)
        elif message.id not in messages or _rank(messages[message.id]) <= _rank(message):
            messages[message.id] = message
    places = (place for n in count(1) if (place := f"unnamed-{n}") not in messages)
    for message in nameless:
        place = next(places)
        messages[place] = replace(message, id=place)
    return messages


def _rank(message: model.Message) -> tuple[bool, int]:
    return message.deleted_ms is not None, message.revised_ms


def _dump_messages(messages: dict[str, model.Message]) -> list[dict[str, Any]]:
    return [dump_value(message) for message in in_order(messages)]


def in_order(messages: dict[str, model.Message]) -> list[model.Message]:
    """Messages as they are written: by time and id."""
    return sorted(messages.values(), key=_PLACE)


def _stamped(rule: _Rule) -> _Rule:
    def load(record: Any) -> Any:
        bare = not isinstance(record, dict)
        value = record if bare else record.get("value")
        at_ms = WRONG if bare else repair.integer(record.get("at_ms"))
        value = rule.absent if value is None else rule.load(value)
        return value if value is WRONG else model.Stamped(value, 0 if at_ms is WRONG else at_ms)

    def dump(stamped: model.Stamped) -> dict[str, Any]:
        return {"value": rule.dump(stamped.value) if rule.dump else stamped.value, "at_ms": stamped.at_ms}

    return _Rule(load, dump)


def _value(made: type) -> _Rule:
    return _Rule(lambda record: load_value(made, record), dump_value)


def _finite(value: float | None) -> float | None:
    rebuilt = repair.number(value)
    return None if rebuilt is WRONG else rebuilt


def _load_limits(record: Any) -> Any:
    """What a conversation forbids; a member that is damaged forbids as much as it could have meant."""
    if not isinstance(record, dict):
        return WRONG
    strictest: dict[str, Any] = {"bool": True, "int | None": 0, "tuple[str, ...] | None": ()}
    whole = dict(record)
    for member in fields(model.Limits):
        rule = str(member.type)
        raw = whole.get(member.name)
        if raw is not None and rule in strictest and RULES[rule].load(raw) is WRONG:
            whole[member.name] = strictest[rule]
    return load_value(model.Limits, whole)


_text = _Rule(repair.string, absent="")

RULES: Final[dict[str, _Rule]] = {
    "str": _text,
    "str | None": _Rule(repair.string, absent=None),
    "int": _Rule(repair.integer, absent=0),
    "int | None": _Rule(repair.integer),
    "float | None": _Rule(repair.number, _finite),
    "bool": _Rule(repair.flag),
    "bool | None": _Rule(repair.flag),
    "Json": _Rule(repair.json_object),
    "tuple[Json, ...]": _Rule(repair.json_objects, list),
    "tuple[str, ...]": _Rule(repair.strings, list),
    "tuple[str, ...] | None": _Rule(repair.strings, lambda names: None if names is None else list(names)),
    "Role": _Rule(_one_of(get_args(model.Role)), absent="assistant"),
    "Status": _Rule(_one_of(get_args(model.Status))),
    "tuple[Part, ...]": _Rule(_load_parts, _dump_parts),
    "Author": _value(model.Author),
    "Usage": _value(model.Usage),
    "Policy | None": _value(model.Policy),
    "Disclosure | None": _value(model.Disclosure),
    "Message": _Rule(lambda record: load_value(model.Message, record), dump_value, absent=None),
    "dict[str, Message]": _Rule(_load_messages, _dump_messages),
    "Stamped[str]": _stamped(_text),
    "Stamped[bool]": _stamped(_Rule(repair.flag, absent=False)),
    "Stamped[str | None]": _stamped(_Rule(repair.string, absent=None)),
    "Stamped[Limits]": _stamped(_Rule(_load_limits, dump_value, model.Limits())),
}

_tables: dict[type, _Table] = {}


def _table(made: type) -> _Table:
    table = _tables.get(made)
    if table is None:
        load, dump, required = {}, [], {}
        for member in fields(made):
            rule = RULES[str(member.type)]
            default = member.default if member.default_factory is MISSING else member.default_factory()
            load[member.name] = rule.load
            dump.append((member.name, default, rule.dump))
            if default is MISSING:
                required[member.name] = rule.absent
        table = _tables[made] = _Table(load, tuple(dump), required, "extra" in load, _getter(list(load)))
    return table


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    get = attrgetter(*names)
    # Of a single name it gives the value itself.
    return get if len(names) > 1 else lambda value: (get(value),)
