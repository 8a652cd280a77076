"""JMESPath, compiled once: how a file says what it takes out of an answer.

It always ends, it makes no call and it changes nothing.  Over the specification there
are the four rules of arithmetic, three functions of texts, and numbers that stay exact:
money is never a float.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from json import dumps
from typing import Any, TypeVar

import jmespath
from jmespath import exceptions, functions
from jmespath.visitor import Options, TreeInterpreter

from mappings.rest import syntax
from mappings.rest.syntax import Node

Evaluate = Callable[[Any], Any]

LONGEST = 1000
"""Characters of an expression."""

MOST_NODES = 200

NUMBER = "number string"
"""A number, or text that is written as one: many CRMs send amounts as text."""

ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an expression or a form raises over an answer that is not as it should be."""

F = TypeVar("F", bound=Callable[..., Any])

_functions: Any = functions


def _takes(*arguments: str) -> Callable[[F], F]:
    """Declare what a function takes, as JMESPath's own functions do."""

    def mark(function: F) -> F:
        signature = tuple({"types": types.split()} for types in arguments)
        function.signature = signature  # type: ignore[attr-defined]
        return function

    return mark


class Functions(_functions.Functions):  # type: ignore[misc]
    """JMESPath's own functions, and a few more, over exact numbers."""

    def _type_check_single(self, current: Any, types: Any, function_name: str) -> None:
        if isinstance(current, Decimal) and "number" in types:
            return
        if isinstance(current, list):
            # Its elements only need to be numbers, not Python's own.
            current = [0 if isinstance(one, Decimal) else one for one in current]
        super()._type_check_single(current, types, function_name)

    @_takes(NUMBER, NUMBER)
    def _func_add(self, left: Any, right: Any) -> Decimal:
        return exact(left) + exact(right)

    @_takes(NUMBER, NUMBER)
    def _func_subtract(self, left: Any, right: Any) -> Decimal:
        return exact(left) - exact(right)

    @_takes(NUMBER, NUMBER)
    def _func_multiply(self, left: Any, right: Any) -> Decimal:
        return exact(left) * exact(right)

    @_takes(NUMBER, NUMBER)
    def _func_divide(self, left: Any, right: Any) -> Decimal:
        return exact(left) / exact(right)

    @_takes("string", "string")
    def _func_split(self, separator: str, text: str) -> list[str]:
        return text.split(separator)

    @_takes("string", "string", "string")
    def _func_replace(self, text: str, old: str, new: str) -> str:
        return text.replace(old, new)

    @_takes("string number boolean")
    def _func_json(self, value: Any) -> str:
        return dumps(value, ensure_ascii=False, default=float)

    @_takes("array-number")
    def _func_avg(self, numbers: list[Any]) -> Decimal | None:
        return sum(map(exact, numbers), Decimal()) / len(numbers) if numbers else None

    @_takes("")
    def _func_to_number(self, value: Any) -> int | Decimal | None:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            return None
        try:
            return value if isinstance(value, int) else exact(value)
        except ArithmeticError:
            return None


class _Interpreter(TreeInterpreter):
    """Evaluates what is more than a path; made once, as it keeps nothing."""

    def __init__(self) -> None:
        super().__init__(Options(custom_functions=Functions()))


_interpreter = _Interpreter()


def exact(number: Any) -> Decimal:
    """Return a number as it is written; ``ArithmeticError`` for what is none."""
    found = Decimal(str(number) if isinstance(number, float) else number)
    if not found.is_finite():
        raise ArithmeticError("not a number")
    return found


class Expression:
    """One expression; calling it with a value gives what it finds there, or ``None``.

    ``roots`` are the names it begins with: what it needs to be there.  ``names`` are
    all that it reads, ``words`` the values that stand in it.  ``ValueError`` says why a
    text is none.
    """

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"is longer than {LONGEST} characters")
        try:
            tree: Any = jmespath.compile(text).parsed
        except exceptions.EmptyExpressionError:
            raise ValueError("is empty: it must be an expression") from None
        except (ValueError, LookupError, RecursionError) as error:
            raise ValueError(f"is no expression: {syntax.reason(error)}") from None
        nodes = list(syntax.walk(tree))
        if len(nodes) > MOST_NODES:
            raise ValueError("is too long an expression")
        for node in nodes:
            _check(node)
        self.text = text
        self.roots = frozenset(syntax.roots(tree))
        self.names = syntax.names(nodes)
        self.words = syntax.words(nodes)
        self._evaluate = _compiled(tree)

    def __call__(self, value: Any) -> Any:
        return self._evaluate(value)

    def holds(self, value: Any) -> bool:
        """Say whether what it finds is true, as JMESPath has it."""
        found = self._evaluate(value)
        return found is not None and found is not False and found not in ("", [], {})


def _compiled(tree: Node) -> Evaluate:
    """Return a function of a value: most expressions are paths, and need no visitor."""
    names = syntax.path(tree)
    if names is None:
        visit: Any = _interpreter.visit
        return lambda value: visit(tree, value)
    if not names:
        return lambda value: value
    if len(names) == 1:
        (name,) = names
        return lambda value: value.get(name) if isinstance(value, dict) else None

    def follow(value: Any) -> Any:
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return follow


def _check(node: Node) -> None:
    """Refuse an unknown function and a wrong number of arguments; make floats exact."""
    if node["type"] == "literal" and isinstance(node["value"], float):
        node["value"] = exact(node["value"])
    if node["type"] != "function_expression":
        return
    spec = Functions.FUNCTION_TABLE.get(node["value"])
    if spec is None:
        raise ValueError(f"there is no function {node['value']}()")
    wanted, given = len(spec["signature"]), len(node["children"])
    variadic = bool(wanted and spec["signature"][-1].get("variadic"))
    if given < wanted or (given > wanted and not variadic):
        raise ValueError(f"{node['value']}() takes {wanted} arguments, not {given}")
