"""JSON Schema of a file that a setting names, for editors: made from its declarations.

It says what keys there are, what they are for and of what type they are.  Whether an
expression can be read, or a name is filled, only reading the file says.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

Json = dict[str, Any]

PLAIN: dict[Any, Json] = {
    Any: {},
    str: {"type": "string"},
    int: {"type": "integer", "minimum": 0},
    float: {"type": "number", "minimum": 0},
    bool: {"type": "boolean"},
}


def json_schema(settings: type) -> Json:
    """Return the schema of a file that is read into ``settings``, a dataclass."""
    found: dict[str, Json] = {}
    whole = _schema(settings, found)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **whole} | {
        "definitions": found
    }


def _schema(hint: Any, found: dict[str, Json]) -> Json:
    if hint in PLAIN:
        return PLAIN[hint]
    if isinstance(hint, NewType):
        return _schema(hint.__supertype__, found)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        if hint.__name__ not in found:
            found[hint.__name__] = {}
            found[hint.__name__] = _object(hint, found)
        return {"$ref": f"#/definitions/{hint.__name__}"}
    return _compound(hint, found)


def _compound(hint: Any, found: dict[str, Json]) -> Json:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": [*arguments]}
    if origin in (Union, UnionType):
        kinds = [_schema(one, found) for one in arguments if one is not NoneType]
        null = [{"type": "null"}] if NoneType in arguments else []
        return {"anyOf": kinds + null} if len(kinds + null) > 1 else kinds[0]
    inner = _schema(arguments[-1 if origin in (dict, Mapping) else 0], found)
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": inner}
    # A single value stands for a list of one.
    return {"anyOf": [{"type": "array", "items": inner}, inner]}


def _object(kind: Any, found: dict[str, Json]) -> Json:
    hints, about = get_type_hints(kind), _explained(kind)
    missing = dataclasses.MISSING
    fields = dataclasses.fields(kind)
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            one.name: {
                "description": about.get(one.name, ""),
                "allOf": [_schema(hints[one.name], found)],
            }
            for one in fields
        },
        "required": [
            one.name
            for one in fields
            if one.default is missing and one.default_factory is missing
        ],
    }


def _explained(kind: type) -> dict[str, str]:
    """Return what stands below each key in the declaration."""
    said: dict[str, str] = {}
    for one in reversed(kind.__mro__[:-1]):
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
        assert isinstance(tree, ast.ClassDef)
        for key, below in zip(tree.body, tree.body[1:], strict=False):
            match key, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    said[name] = " ".join(text.split())
    return said
