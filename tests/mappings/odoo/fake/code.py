"""Runs the code of a server action: it is Python, over records and with few names."""

from __future__ import annotations

import ast
import builtins
import datetime
import importlib
from collections.abc import Callable, Iterator
from typing import Any

from tests.mappings.odoo.fake import methods
from tests.mappings.odoo.fake.errors import FieldError, UserError
from tests.mappings.odoo.fake.rights import WRITE, Env
from tests.mappings.odoo.fake.schema import empty

ALLOWED = {
    **dict.fromkeys(("str", "bool", "int", "float", "dict", "list", "tuple")),
    **dict.fromkeys(("abs", "min", "max", "sum", "sorted", "round", "len", "repr")),
    **dict.fromkeys(("set", "all", "any", "map", "filter", "zip", "range")),
}
"""Of Python's own functions, what ``safe_eval`` leaves (odoo/tools/safe_eval.py)."""

FORBIDDEN = (
    *(ast.Import, ast.ImportFrom, ast.With, ast.Global, ast.ClassDef, ast.Delete),
    *(ast.AsyncFunctionDef, ast.Await, ast.Yield, ast.YieldFrom),
)


class Records:
    """Records of one model, as code sees them."""

    def __init__(self, env: Env, model: str, ids: list[int]) -> None:
        self._env = env
        self._model = model
        self._ids = ids

    @property
    def ids(self) -> list[int]:
        return self._ids

    def search(self, domain: list[Any]) -> Records:
        found = methods.search(self._env, self._model, domain)
        return Records(self._env, self._model, found)

    def browse(self, record: int) -> Records:
        return Records(self._env, self._model, [record])

    def sudo(self) -> Records:
        return Records(self._env.sudo(), self._model, self._ids)

    def create(self, values: dict[str, Any]) -> Records:
        made = methods.create(self._env, self._model, values)
        return Records(self._env, self._model, [made])

    def write(self, values: dict[str, Any]) -> bool:
        self._env.check(self._model, WRITE)
        return methods.write(self._env, self._model, self._ids, values)

    def filtered(self, test: Callable[[Records], Any]) -> Records:
        kept = [one._ids[0] for one in self if test(one)]
        return Records(self._env, self._model, kept)

    def __iter__(self) -> Iterator[Records]:
        return (Records(self._env, self._model, [one]) for one in self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, place: int) -> Records:
        return Records(self._env, self._model, [self._ids[place]])

    def __getattr__(self, name: str) -> Any:
        if name == "id" and not self._ids:
            return False
        tables = self._env.tables
        tables.checked(self._model, [name])
        self._env.check(self._model, methods.READ)
        self._env.check_fields(self._model, [name])
        spec, target = tables.schema[self._model].get(name, "int"), ""
        if len(self._ids) > 1:
            raise FieldError(f"Expected singleton: {self._model}{tuple(self._ids)}")
        row = tables.record(self._model, self._ids[0]) if self._ids else None
        value = tables.value(self._model, row, name) if row else empty(spec)
        if target := tables.target(self._model, name):
            several = value if isinstance(value, list) else [value] if value else []
            return Records(self._env, target, several)
        if spec == "date" and value:
            return datetime.date.fromisoformat(value)
        return value


class CodeEnv:
    """What code knows as ``env``."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self.context = env.context

    def __getitem__(self, model: str) -> Records:
        return Records(self._env, model, [])


def run_code(env: Env, text: str) -> Any:
    """Return what the code leaves in ``action``."""
    for node in ast.walk(ast.parse(text)):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if isinstance(node, FORBIDDEN) or (isinstance(name, str) and "__" in name):
            raise FieldError(f"forbidden opcode(s) in {type(node).__name__}")
    known = {one: getattr(builtins, one) for one in ALLOWED}
    names = {
        "__builtins__": known | {"__import__": _import},
        "env": CodeEnv(env),
        "UserError": UserError,
        "datetime": datetime,
        "float_compare": float_compare,
    }
    try:
        exec(compile(text.strip(), "ir.actions.server", "exec"), names)
    except (NameError, TypeError, KeyError, AttributeError) as error:
        raise FieldError(f"{error!r} while evaluating") from error
    return names.get("action", False)


def _import(name: str, *_: Any) -> Any:
    """Let in what Python's own dates ask for, as ``safe_eval`` does."""
    if name not in ("_strptime", "math", "time"):
        raise ImportError(name)
    return importlib.import_module(name)


def float_compare(one: float, other: float, precision_digits: int) -> int:
    difference = round(one - other, precision_digits)
    return (difference > 0) - (difference < 0)
