"""Keeps what hardly ever changes: consents and additional options.

Promotions and bonus checks never come here: what can be spent is always asked for.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from bridge.deadline import Clock, Deadline
from bridge.errors import UpstreamError
from bridge.metrics import STALE_ANSWERS
from bridge.upstream.kept import Fetched, Kept

log = logging.getLogger(__name__)

T = TypeVar("T")

WAIT_SECONDS = 8.0
"""For callers that name no deadline of their own."""


class Cache:
    """A site's catalogue, kept for ``seconds``, and longer while the CRM is down."""

    def __init__(
        self, site: str, seconds: float, clock: Clock = time.monotonic
    ) -> None:
        self._site = site
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, Kept[Any]] = {}

    def cached(
        self, name: str, read: Callable[[], T], deadline: Deadline | None = None
    ) -> T:
        """Return what ``read`` returned lately, or returns now.

        One thread reads at a time; the others get the last value, or wait for the first
        one.  Where ``read`` fails with an ``UpstreamError``, the last value is served
        however old it is, with a log line and a count; raises it if there is none.
        What is returned is shared: do not change it.
        """
        kept: Kept[T] = self._kept.setdefault(name, Kept(self._clock))

        def stale(error: UpstreamError) -> None:
            STALE_ANSWERS.labels(self._site, name).inc()
            log.warning(
                "the CRM gave no catalogue: an older one is served",
                extra={"site": self._site, "what": name, "why": _kind(error)},
            )

        return kept.get(
            lambda: Fetched(read(), self._seconds, math.inf),
            deadline or Deadline(WAIT_SECONDS),
            stale,
        )


def _kind(error: Exception) -> str:
    return type(error).__name__
