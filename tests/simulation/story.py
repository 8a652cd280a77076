"""What became of one seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.history import Request

Told = tuple[float, tuple[str, ...], tuple[object, ...]]
"""When, who, and what: put into words when somebody reads it, and few are read."""


@dataclass
class Story:
    """What became of one seed."""

    seed: int
    wrongs: list[str] = field(default_factory=list)
    history: list[Request] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)
    journal: list[str] = field(default_factory=list)
    """What it says of the redeems that something is wrong with."""
    turns: int = 0
    """How often somebody handed over to somebody else."""
    seconds: float = 0.0
    """Of simulated time."""
    redeemed: int = 0
    undone: int = 0
    without: frozenset[str] = frozenset()
    """What of it was left out: tills, kinds of trouble, or single troubles."""

    @property
    def lines(self) -> list[str]:
        """Tell it."""
        told = [
            f"{at:9.3f}  {' '.join(who):24} {' '.join(map(str, words))}"
            for at, who, words in self.told
        ]
        return [*told, *self.journal]
