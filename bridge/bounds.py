"""Bounds of the numbers in a section of the configuration, beyond those of their types.

Raises ``ValueError`` with the key that is wrong first, as each section does; the value
may be ``None`` where that has a meaning of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST_THREADS = 1_000
"""More of them only wait for each other, and the places for their connections alone
fill the memory."""


def at_least_one(section: object, keys: Iterable[str]) -> None:
    """Refuse none at all where there have to be some."""
    for key in keys:
        if (value := getattr(section, key)) is not None and value < 1:
            raise ValueError(f"{key}: must be 1 or more")


def above_zero(section: object, keys: Iterable[str]) -> None:
    """Refuse no time at all where something needs some."""
    for key in keys:
        if getattr(section, key) <= 0:
            raise ValueError(f"{key}: must be more than 0")


def few_threads(section: object, keys: Iterable[str]) -> None:
    """Refuse more threads or processes than any machine has a use for."""
    for key in keys:
        if (getattr(section, key) or 0) > MOST_THREADS:
            raise ValueError(f"{key}: must be {MOST_THREADS} or less")
