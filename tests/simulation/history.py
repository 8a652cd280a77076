"""What tills asked for, and what they heard."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulation.scheduler import INFINITE, Process

UNHEARD = ("HungUp", "JournalError", "LostClaim")
"""Answers after which a success that was written down is taken back aside."""


@dataclass
class Request:
    """One request of a till, and what became of it."""

    name: str
    register: str
    items: str = ""
    """One letter each; a capital one is a bonus check."""
    undoes: str = ""
    """The redeem_id, if it is an undo."""
    version: int | None = None
    """Which one a person has looked at who wants this; ``None`` for a till."""
    tries: str = ""
    """The redeem_id that a person wants tried now, whatever comes of it."""
    closes: str = ""
    """The redeem_id that a person wants closed,"""
    found: list[str] = field(default_factory=list)
    """having found this of each item."""
    key: str = ""
    """The idempotency key; "" for a till that sends none."""
    asked_at: float = 0.0
    """When it was sent, and"""
    answered_at: float = INFINITE
    """when it was answered."""
    waited: float = 0.0
    """Seconds that it has waited for a thread."""
    process: Process | None = None
    """Whose it was to answer."""
    gone: bool = False
    """Whether the till has hung up."""
    answer: str = ""
    """``redeemed``, ``undone``, an error's class, or "" where the worker died."""
    redeem_id: str = ""

    @property
    def heard(self) -> bool:
        return bool(self.answer) and not self.gone

    @property
    def taken_back(self) -> bool:
        """Whether a success that it was not told of is taken back.

        That dies with a process that cannot reach Redis.
        """
        left = self.process.broken_off if self.process else ()
        lost = "disown" in left and self.answer in UNHEARD
        return bool(self.answer) and not lost

    @property
    def promotions(self) -> list[str]:
        return [item for item in self.items if item.islower()]

    @property
    def bonus_checks(self) -> list[str]:
        return [item for item in self.items if item.isupper()]
