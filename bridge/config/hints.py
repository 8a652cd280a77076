"""From a dataclass's type hint to the field that reads it.

Nothing is converted silently: a number is not text and text is not a number, because
a password such as ``0123`` would otherwise become another one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin

from marshmallow import Schema

from bridge.config.fields import (
    Either,
    File,
    Many,
    OneOf,
    Section,
    Setting,
    ShortOr,
    Table,
    Value,
)
from bridge.config.file import read_file
from bridge.config.references import resolve, secret
from bridge.from_file import FromFile
from bridge.secret import Secret

LARGEST = 1_000_000_000
"""More than any duration, size or count here can be, and no clock overflows yet."""

N = TypeVar("N", int, float)

SchemaOf = Callable[[Any], Schema]


def field_for(hint: Any, schema_of: SchemaOf, **keywords: Any) -> Setting:
    """Return the field for ``hint``; ``TypeError`` for what a setting cannot be."""
    if hint in PLAIN:
        return Value(*PLAIN[hint], **keywords)
    if is_dataclass(hint):
        schema = schema_of(hint)
        return Section(lambda: schema, **keywords)
    if isinstance(hint, NewType):
        # A text of a kind of its own, which says nothing of where it stands.
        return Value("text", _only(str), **keywords)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _choice({member.value: member for member in hint}, **keywords)
    return _compound(hint, schema_of, **keywords)


def _compound(hint: Any, schema_of: SchemaOf, **keywords: Any) -> Setting:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is FromFile:
        return File(partial(read_file, arguments[0], schema_of), **keywords)
    if origin is Literal:
        return _choice({word: word for word in arguments}, **keywords)
    if origin in (Union, UnionType):
        return _union(arguments, schema_of, **keywords)
    if origin in CONTAINERS:
        inner = field_for(arguments[0], schema_of)
        return Many(inner, CONTAINERS[origin], **keywords)
    if origin in (dict, Mapping):
        return Table(field_for(arguments[1], schema_of), **keywords)
    raise TypeError(f"a setting cannot be {hint!r}")


def _union(hints: Sequence[Any], schema_of: SchemaOf, **keywords: Any) -> Setting:
    if NoneType in hints:
        keywords["allow_none"] = True
    rest = [hint for hint in hints if hint is not NoneType]
    if len(rest) == 1:
        return field_for(rest[0], schema_of, **keywords)
    structured = [hint for hint in rest if _is_structured(hint)]
    if not structured:
        return Either([field_for(hint, schema_of) for hint in rest], **keywords)
    if len(structured) < len(rest):
        (whole,), (short,) = structured, [one for one in rest if one not in structured]
        # Asked for when there is one: a section may be within one of its own kind.
        section = (
            Section(lambda: schema_of(whole))
            if is_dataclass(whole)
            else field_for(whole, schema_of)
        )
        return ShortOr(field_for(short, schema_of), section, **keywords)
    return OneOf({hint.kind: schema_of(hint) for hint in rest}, **keywords)


def _is_structured(hint: Any) -> bool:
    return is_dataclass(hint) or get_origin(hint) in (dict, Mapping)


def _choice(choices: Mapping[Any, Any], **keywords: Any) -> Setting:
    def read(value: Any) -> Any:
        if not isinstance(value, str | int) or value not in choices:
            raise TypeError
        return choices[value]

    return Value("one of " + ", ".join(map(str, choices)), read, **keywords)


def _only(*types: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        # To Python, YAML's true is an int too; nobody means it as one.
        if type(value) not in types:
            raise TypeError
        return value

    return read


def _count(value: Any) -> int:
    number: int = _only(int)(value)
    if number < 0:
        raise ValueError("must not be negative")
    return _bounded(number)


def _number(value: Any) -> float:
    number = float(_only(int, float)(value))
    if not math.isfinite(number) or number < 0:
        raise ValueError("must not be negative or infinite")
    return _bounded(number)


def _bounded(number: N) -> N:
    if number > LARGEST:
        raise ValueError(f"must not be more than {LARGEST:,}")
    return number


PLAIN: dict[Any, tuple[str, Callable[[Any], Any]]] = {
    Any: ("a value", lambda value: value),
    str: ("text", resolve),
    Secret: ("a secret such as env:NAME or file:PATH", secret),
    int: ("a whole number", _count),
    float: ("a number", _number),
    Decimal: ("a number", lambda value: Decimal(str(_only(int, float)(value)))),
    bool: ("true or false", _only(bool)),
    Path: ("a path", lambda value: Path(resolve(value))),
}

CONTAINERS: dict[Any, Callable[[list[Any]], Any]] = {
    list: list,
    tuple: tuple,
    frozenset: frozenset,
    Sequence: tuple,
}
