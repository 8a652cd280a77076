"""Reads a JSON body strictly: what is not plain JSON text never reaches a schema.

Knows nothing of what the body means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from bridge.errors import Invalid


def parse(body: bytes) -> Any:
    """Return what the JSON says.  Raise ``Invalid``, without repeating any of it.

    Stricter than Python: UTF-8 only, no NaN or Infinity, and no text that cannot be
    stored everywhere (NUL, half of a surrogate pair).
    """
    try:
        value = json.loads(body.decode(), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Invalid("The body is not UTF-8.") from None
    except RecursionError:
        raise Invalid("The body is nested too deeply.") from None
    except ValueError:
        raise Invalid("The body is not JSON.") from None
    # Only an escape sequence can bring these in: raw ones are not JSON, or not UTF-8.
    if b"\\u" in body and not all(map(_storable, _texts(value))):
        raise Invalid("The body has a character that is not text.")
    return value


def _no_number(_: str) -> NoReturn:
    raise ValueError


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
