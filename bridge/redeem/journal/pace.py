"""Turns at a CRM that all processes and machines over one Redis share.

One small write each, in the journal's Redis, by its clock.  Knows nothing of redeems,
and nothing of CRMs but that they are asked too often.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

from bridge.redeem.journal.keys import Keys
from bridge.redeem.journal.server.complaints import COMPLAINTS, count
from bridge.redeem.journal.server.connection import connect
from bridge.redeem.journal.server.settings import RedisSettings
from bridge.upstream import NoTurns, Rate

TURN = files("bridge.redeem.journal").joinpath("turn.lua").read_text()

PATIENCE_SECONDS = 0.1
"""A turn is asked for on every way to the CRM: its tries must not cost a till much."""


class SharedTurns:
    """Turns that are given out by Redis."""

    def __init__(self, settings: RedisSettings) -> None:
        patience = min(PATIENCE_SECONDS, settings.timeout_seconds)
        self._client = connect(replace(settings, timeout_seconds=patience))
        self._keys = Keys(settings.prefix)

    def __call__(self, whose: str, rate: Rate, patience: float) -> float:
        """Take a turn: see ``bridge.upstream.policy.pace.Turns``."""
        return self.take(whose, rate, patience)[0]

    def take(self, whose: str, rate: Rate, patience: float) -> tuple[float, float]:
        """Take a turn; return the seconds until it, and when it is by Redis's clock."""
        micros = [round(one * 1e6) for one in (rate.spacing, rate.ahead, patience)]
        key = self._keys.turns(whose)
        try:
            wait, at = self._client.execute_command("EVAL", TURN, 1, key, *micros)
        except COMPLAINTS as error:
            count(error)
            raise NoTurns from error
        return int(wait) / 1e6, int(at) / 1e6
