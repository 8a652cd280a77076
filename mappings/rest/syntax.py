"""The syntax tree of a JMESPath expression: what it names, and what it knows.

Knows the kinds of nodes that the library makes, and evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jmespath import exceptions

Node = dict[str, Any]

ON_THE_SAME = frozenset(
    {
        "and_expression",
        "comparator",
        "function_expression",
        "key_val_pair",
        "multi_select_dict",
        "multi_select_list",
        "not_expression",
        "or_expression",
    }
)
"""Nodes all of whose children look at the value itself."""


def path(tree: Node) -> list[str] | None:
    """Return the names of ``a.b.c``, none for ``@``, ``None`` for anything else."""
    if tree["type"] in ("current", "identity"):
        return []
    if tree["type"] == "field":
        return [tree["value"]]
    if tree["type"] == "subexpression":
        parts = [path(child) for child in tree["children"]]
        if all(part is not None for part in parts):
            return [name for part in parts if part for name in part]
    return None


def walk(tree: Node) -> Iterator[Node]:
    """Yield every node of a tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in node.get("children", ()) if _is_node(child)]


def names(nodes: list[Node]) -> frozenset[str]:
    """Return the members that an expression reads, however deep they are."""
    return frozenset(node["value"] for node in nodes if node["type"] == "field")


def words(nodes: list[Node]) -> frozenset[str]:
    """Return the texts and numbers that stand in an expression."""
    values = [node["value"] for node in nodes if node["type"] == "literal"]
    return frozenset(
        str(one)
        for value in values
        for one in (value if isinstance(value, list) else [value])
        if not isinstance(one, bool | dict | list | None)
    )


def roots(tree: Node) -> Iterator[str]:
    """Yield the names that an expression needs to be there."""
    kind, children = tree["type"], tree.get("children", ())
    if kind == "field":
        yield tree["value"]
    elif kind in ON_THE_SAME:
        for child in children:
            yield from roots(child)
    elif kind not in ("expref", "slice") and children:
        yield from roots(children[0])


def reason(error: Exception) -> str:
    """Say why a text is no expression, without repeating it."""
    if isinstance(error, exceptions.ParseError | exceptions.LexerError):
        position = getattr(
            error, "lex_position", getattr(error, "lexer_position", None)
        )
        return f"it cannot be read from character {(position or 0) + 1} on"
    return "it cannot be read"


def _is_node(child: Any) -> bool:
    return isinstance(child, dict) and "type" in child
