"""What one try took and came to: counted, logged, and shown where somebody debugs."""

from __future__ import annotations

import logging
from time import perf_counter

from bridge import traces
from bridge.metrics import UPSTREAM_SECONDS
from bridge.upstream.request import Request
from bridge.upstream.wire import shape
from bridge.upstream.wire.transport import NoAnswer, Raw, Transport

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
        if traces.spans is None:
            return self._sent(request)
        with traces.spans.call(self._site, request.method, request.label) as step:
            if step.traceparent:
                request = request.with_headers({"traceparent": step.traceparent})
            raw = self._sent(request)
            step.note({"http.response.status_code": raw.status})
            if raw.status >= 400:
                step.fail(str(raw.status))
            return raw

    def _sent(self, request: Request) -> Raw:
        if self._log_wire:
            shape.show_request(self._site, request)
        began = perf_counter()
        try:
            raw = self._transport.send(request)
        except NoAnswer as failure:
            seconds = perf_counter() - began
            self._note(request, failure.reason, seconds, failure.detail)
            raise
        outcome = f"{raw.status // 100}xx"
        self._note(request, outcome, perf_counter() - began, raw.status)
        if self._log_wire:
            shape.show_answer(self._site, raw, request.label)
        return raw

    def _note(
        self, request: Request, outcome: str, seconds: float, detail: str | int
    ) -> None:
        UPSTREAM_SECONDS.labels(self._site, request.method, outcome).observe(seconds)
        level = LEVELS.get(outcome, logging.WARNING)
        if log.isEnabledFor(level):
            # No path and no query: one has ids in it, the other e-mail addresses.
            log.log(
                level,
                "the CRM was asked",
                extra={
                    "site": self._site,
                    **shape.named(request.label),
                    "method": request.method,
                    "outcome": outcome,
                    "detail": detail,
                    "ms": round(seconds * 1000, 1),
                },
            )
