"""What a mapping keeps from one request to the next: a login, a number, a tax rate.

One for each CRM and process; nothing of it outlives the process.  Never what can be
spent, and nothing about a person.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from bridge.deadline import Clock, Deadline
from bridge.upstream.kept import Fetched, Kept

T = TypeVar("T")


class Memory:
    """Values by their names."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, Kept[Any]] = {}

    def keep(
        self, name: str, read: Callable[[], T], seconds: float, deadline: Deadline
    ) -> T:
        """Return what ``read`` returned no longer than ``seconds`` ago, or returns now.

        One thread reads at a time, the others wait for it.
        """
        kept: Kept[T] = self._kept.setdefault(name, Kept(self._clock))
        return kept.get(lambda: Fetched(read(), seconds, seconds), deadline)

    def forget(self, name: str, value: Any) -> None:
        """Read again at the next need, unless somebody has done so already."""
        if name in self._kept:
            self._kept[name].forget(value)
