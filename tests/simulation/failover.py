"""A fail-over of Redis that loses the last moments: what was written then is gone.

That is what may happen where no replica is waited for.  It costs what was under way in
these moments, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bridge.redeem import Redeem
from tests.simulation.crm import Ledger
from tests.simulation.history import Request
from tests.simulation.redis_line import RedisLine
from tests.simulation.trouble import Trouble
from tests.simulation.verdict import equal

KIND = "fail-over"

LOST_SECONDS = 1.0
"""At most."""


class Kept(Protocol):
    """What is left in the end."""

    ledger: Ledger

    def redeems(self) -> list[Redeem]:
        """Return what the journal knows."""
        ...


@dataclass
class Failover:
    """Has another Redis take over, and knows which moments are lost."""

    lines: Sequence[RedisLine]
    trouble: Trouble
    lost: list[tuple[float, float]] = field(default_factory=list)

    def perhaps(self) -> None:
        """Lose what is written from now on, for a moment; if the story is of that."""
        if KIND not in self.trouble.rates or not self.trouble.comes(KIND):
            return
        now = self.trouble.scheduler.now
        seconds = self.trouble.random.uniform(0.0, LOST_SECONDS)
        back = self.lines[0].server.kept()

        def takes_over() -> None:
            back()
            self.trouble.note("another Redis took over")
            until = now + seconds + self.trouble.random.uniform(1.0, 8.0)
            for line in self.lines:
                line.away_until = max(line.away_until, until)

        self.lost.append((now, now + seconds))
        self.trouble.scheduler.later(seconds, takes_over)

    def unexcused(
        self, wrongs: Sequence[str], history: Sequence[Request], world: Kept
    ) -> list[str]:
        """Return what is wrong though no lost moment can be why."""
        if not self.lost:
            return list(wrongs)
        firm = self.firm(history, world)
        return [one for one in wrongs if _firm(one, firm, world.ledger.hesitant)]

    def firm(self, history: Sequence[Request], world: Kept) -> set[str]:
        """Return the redeems that no request was about in a lost moment."""
        touched = [one for one in history if self._lost_some_of(one)]
        return {
            redeem.redeem_id
            for redeem in world.redeems()
            if not any(_is_about(one, redeem) for one in touched)
        }

    def _lost_some_of(self, request: Request) -> bool:
        return any(
            request.asked_at <= end and begin <= request.answered_at
            for begin, end in self.lost
        )


def _is_about(request: Request, redeem: Redeem) -> bool:
    ids = request.redeem_id, request.undoes, request.tries, request.closes
    return redeem.redeem_id in ids or equal(request, redeem)


def _firm(wrong: str, firm: set[str], hesitant: bool) -> bool:
    """Whether something wrong is about a redeem that no lost moment can have touched.

    Who holds an item may be lost, and a CRM that looks first and writes later needs it.
    """
    ids = re.findall("[0-9A-F]{32}", wrong)
    return firm.issuperset(ids) if ids else not hesitant
