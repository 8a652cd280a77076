"""What one try took and came to: counted, logged, and shown where somebody debugs."""

from __future__ import annotations

import logging
from time import perf_counter

from bridge.metrics import UPSTREAM_SECONDS
from bridge.upstream import wire
from bridge.upstream.request import Request
from bridge.upstream.transport import NoAnswer, Raw, Transport

log = logging.getLogger(__name__)

LEVELS = {"2xx": logging.DEBUG, "4xx": logging.INFO}
"""All else is a warning: the CRM, or the way to it, is not as it should be."""


class Observed:
    """A transport whose every try leaves its trace."""

    def __init__(self, site: str, transport: Transport, *, log_wire: bool) -> None:
        self._site = site
        self._transport = transport
        self._log_wire = log_wire

    def send(self, request: Request) -> Raw:
        """Send one try.  Raises ``NotSent`` or ``Lost``."""
        if self._log_wire:
            wire.show_request(self._site, request)
        began = perf_counter()
        try:
            raw = self._transport.send(request)
        except NoAnswer as failure:
            seconds = perf_counter() - began
            self._note(request.method, failure.reason, seconds, failure.detail)
            raise
        outcome = f"{raw.status // 100}xx"
        self._note(request.method, outcome, perf_counter() - began, raw.status)
        if self._log_wire:
            wire.show_answer(self._site, raw)
        return raw

    def _note(
        self, method: str, outcome: str, seconds: float, detail: str | int
    ) -> None:
        UPSTREAM_SECONDS.labels(self._site, method, outcome).observe(seconds)
        level = LEVELS.get(outcome, logging.WARNING)
        if log.isEnabledFor(level):
            # No path and no query: one has ids in it, the other e-mail addresses.
            log.log(
                level,
                "the CRM was asked",
                extra={
                    "site": self._site,
                    "method": method,
                    "outcome": outcome,
                    "detail": detail,
                    "ms": round(seconds * 1000, 1),
                },
            )
