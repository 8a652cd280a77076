"""Values that stand elsewhere: ``env:NAME`` and ``file:PATH``.

Secrets belong there, so that the configuration can be shown to anybody.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bridge.secret import Secret

LARGEST = 64 * 1024
"""Bytes of a file with a setting: a device that never ends is none."""


class PlainSecret(Secret):
    """A secret that was written into the configuration itself."""

    __slots__ = ()


def resolve(value: Any) -> str:
    """Return the text, from where it stands.

    Raises ``TypeError`` for what cannot be text and ``ValueError`` for what is not
    there, or is not text because its quotes are missing.
    """
    if isinstance(value, bool | int | float):
        raise ValueError("must be text: put it in quotes")
    if not isinstance(value, str):
        raise TypeError
    kind, separator, place = value.partition(":")
    if separator and kind == "env":
        return _from_environment(place.strip())
    if separator and kind == "file":
        return _from_file(Path(place.strip()))
    return value


def secret(value: Any) -> Secret:
    """Return the secret, from where it stands; an empty one is a ``ValueError``."""
    text = resolve(value)
    if not text:
        raise ValueError("is empty: a secret cannot be")
    return PlainSecret(text) if text == value else Secret(text)


def _from_environment(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise ValueError(
            f"the environment variable {name} is not set: set it, "
            "or write the name of one that is"
        ) from None


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError("it is far too large for a setting")
        # Editors and `echo` end a file with a line break that is no part of it.
        return content.decode("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or _reason(error)
        raise ValueError(f"the file {path} cannot be read: {why}") from None


def _reason(error: Exception) -> str:
    return "it is not text" if isinstance(error, UnicodeError) else str(error)
