"""Finds what is said in Python source, for Babel: only ``make catalogues`` needs it.

Besides ``_("...")`` that is what an error says, ``Invalid("...")``, its own text, the
first line of its class's docstring, and its ``detail``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import IO, Any

from bridge import errors
from bridge.spi.schemas.labels import LABELS

Message = tuple[int, str, Any, list[str]]

MARKS = {"_", "Situation", "ValidationError", "say"}
"""Functions whose first argument is a sentence."""

PLURALS = {"count"}

PROPERTY = re.compile(rf"^(?:{'|'.join(LABELS)}): ")

KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.BridgeError)
}


def messages(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[Message]:
    """Yield what is said in a file, as Babel wants it."""
    tree = ast.parse(file.read())
    kinds = set(KINDS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            if any(_name(base) in kinds for base in node.bases) or node.name in kinds:
                kinds.add(node.name)
                yield from _own(node)
        elif isinstance(node, ast.Call):
            yield from _called(node, kinds)


def _own(node: ast.ClassDef) -> Iterator[Message]:
    text = (ast.get_docstring(node) or "").partition("\n")[0]
    if text:
        yield node.lineno, "_", text, []
    for part in node.body:
        if isinstance(part, ast.Assign) and _name(part.targets[0]) == "detail":
            yield from _constant(part.value)


def _called(node: ast.Call, kinds: set[str]) -> Iterator[Message]:
    name = _name(node.func)
    if name in PLURALS and len(node.args) > 1:
        one, many = (getattr(arg, "value", None) for arg in node.args[:2])
        if isinstance(one, str) and isinstance(many, str):
            yield node.lineno, "ngettext", (one, many), []
    elif node.args and (name in MARKS or name in kinds):
        yield from _constant(node.args[0])
    for keyword in node.keywords:
        if keyword.arg == "detail" and name in kinds - {"Garbled"}:
            yield from _constant(keyword.value)


def _constant(node: ast.expr) -> Iterator[Message]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        # A mapping's "email: is not known" is said with the property's label.
        yield node.lineno, "_", PROPERTY.sub("", node.value), []


def _name(node: ast.expr) -> str:
    """Return the last name of an expression such as ``errors.Invalid``."""
    return getattr(node, "attr", "") or getattr(node, "id", "")
