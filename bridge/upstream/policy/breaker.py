"""Leaves a CRM alone that does not answer, and finds out when it does again.

Three libraries were tried and none fits.  pybreaker 1.4.1 holds a lock for as long as a
call runs (``CircuitBreaker.call``), so that a site's calls would run one by one;
circuitbreaker 2.1.3 and purgatory-circuitbreaker 0.7.2 let every caller through once
they are half open, and take no lock when they count.
"""

from __future__ import annotations

import logging
import threading
import time

from bridge.deadline import Clock
from bridge.errors import NotAsked
from bridge.language import _
from bridge.metrics import UPSTREAM_OPEN

log = logging.getLogger(__name__)

AWAY = _("The CRM was not asked: it has not been answering, and is left alone.")


class Breaker:
    """Closed while all is well; open after ``failures`` in a row.

    While it is open, one request every ``seconds`` is let through as a probe, and the
    first probe that succeeds closes it.  A probe that hangs does not keep the next one
    waiting, so a CRM that has come back is noticed after ``seconds`` at the latest,
    whatever the read timeout.
    """

    def __init__(
        self, site: str, failures: int, seconds: float, clock: Clock = time.monotonic
    ) -> None:
        self._site = site
        self._limit = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._probe_at: float | None = None
        UPSTREAM_OPEN.labels(site).set(0)

    @property
    def is_open(self) -> bool:
        """Whether the CRM is being left alone."""
        return self._probe_at is not None

    def enter(self) -> bool:
        """Let a try pass and say whether it is a probe; ``NotAsked`` if it may not.

        What becomes of the try is told with ``succeeded`` or ``failed``, or not at all
        if it never came to a verdict on the CRM.
        """
        if not self.is_open:
            return False
        with self._lock:
            if self._probe_at is None:
                return False
            wait = self._probe_at - self._clock()
            if wait > 0:
                raise NotAsked(detail=AWAY, retry_after=wait)
            self._probe_at = self._clock() + self._seconds
            return True

    def succeeded(self, *, probe: bool) -> None:
        """The CRM has answered, if only to refuse."""
        if not self._failures:
            return
        with self._lock:
            # An answer to what was asked before it opened says nothing about now.
            if self._probe_at is not None and not probe:
                return
            reopened = self._probe_at is not None
            self._probe_at, self._failures = None, 0
        if reopened:
            UPSTREAM_OPEN.labels(self._site).set(0)
            log.warning("the CRM answers again", extra={"site": self._site})

    def failed(self) -> None:
        """The CRM has not answered, or said that it cannot."""
        with self._lock:
            self._failures += 1
            # A probe that fails changes nothing: the time of the next one is set.
            if self.is_open or self._failures < self._limit:
                return
            self._probe_at = self._clock() + self._seconds
        UPSTREAM_OPEN.labels(self._site).set(1)
        log.error(
            "the CRM does not answer: it is left alone for a while",
            extra={"site": self._site, "failures": self._limit},
        )
