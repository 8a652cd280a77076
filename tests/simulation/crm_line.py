"""The way from one request to a CRM: bounded by its deadline, and full of trouble.

What is on its way arrives whoever dies, perhaps long after its sender has given up; but
within ``LATE`` seconds, which is less than the kernel's settings allow for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.deadline import Deadline
from bridge.errors import (
    AccessRefused,
    BridgeError,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from tests.simulation.scheduler import Promise, Scheduler
from tests.simulation.trouble import CRM, Trouble

if TYPE_CHECKING:
    from tests.simulation.crm import Ledger

LATE = 10.0


@dataclass
class CRMGateway:
    """What a process keeps for one CRM."""

    ledger: Ledger
    scheduler: Scheduler
    trouble: Trouble
    away_until: float = 0.0

    def at(self, deadline: Deadline, context: object) -> CRMLine:
        """Return the way for one request."""
        return CRMLine(self, deadline)


class CRMLine:
    """Calls to one CRM on behalf of one request."""

    def __init__(self, gateway: CRMGateway, deadline: Deadline) -> None:
        self.gateway = gateway
        self.ledger = gateway.ledger
        self.scheduler = gateway.scheduler
        self.trouble = gateway.trouble
        self.deadline = deadline
        self.explain: Any = None

    def call(self, verb: str, act: Callable[[], Any]) -> Any:
        """Have something done, and return or raise what the CRM says to it."""
        self.trouble.death(f"before it could {verb}")
        self.trouble.standstill(f"before it could {verb}")
        if self.deadline.passed:
            raise Unavailable
        away = self.scheduler.now < self.gateway.away_until
        if away or self.trouble.comes(f"no way to {verb}", CRM):
            self._wait(0.001, 0.1)
            raise Unavailable
        if self.trouble.comes(f"not let in to {verb}", CRM):
            raise AccessRefused
        if self.trouble.comes(f"refused to {verb}", CRM):
            raise Refused
        answer = Promise(self.scheduler)
        if not self.trouble.comes(f"lost on its way to {verb}", CRM):
            self.scheduler.later(self._way(verb), lambda: self._arrive(answer, act))
        got = self._answer(verb, answer)
        self.trouble.death(f"after it could {verb}")
        return got

    def _way(self, verb: str) -> float:
        chance = self.trouble.random
        if self.trouble.comes(f"late to {verb}", CRM):
            return chance.uniform(0.1, LATE)
        return chance.uniform(0.001, 0.05)

    def _answer(self, verb: str, answer: Promise) -> Any:
        lost = self.trouble.comes(f"no answer to {verb}", CRM)
        waits = self.trouble.random.choice((0.0, 0.05, 3.0)) if lost else 9.0
        try:
            got = answer.within(min(self.deadline.remaining(), waits))
        except TimeoutError:
            raise OutcomeUnknown from None
        self._wait(0.001, 0.05)
        if lost or self.deadline.passed:
            raise OutcomeUnknown
        if isinstance(got, BridgeError):
            raise got
        return got

    def _wait(self, least: float, most: float) -> None:
        self.scheduler.sleep(self.trouble.random.uniform(least, most))

    def _arrive(self, answer: Promise, act: Callable[[], Any]) -> None:
        try:
            found = act()
        except BridgeError as error:
            answer.set_result(error)
            return
        if not callable(found):
            answer.set_result(found)
        elif self.ledger.hesitant:
            moment = self.trouble.random.uniform(0.0, 0.05)
            self.scheduler.later(moment, lambda: answer.set_result(found()))
        else:
            answer.set_result(found())
