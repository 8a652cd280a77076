"""Tries the cases at one server, one after the other."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.conformance.case import (
    Case,
    Deviation,
    NotTried,
    Remark,
    Settings,
    Verdict,
    Visit,
)
from bridge.conformance.cases import CASES
from bridge.conformance.client import Client, NoAnswer

ORDER = ("Lists", "Signing in", "Searching", "Adding a customer", "The customer card")
"""The groups that others need the findings of; the rest follow as they are written."""

NEEDS_WRITES = "needs --allow-writes"


class CannotRun(Exception):
    """There is no SPI to be tried; the text says why, and what to do."""


@dataclass(frozen=True)
class Result:
    """What became of a case: its verdict, what was seen, and the seconds it took."""

    case: Case
    verdict: Verdict
    seen: str
    seconds: float


def run(
    client: Client, settings: Settings, cases: Sequence[Case] = CASES
) -> list[Result]:
    """Try cases, and return what became of them in the order in which they were tried.

    Raise ``CannotRun`` where nobody answers, or the credentials are not taken.
    """
    _begin(client)
    visit = Visit(client, settings)
    return [_tried(one, visit) for one in sorted(cases, key=_place)]


def _begin(client: Client) -> None:
    try:
        answer = client.get("/consents")
    except NoAnswer as error:
        raise CannotRun(f"{client.url}: {error}: is this where it listens?") from None
    if answer.status in (401, 403):
        raise CannotRun(
            f"{client.url}: {answer.status}: it does not take these credentials"
        )


def _place(one: Case) -> tuple[int, int]:
    groups = [*ORDER, *dict.fromkeys(case.group for case in CASES)]
    last = len(groups) if one.group == "All answers" else groups.index(one.group)
    return last, CASES.index(one)


def _tried(one: Case, visit: Visit) -> Result:
    began = time.monotonic()
    verdict, seen = _verdict(one, visit)
    return Result(one, verdict, seen, time.monotonic() - began)


def _verdict(one: Case, visit: Visit) -> tuple[Verdict, str]:
    if one.writes and not visit.settings.allow_writes:
        return Verdict.NOT_TRIED, NEEDS_WRITES
    try:
        return Verdict.AGREES, one.run(visit)
    except NotTried as missing:
        return Verdict.NOT_TRIED, str(missing)
    except Remark as remark:
        return Verdict.REMARK, str(remark)
    except (Deviation, NoAnswer) as deviation:
        return Verdict.DEVIATES, str(deviation)
