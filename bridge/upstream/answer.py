"""What a CRM answers, and how it says the same things differently from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as _quote


@dataclass(frozen=True)
class Signals:
    """How a CRM says "too often", where it differs from HTTP 429 with Retry-After."""


@dataclass(frozen=True)
class Answer:
    """One answer; ``body`` is parsed JSON with fractions as ``Decimal``, or ``None``."""

    status: int
    headers: Mapping[str, str]
    body: Any


def quote(value: str) -> str:
    """Make one path segment of any text: "/", "?" and "%" included."""
    return _quote(value, safe="")
