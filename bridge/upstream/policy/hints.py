"""How long a CRM asks to be left alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from bridge.upstream.answer import Signals

LONGEST = 3600.0
"""Seconds; a hint beyond an hour is taken for a mistake in its unit or clock."""


def seconds_to_wait(
    headers: Mapping[str, str],
    signals: Signals,
    now: Callable[[], float] = time.time,
) -> float | None:
    """Return the seconds that an answer asks to wait, or ``None`` if it does not say.

    Seconds and HTTP dates (RFC 9110, 10.2.3); what cannot be read is not said.
    """
    for name in signals.retry_after:
        if name in headers:
            return _bounded(_after(headers[name], now))
    for name in signals.retry_at:
        if name in headers:
            at = _number(headers[name])
            return _bounded(None if at is None else at - now())
    return None


def _after(value: str, now: Callable[[], float]) -> float | None:
    seconds = _number(value)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date without a zone is one in GMT: HTTP knows no other.
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now()


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _bounded(seconds: float | None) -> float | None:
    # Written so that "nan" is not said either.
    if seconds is None or not seconds <= LONGEST:
        return None
    return max(0.0, seconds)
