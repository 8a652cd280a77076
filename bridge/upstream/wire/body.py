"""From the bytes of an answer to JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from json import JSONDecoder
from typing import Any

from bridge.upstream.answer import Signals


def parsed(body: bytes) -> Any:
    """Return the JSON value of a body, ``None`` for an empty one.

    Raises ``ValueError`` for whatever is not JSON, NaN and bottomless nesting included.
    """
    if not body or body.isspace():
        return None
    try:
        return _decoder.decode(body.decode("utf-8-sig"))
    except (ArithmeticError, RecursionError):
        raise ValueError("a number or a nesting beyond all bounds") from None


def faults(body: Any, signals: Signals) -> list[Any]:
    """Return what in a 2xx body says that it is a failure all the same."""
    if not signals.faults or not isinstance(body, dict):
        return []
    return [body[name] for name in signals.faults if body.get(name)]


def says(value: Any, text: str) -> bool:
    """Whether a text stands anywhere in a value; every value says ""."""
    return not text or text in _texts(value)


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


_decoder = JSONDecoder(parse_float=Decimal, parse_constant=_refuse)
