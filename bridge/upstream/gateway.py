"""What all requests of one site and process share on their way to the CRM."""

from __future__ import annotations

from collections.abc import Callable

from bridge.deadline import Deadline
from bridge.errors import BridgeError
from bridge.model import Context
from bridge.upstream.answer import Answer, Signals
from bridge.upstream.calls import Upstream
from bridge.upstream.settings import UpstreamSettings


class Gateway:
    """One session, one pool, one set of credentials."""

    def __init__(
        self, site: str, settings: UpstreamSettings, signals: Signals | None = None
    ) -> None:
        self.site = site
        self.settings = settings
        self.signals = signals or Signals()

    def at(
        self,
        deadline: Deadline,
        context: Context,
        explain: Callable[[Answer], BridgeError | None] | None = None,
    ) -> Upstream:
        """Return the CRM as one request sees it."""
        return Upstream(deadline, context)
