"""What a worker's loop says about the load: in gauges, and in the log."""

from __future__ import annotations

import logging

from bridge import metrics
from bridge.server.queue import Queue

log = logging.getLogger(__name__)


class Notice:
    """Tells of a queue, and only what is new."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        metrics.THREADS.set(queue.threads)
        self._told = 0, 0
        self._refused = 0

    def refused(self) -> None:
        """Count a request that was refused, because too many were waiting."""
        self._queue.load.refused()
        metrics.REQUESTS_REFUSED.inc()
        self._refused += 1

    def tell(self) -> None:
        """Say how it stands, and in one line what was refused since the last time."""
        load = self._queue.busy, self._queue.waiting
        if load != self._told:
            self._told = load
            metrics.THREADS_BUSY.set(load[0])
            metrics.REQUESTS_WAITING.set(load[1])
        if self._refused:
            fields = {"status": 503, "requests": self._refused}
            log.warning("requests were refused: too many are waiting", extra=fields)
            self._refused = 0
