"""Lets a try out to the CRM, or refuses it, and remembers how the CRM took it."""

from __future__ import annotations

from bridge.errors import Unavailable
from bridge.upstream.policy.breaker import Breaker
from bridge.upstream.policy.bulkhead import Bulkhead
from bridge.upstream.request import Request
from bridge.upstream.wire.transport import NoAnswer, Raw, Send

PATIENCE_SECONDS = 1.0
"""A try that had less time than this says nothing about the CRM by failing."""


class Guard:
    """The breaker and the places of one site, around whatever sends."""

    def __init__(self, send: Send, breaker: Breaker, bulkhead: Bulkhead) -> None:
        self._send = send
        self._breaker = breaker
        self._bulkhead = bulkhead

    def send(self, request: Request) -> Raw:
        """Send one try, or raise ``NotAsked`` at once if it may not go."""
        probe = self._breaker.enter()
        # A probe needs no place: while the CRM is away, those may all be taken by
        # calls that are still waiting for it.
        place = None if probe else self._bulkhead.enter(request.deadline)
        try:
            return self._watched(request, probe=probe)
        finally:
            self._bulkhead.leave(place)

    def _watched(self, request: Request, *, probe: bool) -> Raw:
        had = request.deadline.remaining()
        try:
            raw = self._send(request)
        except (NoAnswer, Unavailable):
            if request.tells and had >= PATIENCE_SECONDS:
                self._breaker.failed()
            raise
        if raw.status >= 500 or raw.fault == "cut off":
            if request.tells:
                self._breaker.failed()
        else:
            self._breaker.succeeded(probe=probe)
        return raw
