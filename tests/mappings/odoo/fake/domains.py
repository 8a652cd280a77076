"""Odoo's domains: conditions in Polish notation, over paths of fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.mappings.odoo.fake.errors import FieldError, UserError
from tests.mappings.odoo.fake.tables import Row, Tables

Test = Callable[[Row], bool]

NOT_IN_NUMBERS = re.compile(r"[\s\\./()\-]")


def compiled(tables: Tables, model: str, domain: list[Any]) -> Test:
    """Return what says of a record whether it matches."""
    terms = [one if isinstance(one, str) else tuple(one) for one in domain]
    tests: list[Test] = []
    while terms:
        tests.append(_term(tables, model, terms))
    return lambda row: all(test(row) for test in tests)


def _term(tables: Tables, model: str, terms: list[Any]) -> Test:
    first = terms.pop(0)
    if first == "!":
        one = _term(tables, model, terms)
        return lambda row: not one(row)
    if first in ("|", "&"):
        one, other = _term(tables, model, terms), _term(tables, model, terms)
        if first == "|":
            return lambda row: one(row) or other(row)
        return lambda row: one(row) and other(row)
    path, operator, value = first
    _check_path(tables, model, path, first)
    if path == "phone_mobile_search":
        return _by_phone(value)
    return lambda row: _holds(_values(tables, model, row, path), operator, value)


def _check_path(tables: Tables, model: str, path: str, term: Any) -> None:
    for name in path.split("."):
        if name != "id" and name not in tables.schema.get(model, {}):
            raise FieldError(f"Invalid field {model}.{name} in leaf {term!r}")
        model = tables.target(model, name)


def _values(tables: Tables, model: str, row: Row, path: str) -> list[Any]:
    """Return all that a path leads to; nothing is ``False``."""
    name, _, rest = path.partition(".")
    found = tables.value(model, row, name)
    several = found if isinstance(found, list) else [found]
    if not rest:
        return several or [False]
    target = tables.target(model, name)
    rows = [tables.record(target, one) for one in several if one]
    return [
        value for one in rows if one for value in _values(tables, target, one, rest)
    ] or [False]


def _holds(values: list[Any], operator: str, wanted: Any) -> bool:
    match operator:
        case "=":
            return any(_same(value, wanted) for value in values)
        case "!=":
            return not any(_same(value, wanted) for value in values)
        case "in":
            return any(_same(value, one) for value in values for one in wanted)
        case "=like" | "=ilike":
            how = re.IGNORECASE if operator == "=ilike" else 0
            pattern = re.compile(_pattern(wanted), how | re.DOTALL)
            return any(pattern.fullmatch(value or "") for value in values)
        case ">" | ">=" | "<" | "<=":
            known = [value for value in values if value is not False]
            return any(_compared(value, operator, wanted) for value in known)
    raise FieldError(f"Invalid operator {operator!r}")


def _same(value: Any, wanted: Any) -> bool:
    if wanted is False or wanted is None:
        return value is False or value == ""
    return value is not False and bool(value == wanted)


def _compared(value: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case ">":
            return bool(value > wanted)
        case ">=":
            return bool(value >= wanted)
        case "<":
            return bool(value < wanted)
    return bool(value <= wanted)


def _pattern(text: str) -> str:
    """Return a regular expression for a pattern of SQL's LIKE."""
    parts = re.findall(r"\\(.)|([%_])|(.)", text, re.DOTALL)
    return "".join(
        {"%": ".*", "_": "."}.get(wild) or re.escape(quoted or plain)
        for quoted, wild, plain in parts
    )


def _by_phone(typed: str) -> Test:
    """As ``_search_phone_mobile_search`` has it (phone_validation, 18.0)."""
    typed = typed.strip()
    if len(typed) < 3:
        raise UserError(
            "Please enter at least 3 characters when searching a Phone/Mobile number."
        )
    abroad = typed.startswith(("+", "00"))
    digits = NOT_IN_NUMBERS.sub("", typed.removeprefix("+").removeprefix("00"))
    wanted = {f"+{digits}", f"00{digits}"} if abroad else {digits}

    def test(row: Row) -> bool:
        kept = (row[name] for name in ("mobile", "phone") if row[name])
        return any(NOT_IN_NUMBERS.sub("", number) in wanted for number in kept)

    return test
