"""How long the POS will still wait for one answer, and whether it still does.

Knows nothing of HTTP or Redis: it is handed down from the SPI edge to everything
that could take time, and everything that takes time asks it first.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds that only ever grow; where they begin does not matter."""


class Deadline:
    """A point in time after which an answer is of no use any more."""

    def __init__(
        self,
        seconds: float,
        clock: Clock = time.monotonic,
        *,
        since: float | None = None,
        hung_up: Callable[[], bool] = bool,
    ) -> None:
        """``seconds`` count from ``since``, or from now.

        ``hung_up`` tells whether whoever asked has gone; unsaid, nobody ever has.
        """
        self._clock = clock
        self._at = (clock() if since is None else since) + seconds
        self.hung_up = hung_up

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._at - self._clock())

    @property
    def passed(self) -> bool:
        """Whether no time is left at all."""
        return self._clock() >= self._at

    def allows(self, seconds: float) -> bool:
        """Whether something that takes ``seconds`` would still be of use."""
        return self._clock() + seconds < self._at
