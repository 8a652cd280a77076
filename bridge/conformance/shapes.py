"""Kinds of JSON, and whether a value is one.

Says what is wrong by the path to it, and never repeats a value: what an SPI answers is
about people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Shape(Protocol):
    """A kind of JSON."""

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value, each with the path to it."""


@dataclass(frozen=True)
class Text:
    """A text; ``words`` say what it is, where it is not any text."""

    pattern: str = ""
    words: str = "a text"
    least: int = 0
    most: int | None = None

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        if not isinstance(value, str) or not re.fullmatch(
            self.pattern or ".*", value, re.S
        ):
            yield f"{path} is not {self.words}"
        elif len(value) < self.least or (self.most and len(value) > self.most):
            yield f"{path} is not {self.least} to {self.most} characters long"


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        if value not in self.words:
            yield f"{path} is not one of {', '.join(self.words)}"


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int | None = None
    most: int | None = None

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        if type(value) is not int:
            yield f"{path} is not a whole number"
        elif self.least is not None and value < self.least:
            yield f"{path} is less than {self.least}"
        elif self.most is not None and value > self.most:
            yield f"{path} is more than {self.most}"


@dataclass(frozen=True)
class Number:
    """Any number."""

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        if type(value) not in (int, float):
            yield f"{path} is not a number"


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        if not isinstance(value, bool):
            yield f"{path} is not true or false"


@dataclass(frozen=True)
class Many:
    """A list."""

    of: Shape

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        if not isinstance(value, list):
            yield f"{path or 'the answer'} is not a list"
            return
        for place, one in enumerate(value):
            yield from self.of.problems(one, f"{path}[{place}]")


@dataclass(frozen=True)
class Record:
    """An object; what it has besides is nobody's business."""

    required: Mapping[str, Shape]
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        if not isinstance(value, dict):
            yield f"{path or 'the answer'} is not an object"
            return
        prefix = f"{path}." if path else ""
        for name, shape in {**self.required, **self.optional}.items():
            if name in value:
                yield from shape.problems(value[name], prefix + name)
            elif name in self.required:
                yield f"{prefix}{name} is missing"


@dataclass(frozen=True)
class Variant:
    """An object whose ``type`` says which one it is."""

    types: Mapping[str, Mapping[str, Shape]]

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value."""
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in self.types:
            yield f"{path}.type is not one of {', '.join(self.types)}"
        else:
            yield from Record(self.types[kind]).problems(value, path)
