"""Keeps a CRM from being asked more often than its maker allows for one key.

Every try takes a turn, and waits for it if need be.  Turns are given out by somebody
whom all processes and machines share (here, Redis: see ``redeem.journal.pace``).
While that one is away, each process keeps to its share of what a machine may ask.

The rule is the generic cell rate algorithm (ITU-T I.371): a sixth of the rate at once,
the rest evenly, so that no second sees more than the rate.  Libraries for it (limits
5, throttled-py 3) say yes or no, and leave a caller to ask until it is yes.

Promises nothing about when a request arrives: a network may bring two closer together.
Tokens of OAuth2 are asked for without a turn.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bridge.deadline import Clock
from bridge.errors import Throttled
from bridge.metrics import UPSTREAM_REFUSED
from bridge.upstream.request import Request
from bridge.upstream.settings import (
    BasicAuth,
    HeaderAuth,
    OAuth2Auth,
    UpstreamSettings,
)
from bridge.upstream.wire.transport import Raw, Send

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0
"""What a till waits for a turn at most."""

AWAY_SECONDS = 5.0
"""How long the shared turns are left alone after they could not be had."""

BUSY = "Too much is asked of the CRM at the moment: try again."


class NoTurns(Exception):
    """Whoever gives out the turns cannot be reached."""


@dataclass(frozen=True)
class Rate:
    """How often something may be done, in seconds between one time and the next."""

    spacing: float
    ahead: float
    """How much earlier than evenly a turn may come."""

    @classmethod
    def of(cls, per_second: int) -> Rate:
        """Return the rule by which no second sees more than so many."""
        at_once = max(1, per_second // 6)
        spacing = 1.0 / (per_second - at_once)
        return cls(spacing, (at_once - 1) * spacing)


class Turns(Protocol):
    """Gives out turns."""

    def __call__(self, whose: str, rate: Rate, patience: float) -> float:
        """Take a turn, and return the seconds until it comes.

        If that is more than ``patience``, none was taken.  Raises ``NoTurns``.
        """


class OwnTurns:
    """Turns of one process."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, whose: str, rate: Rate, patience: float) -> float:
        with self._lock:
            now = self._clock()
            even = max(now, self._next.get(whose, now))
            wait = max(0.0, even - rate.ahead - now)
            if wait <= patience:
                self._next[whose] = even + rate.spacing
            return wait


class Pace:
    """Has each try of a site wait for its turn."""

    def __init__(
        self,
        site: str,
        whose: str,
        rate: int,
        shared: Turns | None,
        processes: int,
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        self._site = site
        self._whose = whose
        self._shared = shared
        self._own = OwnTurns(clock)
        self._rate = Rate.of(rate)
        self._share = Rate.of(max(2, rate // processes)) if shared else self._rate
        self._clock = clock
        self._sleep = sleep
        self._away_until = clock()

    def around(self, send: Send) -> Send:
        """Send each try when it is its turn, or raise ``Throttled`` at once."""

        def paced(request: Request) -> Raw:
            patience = min(PATIENCE_SECONDS, request.deadline.remaining())
            wait = self._turn(patience)
            if wait > patience:
                UPSTREAM_REFUSED.labels(self._site).inc()
                raise Throttled(BUSY, retry_after=wait)
            if wait > 0:
                self._sleep(wait)
            return send(request)

        return paced

    def _turn(self, patience: float) -> float:
        if self._shared and self._clock() >= self._away_until:
            try:
                return self._shared(self._whose, self._rate, patience)
            except NoTurns:
                self._away_until = self._clock() + AWAY_SECONDS
                log.warning(
                    "turns at the CRM are not shared for a while",
                    extra={"site": self._site},
                )
        return self._own(self._whose, self._share, patience)


def pace_for(
    site: str,
    settings: UpstreamSettings,
    shared: Turns | None,
    processes: int,
    clock: Clock,
    sleep: Callable[[float], None],
) -> Pace | None:
    """Return the pace that a site's settings want, if they want one."""
    if settings.rate is None:
        return None
    whose = owner(settings)
    return Pace(site, whose, settings.rate, shared, processes, clock, sleep)


def owner(settings: UpstreamSettings) -> str:
    """Return what stands for the credentials: makers count by key, not by site."""
    match settings.auth:
        case HeaderAuth() as auth:
            whose = auth.value.reveal()
        case BasicAuth() as auth:
            whose = f"{auth.user}:{auth.password.reveal()}"
        case OAuth2Auth() as auth:
            whose = auth.client_id
        case _:
            whose = settings.url
    return hashlib.sha256(f"pace:{whose}".encode()).hexdigest()[:16]
