"""What became of one seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.history import Request


@dataclass
class Story:
    """What became of one seed."""

    seed: int
    wrongs: list[str] = field(default_factory=list)
    history: list[Request] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    turns: int = 0
    """How often somebody handed over to somebody else."""
    seconds: float = 0.0
    """Of simulated time."""
    redeemed: int = 0
    undone: int = 0
    without: frozenset[str] = frozenset()
    """What of it was left out: tills, kinds of trouble, or single troubles."""
