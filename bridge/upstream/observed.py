"""What one try took and came to: counted, logged, and shown where somebody debugs."""

from __future__ import annotations

import logging
from time import perf_counter

from bridge.metrics import UPSTREAM_SECONDS
from bridge.upstream import wire
from bridge.upstream.request import Request
from bridge.upstream.transport import Lost, NotSent, Raw, Transport

log = logging.getLogger(__name__)


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
        except (NotSent, Lost) as failure:
            self._note(request.method, failure.reason, perf_counter() - began)
            raise
        self._note(request.method, f"{raw.status // 100}xx", perf_counter() - began)
        if self._log_wire:
            wire.show_answer(self._site, raw)
        return raw

    def _note(self, method: str, outcome: str, seconds: float) -> None:
        UPSTREAM_SECONDS.labels(self._site, method, outcome).observe(seconds)
        if log.isEnabledFor(logging.DEBUG):
            # No path and no query: one has ids in it, the other e-mail addresses.
            log.debug(
                "The CRM was asked.",
                extra={
                    "site": self._site,
                    "method": method,
                    "outcome": outcome,
                    "ms": round(seconds * 1000, 1),
                },
            )
