"""A request's whole way: tried, judged, counted, and tried again if that is of use."""

from __future__ import annotations

import logging

from bridge.upstream.answer import Answer, Signals
from bridge.upstream.attempt import Attempt
from bridge.upstream.request import Request
from bridge.upstream.retry import Retries
from bridge.upstream.settings import UpstreamSettings
from bridge.upstream.transport import Lost, NotSent, Transport
from bridge.upstream.verdict import Explain, Reader, failed

log = logging.getLogger(__name__)

WRITE_IDLE_SECONDS = 3.0
"""A write takes no connection that was idle for longer.

Servers close idle connections after 5 s or more (Node.js, Apache); a write that meets
the close on its way has an unknown outcome, and that costs more than a handshake.
"""


class Exchange:
    """Turns requests to one CRM into answers or errors."""

    def __init__(
        self,
        site: str,
        settings: UpstreamSettings,
        signals: Signals,
        transport: Transport,
    ) -> None:
        self._site = site
        self._settings = settings
        self._signals = signals
        self._transport = transport
        self._retries = Retries(settings.attempts)

    def answer(self, request: Request, explain: Explain | None) -> Answer:
        """Return a successful answer, or raise an ``UpstreamError``."""
        return self._retries(self._try, request, explain)

    def _try(self, request: Request, explain: Explain | None) -> Answer:
        idle = self._settings.idle_seconds
        attempt = Attempt(
            request.deadline,
            connect_seconds=self._settings.connect_timeout_seconds,
            read_seconds=self._settings.read_timeout_seconds,
            idle_seconds=idle if request.reads else min(idle, WRITE_IDLE_SECONDS),
        )
        try:
            raw = self._transport.send(request, attempt)
        except (NotSent, Lost) as failure:
            raise failed(failure, reads=request.reads) from None
        return Reader(request.reads, self._signals, explain).answered(raw)
