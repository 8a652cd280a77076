"""Reads a JSON body strictly: what is not plain JSON text never reaches a schema.

Its texts come in one way of writing.  Knows nothing of what the body means.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from bridge.errors import Garbled
from bridge.spi.identity.letters import all_written, written


def parse(body: bytes) -> Any:
    """Return what the JSON says.  Raise ``Invalid``, without repeating any of it.

    Its texts are composed and without invisible characters (``letters.py``).  Stricter
    than Python: UTF-8 only, nothing that is not finite, no property twice, of which
    others would take the other one, and no text that cannot be stored everywhere (NUL,
    half of a surrogate pair).
    """
    try:
        value = DECODER.decode(body.decode())
    except UnicodeDecodeError:
        raise Garbled(detail="The body is not UTF-8.") from None
    except RecursionError:
        raise Garbled(detail="The body is nested too deeply.") from None
    except Twice:
        raise Garbled(detail="The body has a property twice.") from None
    except ValueError:
        raise Garbled(detail="The body is not JSON.") from None
    # Only an escape sequence can bring these in: raw ones are not JSON, or not UTF-8.
    escaped = b"\\u" in body
    if escaped and not all(map(_storable, _texts(value))):
        raise Garbled(detail="The body has a character that is not text.")
    if body.isascii() and not escaped:
        return value
    try:
        return all_written(value)
    except RecursionError:
        raise Garbled(detail="The body is nested too deeply.") from None


class Twice(ValueError):
    """An object with one name for two things."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    names = found if all(map(str.isascii, found)) else set(map(written, found))
    if len(names) < len(pairs):
        raise Twice
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError
    return number


def _no_number(_: str) -> NoReturn:
    raise ValueError


DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=_finite, parse_constant=_no_number
)


def _storable(text: str) -> bool:
    return not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            left += part
        elif isinstance(part, dict):
            left += part
            left += part.values()
