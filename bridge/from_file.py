"""A setting that is too long for the configuration: it has a file of its own.

And what of a CRM's answers such a file names itself, so that it is nobody's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class FromFile(Generic[T]):
    """What a YAML file says, as an instance of the dataclass that declares its keys.

    A mapping's ``Options`` may have one: ``file: FromFile[Description]`` is configured
    with the file's path, and is read and checked with the rest of the configuration.
    """

    path: str
    content: T
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    """On which line each key and each list item stands, by its path: ``a.b[0]``."""

    def placed(self, problem: str) -> str:
        """Add to a problem, ``a.b[0]: ...``, the file and the line it is about."""
        return f"{self.path}: {placed(problem, self.lines)}"


@dataclass(frozen=True)
class Vocabulary:
    """What a mapping that is a file says of answers: the file's own, nobody's data."""

    names: frozenset[str] = frozenset()
    """Members of an answer's objects that it reads."""

    words: frozenset[tuple[str, str]] = frozenset()
    """Values that it knows, each with the name of the member in which it may be."""

    codes: frozenset[str] = frozenset()
    """Members that hold a country, a currency or a word of the SPI's own."""


def placed(problem: str, lines: Mapping[str, int]) -> str:
    """Add to a problem the line of what it is about, or of what that belongs to."""
    path = problem.partition(": ")[0]
    while path and path not in lines:
        path = path.rstrip("]0123456789")
        path = path[:-1] if path.endswith("[") else path.rpartition(".")[0]
    return f"{problem} (line {lines[path]})" if path else problem
