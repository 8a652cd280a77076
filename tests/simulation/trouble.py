"""What goes wrong in one story, and how often; and a count of what did.

Each seed has a temper of its own: some stories know no death, some know little else.
Once ``healed``, nothing goes wrong any more.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.scheduler import BEGINNING, Scheduler, Task, getcurrent
from tests.simulation.story import Told

RATES = (0.0, 0.0, 0.01, 0.04)
"""Of so many steps each has its trouble; a story draws one of these for each kind."""

CRM = (0.0, 0.0, 0.05, 0.2)
"""A request calls the CRM a few times only."""

TILL = (0.0, 0.0, 0.1, 0.4)

DEATHS = (0.0, 0.0, 0.003, 0.01)
"""A redeem takes some thirty steps."""


@dataclass
class Trouble:
    """Draws what goes wrong next."""

    scheduler: Scheduler
    random: random.Random
    without: frozenset[str] = frozenset()
    """Kinds that do not come, or some of their times only: ``death #2``."""
    rates: dict[str, float] = field(default_factory=dict)
    drawn: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)
    healed: bool = False

    def comes(self, kind: str, rates: tuple[float, ...] = RATES) -> bool:
        """Whether this goes wrong now; it is counted."""
        rate = self.rates.get(kind)
        if rate is None:
            rate = self.rates[kind] = self.random.choice(rates)
        if not rate or self.healed or self.random.random() >= rate:
            return False
        if self.without:
            self.drawn[kind] += 1
            if self.without & {kind, f"{kind} #{self.drawn[kind]}"}:
                return False
        self.happened[kind] += 1
        self.note(kind)
        return True

    def death(self, where: str) -> None:
        """Perhaps end the process of whoever calls."""
        task = getcurrent()
        if isinstance(task, Task) and self.comes("death", DEATHS):
            self.note("died", where)
            self.scheduler.kill(task.process)

    def standstill(self, where: str) -> None:
        """Perhaps stop the process of whoever calls for a while, just here."""
        task = getcurrent()
        if isinstance(task, Task) and self.comes("stopped in mid-flight", DEATHS):
            self.note("stopped", where)
            seconds = self.random.uniform(0.1, 60.0)
            task.process.frozen_until = self.scheduler.now + seconds
            self.scheduler.sleep(0.0)

    def note(self, *words: object) -> None:
        """Remember what happened, for whoever reads the story of a seed."""
        task = getcurrent()
        who = (task.process.name, task.name) if isinstance(task, Task) else ()
        self.told.append((self.scheduler.now - BEGINNING, who, words))
