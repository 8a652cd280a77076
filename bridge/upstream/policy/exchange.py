"""A request's whole way: sent, judged, and sent again where that is of use."""

from __future__ import annotations

from bridge.upstream.answer import Answer, Signals
from bridge.upstream.policy.retry import Retries
from bridge.upstream.policy.verdict import Explain, Reader, failed
from bridge.upstream.request import Request
from bridge.upstream.wire.transport import NoAnswer, Send


class Exchange:
    """Turns requests into answers or errors."""

    def __init__(self, send: Send, signals: Signals, retries: Retries) -> None:
        self._send = send
        self._signals = signals
        self._retries = retries

    def answer(self, request: Request, explain: Explain | None = None) -> Answer:
        """Return a successful answer, or raise an ``UpstreamError``."""
        return self._retries(self._try, request, explain)

    def _try(self, request: Request, explain: Explain | None) -> Answer:
        try:
            raw = self._send(request)
        except NoAnswer as failure:
            raise failed(failure, reads=request.reads) from None
        return Reader(request.reads, self._signals, explain, request.url).answered(raw)
