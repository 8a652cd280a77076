"""What tills saw, what was written down of it, and how all stands in the end.

Times are seconds of one steady clock of the soak's own, whatever the bridges' say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request of a till, and what came back."""

    operation: str
    """``redeem``, ``undo``, ``add``, ``update``, or one of the reads."""
    till: str
    customer: str
    began: float
    ended: float
    status: int = 0
    """0: the till heard nothing."""
    said: str = ""
    """An error's text, or what became of the connection."""
    items: tuple[str, ...] = ()
    """What is to be redeemed, sorted."""
    redeem_id: str = ""
    """What a redeem was told, or what an undo names."""
    value: str = ""
    """What an update writes."""
    hung_up: bool = False
    """Whether it was the till that did not wait for more."""
    mark: str = ""
    """What names this call in the logs: the ``X-Request-ID`` that the till sent."""

    @property
    def took(self) -> float:
        return self.ended - self.began


@dataclass(frozen=True)
class Written:
    """One redeem as the journal has it."""

    redeem_id: str
    redeemed: bool
    """Whether its goal is to be spent."""
    settled: bool
    items: tuple[str, ...]
    settled_at: float = 0.0


@dataclass(frozen=True)
class Passed:
    """One call as nginx's access log has it."""

    status: int
    port: int
    """Of the bridge that had it last; 0 if none did."""
    upstream_status: int
    """What that bridge answered; 502 if it closed the connection without an answer, 0
    if nginx did not wait for one."""


@dataclass(frozen=True)
class Kill:
    """The death of one worker, which nobody told it of."""

    at: float
    port: int
    """Of its bridge."""


@dataclass(frozen=True)
class Books:
    """Where everything stands once all has settled."""

    ledger: Sequence[Mapping[str, Any]] = ()
    """The CRM's: see ``tests.demo_crm_process.DemoCrm.ledger``."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The last name of every customer in the CRM, by id."""
    journal: Sequence[Written] = ()
    open: int = 0
    """How many redeems the journal lists as open."""
    passed: Mapping[str, Passed] = field(default_factory=dict)
    """What nginx wrote down, by the call's mark."""
    answered: Mapping[str, int] = field(default_factory=dict)
    """With what status a bridge says that it answered a redeem, by the call's mark."""
    kills: Sequence[Kill] = ()
