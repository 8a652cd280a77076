"""What time it is, by the one clock that all bridges over a journal share: Redis's.

Leases, and how long a lost call may still take effect, are written down by one machine
and read by another: by clocks of their own, the one that is ahead would take a redeem
from the other in the middle of a call to the CRM.  Redis is asked every few seconds;
in between, this machine's steady clock goes on from there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bridge.deadline import Clock
from bridge.redeem.journal.keys import Keys
from bridge.redeem.journal.server.complaints import COMPLAINTS, guarded
from bridge.redeem.journal.store import Store

NOW = "return redis.call('TIME')"

REFRESH_SECONDS = 5.0
"""After so long Redis is asked again: another server may have taken over."""

EXACT_SECONDS = 0.5
"""An answer that took longer says too little about now, once there was a better one."""


class JournalClock:
    """Tells Unix seconds.  Raises ``JournalError`` until Redis has first been asked."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        steady: Clock = time.monotonic,
        aside: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._store = store
        self._keys = keys
        self._steady = steady
        self._aside = aside or _on_a_thread
        self._offset: float | None = None
        self._due = 0.0
        self._asking = threading.Lock()

    def __call__(self) -> float:
        """Return the time; nobody who has asked before waits for Redis."""
        if self._offset is None:
            self._ask()
        elif self._steady() >= self._due:
            self._due = self._steady() + REFRESH_SECONDS
            self._aside(self._refresh)
        assert self._offset is not None
        return self._steady() + self._offset

    def _refresh(self) -> None:
        if not self._asking.acquire(blocking=False):
            return  # somebody still waits for an answer
        try:
            self._measure()
        except COMPLAINTS:
            pass  # what was measured last is still the best that there is
        finally:
            self._asking.release()

    @guarded
    def _ask(self) -> None:
        self._measure()

    def _measure(self) -> None:
        # By a key: on a cluster, everybody asks the same server.
        began = self._steady()
        seconds, micros = self._store.run(("EVAL", NOW, 1, self._keys.open))[0]
        ended = self._steady()
        if self._offset is None or ended - began <= EXACT_SECONDS:
            self._offset = int(seconds) + int(micros) / 1e6 - (began + ended) / 2
            self._due = ended + REFRESH_SECONDS


def _on_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="the journal's clock", daemon=True).start()
