"""What all requests of one site and process share on their way to the CRM."""

from __future__ import annotations

from bridge.deadline import Deadline
from bridge.model import Context
from bridge.upstream.answer import Signals
from bridge.upstream.calls import Upstream
from bridge.upstream.exchange import Exchange
from bridge.upstream.settings import UpstreamSettings
from bridge.upstream.transport import Transport
from bridge.upstream.verdict import Explain


class Gateway:
    """One pool of connections, one breaker, one set of credentials.

    Made once for each site, after a process has forked: its connections and threads
    cannot be shared.
    """

    def __init__(
        self,
        site: str,
        settings: UpstreamSettings,
        signals: Signals | None = None,
        *,
        room: int = 32,
    ) -> None:
        """``room`` is how many threads the site may hold, unless its settings say."""
        self.site = site
        self.settings = settings
        self._transport = Transport(settings, room)
        self._exchange = Exchange(site, settings, signals or Signals(), self._transport)

    def at(
        self, deadline: Deadline, context: Context, explain: Explain | None = None
    ) -> Upstream:
        """Return the CRM as one request sees it."""
        return Upstream(self._exchange, self.settings, deadline, context, explain)

    def state(self) -> str:
        """Say whether the CRM is asked at present: "closed" is well, or "open"."""
        return "closed"

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()
