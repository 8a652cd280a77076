"""What all requests of one site and process share on their way to the CRM."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from bridge.deadline import Clock, Deadline
from bridge.model import Context
from bridge.upstream.answer import Signals
from bridge.upstream.crm.calls import Upstream
from bridge.upstream.crm.memory import Memory
from bridge.upstream.crm.together import Crew
from bridge.upstream.policy.auth import Authorized, auth_for
from bridge.upstream.policy.breaker import Breaker
from bridge.upstream.policy.bulkhead import Bulkhead
from bridge.upstream.policy.exchange import Exchange
from bridge.upstream.policy.guard import Guard
from bridge.upstream.policy.observed import Observed
from bridge.upstream.policy.pace import Turns, pace_for
from bridge.upstream.policy.retry import Retries
from bridge.upstream.policy.verdict import Explain
from bridge.upstream.settings import UpstreamSettings
from bridge.upstream.wire.transport import Transport

T = TypeVar("T")


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
        turns: Turns | None = None,
        processes: int = 1,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``room`` is how many threads the site may hold, unless its settings say.

        ``turns`` gives out what its ``rate`` allows to all ``processes`` of all
        machines; without it, this process has all of it.
        """
        self.room = settings.concurrency or room
        self.site = site
        self.settings = settings
        self._transport = Transport(settings, self.room + settings.parallel)
        self._breaker = Breaker(
            site, settings.breaker_failures, settings.breaker_seconds, clock
        )
        self._bulkhead = Bulkhead(site, self.room, clock)
        self._crew = Crew(settings.parallel, self._bulkhead.admit)
        self._memory = Memory(clock)
        self._pace = pace_for(site, settings, turns, processes, clock, sleep)
        self._exchange = self._wired(
            signals or Signals(), Retries(site, settings.attempts, sleep), clock
        )

    def at(
        self, deadline: Deadline, context: Context, explain: Explain | None = None
    ) -> Upstream:
        """Return the CRM as one request sees it."""
        return Upstream(
            self._exchange,
            self._together,
            self.settings,
            deadline,
            context,
            self._memory,
            explain,
        )

    def state(self) -> str:
        """Say whether the CRM is asked at present: "closed" is well, or "open"."""
        return "open" if self._breaker.is_open else "closed"

    def close(self) -> None:
        """Close all connections that are not in use, and end the threads."""
        self._crew.close()
        self._transport.close()

    def _wired(self, signals: Signals, retries: Retries, clock: Clock) -> Exchange:
        """Put what each try goes through in its order, from the wire outwards."""
        settings = self.settings
        observed = Observed(self.site, self._transport, log_wire=settings.log_wire)
        tokens = Exchange(observed.send, Signals(), retries.anew())
        auth = auth_for(settings, tokens.answer, clock)
        authorized = Authorized(observed.send, auth)
        guard = Guard(authorized.send, self._breaker, self._bulkhead)
        paced = self._pace.around(guard.send) if self._pace else guard.send
        return Exchange(paced, signals, retries)

    def _together(
        self, reads: Sequence[Callable[[], T]], deadline: Deadline
    ) -> list[T]:
        # While the CRM is away, each read is refused, or let through as a probe.
        place = None if self._breaker.is_open else self._bulkhead.enter(deadline)
        try:
            patience = Deadline(self.settings.optional_seconds)
            return self._crew.together(reads, deadline, patience)
        finally:
            self._bulkhead.leave(place)
