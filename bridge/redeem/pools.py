"""Threads that belong to one site each.

A CRM that hangs takes those of its own site, and no other's.
"""

from __future__ import annotations

import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Pools:
    """So many threads for each site; a site's are made when it first needs them."""

    def __init__(self, name: str, threads: int) -> None:
        self.name = name
        self.threads = threads
        self._made: dict[str, Executor] = {}
        self._lock = threading.Lock()

    def of(self, site: str) -> Executor:
        """Return the threads of a site."""
        with self._lock:
            if site not in self._made:
                name = f"{self.name} {site}"
                self._made[site] = ThreadPoolExecutor(self.threads, name)
            return self._made[site]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Begin nothing more, and wait for what is under way."""
        for pool in self._made.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._made.values():
            pool.shutdown()


class OnePool(Pools):
    """The same threads for all sites: for whoever has some to lend."""

    def __init__(self, pool: Executor) -> None:
        super().__init__("", 0)
        self._pool = pool

    def of(self, site: str) -> Executor:
        """Return the threads that all share."""
        return self._pool
