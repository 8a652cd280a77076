"""What is wrong with a section, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def sentences(messages: Any, path: str) -> Iterator[str]:
    """Turn marshmallow's nested messages into one sentence per key, with its path."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from sentences(inner, _below(path, key))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield f"{path}: {message}" if path else str(message)


def _below(path: str, key: Any) -> str:
    if key == "_schema":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)
