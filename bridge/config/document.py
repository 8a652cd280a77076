"""The YAML file itself: what it says, before anybody asks what it means."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from bridge.errors import ConfigError
from bridge.from_file import placed

MOST = 50_000
"""Keys and list items of a file, each counted wherever an alias repeats it."""

DEEPEST = 60
"""Sections within sections."""


NO_VALUE = "there is no such value; put it into quotes if it is text"
NO_KEY = "a key must be text, and no list or section"


class _Loader(yaml.SafeLoader):
    """YAML as 1.2 has it, where ``NO`` is Norway, and with every key only once."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Make a value; of what looks like one and is none, say where it stands."""
        try:
            return super().construct_object(node, deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            raise _at(node, NO_VALUE) from None

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise _at(key_node, NO_KEY)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise ConfigError(
                    f"line {line}: {key} is there a second time: remove one of the two"
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _at(node: yaml.Node, problem: str) -> yaml.YAMLError:
    return ConstructorError(problem=problem, problem_mark=node.start_mark)


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF")
)


@dataclass(frozen=True)
class Document:
    """What a file says, and on which line each of its keys and list items stands."""

    content: dict[str, Any]
    lines: Mapping[str, int]
    """By the path that problems are told with: ``sites.north.users.till[0]``."""

    def placed(self, problem: str) -> str:
        """Add to a problem the line of what it is about, or of what that belongs to."""
        return placed(problem, self.lines)


def read_document(path: Path) -> Document:
    """Return the file's top level; ``ConfigError`` where it is none."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(f"{path} cannot be read: {why}.") from None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is not None and _is_deep(root):
            raise RecursionError
        content = None if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not valid YAML: {_where(error)}.") from None
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply.") from None
    if content is None:
        raise ConfigError(
            f"{path} is empty: begin with `sitoo-bridge config example`, or, for a CRM "
            "that a file describes, with `sitoo-bridge mapping new NAME --rest`."
        )
    if root is None or not isinstance(content, dict):
        raise ConfigError(
            f"{path} must have keys with values (`key: value`), and no list, text or "
            "number in their place."
        )
    lines = dict(islice(_lines(root, ""), MOST + 1))
    if len(lines) > MOST:
        raise ConfigError(f"{path} is far too long.")
    return Document(content, lines)


def _lines(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    """Yield where each key and each list item begins, under the path it is told by."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = f"{path}.{key.value}" if path else str(key.value)
            yield below, key.start_mark.line + 1
            yield from _lines(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield f"{path}[{place}]", value.start_mark.line + 1
            yield from _lines(value, f"{path}[{place}]")


def _is_deep(root: yaml.Node) -> bool:
    """Whether sections are nested beyond all need, or one is within itself."""
    depths: dict[int, int] = {}
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            return True
        if isinstance(node, yaml.CollectionNode) and depths.get(id(node), 0) < depth:
            depths[id(node)] = depth
            parts = node.value
            if isinstance(node, yaml.MappingNode):
                parts = [part for pair in parts for part in pair]
            waiting += [(part, depth + 1) for part in parts]
    return False


def _where(error: yaml.YAMLError) -> str:
    """Say where it is wrong without quoting the line, which may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)
