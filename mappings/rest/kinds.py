"""The SPI's objects, as a file may fill them: which properties, and what each holds."""

from __future__ import annotations

import dataclasses
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


@dataclasses.dataclass(frozen=True)
class Kind:
    """What a property holds: one of some objects or, without them, a plain value."""

    objects: tuple[type, ...] = ()
    many: bool = False

    def named(self, name: str) -> type | None:
        """Return the object of an SPI type, or the only one."""
        if len(self.objects) == 1:
            return self.objects[0]
        return next((one for one in self.objects if type_of(one) == name), None)


@cache
def properties(kind: type) -> dict[str, Kind]:
    """Return what an object of the SPI has; its ``type`` is not a property."""
    hints = get_type_hints(kind)
    return {
        one.name: _kind(hints[one.name])
        for one in dataclasses.fields(kind)
        if one.name != "type" or type_of(kind) is None
    }


def required(kind: type) -> set[str]:
    """Return the properties without which there is no such object."""
    missing = dataclasses.MISSING
    return {
        one.name
        for one in dataclasses.fields(kind)
        if one.default is missing and one.default_factory is missing
    }


def type_of(kind: type) -> str | None:
    """Return what an object says as its ``type``, where its kind decides that."""
    hint = get_type_hints(kind).get("type")
    words = get_args(hint) if get_origin(hint) is Literal else ()
    return words[0] if len(words) == 1 else None


def _kind(hint: Any) -> Kind:
    if get_origin(hint) is list:
        inner = _kind(get_args(hint)[0])
        return Kind(inner.objects, many=True)
    if get_origin(hint) in (Union, UnionType):
        parts = [_kind(one) for one in get_args(hint) if one is not NoneType]
        objects = tuple(one for part in parts for one in part.objects)
        return Kind(objects, any(part.many for part in parts))
    return Kind((hint,)) if dataclasses.is_dataclass(hint) else Kind()  # type: ignore[arg-type]
