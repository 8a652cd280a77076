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
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from marshmallow import Schema

from bridge.config.fields import Many, OneOf, Section, Setting, Table, Value
from bridge.config.references import resolve, secret
from bridge.secret import Secret

SchemaOf = Callable[[Any], Schema]


def field_for(hint: Any, schema_of: SchemaOf, **keywords: Any) -> Setting:
    """Return the field for ``hint``; ``TypeError`` for what a setting cannot be."""
    if hint in PLAIN:
        return Value(*PLAIN[hint], **keywords)
    if is_dataclass(hint):
        return Section(schema_of(hint), **keywords)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _choice({member.value: member for member in hint}, **keywords)
    return _compound(hint, schema_of, **keywords)


def _compound(hint: Any, schema_of: SchemaOf, **keywords: Any) -> Setting:
    origin, arguments = get_origin(hint), get_args(hint)
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
    return OneOf({hint.kind: schema_of(hint) for hint in rest}, **keywords)


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
    return number


def _number(value: Any) -> float:
    number = float(_only(int, float)(value))
    if not math.isfinite(number) or number < 0:
        raise ValueError("must not be negative or infinite")
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
