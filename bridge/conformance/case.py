"""A case: one thing that the reference says, and how to see whether it is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bridge.conformance.client import NOT_JSON, Answer, Client
from bridge.conformance.shapes import Many, Shape
from bridge.conformance.spi import CUSTOMER, ERROR


class Verdict(StrEnum):
    """What became of a case."""

    AGREES = "agrees"
    DEVIATES = "deviates"
    REMARK = "remark"
    """The reference leaves it open, but the POS or a cashier may stumble over it."""
    NOT_TRIED = "not tried"


class Deviation(Exception):
    """It is not as the reference says; the text is what was seen."""


class NotTried(Exception):
    """There is nothing to try it with; the text says what is missing."""


class Remark(Exception):
    """It is as the reference says, but worth a word."""


@dataclass(frozen=True)
class Settings:
    """What a run may use."""

    allow_writes: bool = False
    keys: Sequence[tuple[str, str]] = ()
    customer_id: str = ""
    promotions: Sequence[str] = ()
    bonus_checks: Sequence[str] = ()


@dataclass
class Visit:
    """One run at one server: what the cases have found out so far."""

    client: Client
    settings: Settings
    customer: dict[str, Any] = field(default_factory=dict)
    """The card of a customer who is there."""
    created: dict[str, Any] = field(default_factory=dict)
    """The card of the customer whom this run has added."""

    def customer_id(self) -> str:
        """Return the id of somebody who is there."""
        found = self.customer.get("customer_id") or self.settings.customer_id
        if not found:
            raise NotTried("needs a customer: --key, --customer or --allow-writes")
        return str(found)


Run = Callable[[Visit], str]


@dataclass(frozen=True)
class Case:
    """What is tried, what the reference says, and whether it changes anything."""

    group: str
    title: str
    says: str
    run: Run
    writes: bool = False
    sitoo: str = ""
    """Its name in Sitoo's own list of test cases, if it is there."""


noted: list[Case] = []
"""What ``case`` has made so far."""


def case(
    group: str, title: str, *, says: str, writes: bool = False, sitoo: str = ""
) -> Callable[[Run], Run]:
    """Make a case of a function, which returns what it has seen or raises."""

    def note(run: Run) -> Run:
        noted.append(Case(group, title, says, run, writes, sitoo))
        return run

    return note


def expect(answer: Answer, status: int, shape: Shape | None = None) -> Any:
    """Return an answer's JSON if it is as it should be, or deviate."""
    if answer.status != status:
        raise Deviation(str(answer))
    return shaped(answer, shape) if shape else answer.json


def expect_error(answer: Answer, *statuses: int) -> str:
    """Return what was seen if it is an Error with one of these statuses, or deviate."""
    if answer.status not in statuses:
        raise Deviation(str(answer))
    error = shaped(answer, ERROR)
    if error["statuscode"] != answer.status:
        raise Deviation(f"{answer}, whose statuscode is {error['statuscode']}")
    if not error["errortext"].strip():
        raise Deviation(f"{answer}, whose errortext is blank")
    return str(answer)


def shaped(answer: Answer, shape: Shape) -> Any:
    """Return an answer's JSON if it has a shape, or deviate."""
    value = answer.json
    if value is None or value is NOT_JSON:
        raise Deviation(str(answer))
    problems = list(dict.fromkeys(shape.problems(value, "")))
    if problems:
        more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise Deviation(f"{answer}: {'; '.join(problems[:3])}{more}")
    return value


def only_one(answer: Answer) -> dict[str, Any]:
    """Return the one customer of a search's answer, or deviate."""
    found = expect(answer, 200, Many(CUSTOMER))
    if len(found) != 1:
        raise Deviation(str(answer))
    one: dict[str, Any] = found[0]
    return one


def differing(sent: Mapping[str, Any], card: Mapping[str, Any]) -> list[str]:
    """Name what of a customer is not as it was sent."""
    return [name for name, value in sent.items() if card.get(name) != value]
