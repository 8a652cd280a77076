"""A CRM that hangs for everybody, and what the others notice of it.

One process serves two sites.  Two hundred tills of one site ask every second; its CRM
stops answering and comes back.  A few tills of the other site go on all the while.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.candidates import CARD, CUSTOMER
from bench.figures import Chapter, Figure, at_most, percentile, plain
from bench.load import Call, Shift, Till
from bench.programs import Running, serve, stub

TILLS = 200
OTHER_TILLS = 4

WARM_SECONDS = 2
WELL_SECONDS = 8
HANGING_SECONDS = 14
"""Longer than the deadline, so that every call of the first moment has ended."""
AGAIN_SECONDS = 8

SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)
"""What the stub takes for "hang" and "be well"."""

DEADLINE_SECONDS = 8.0
"""The bridge's default."""


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure."""
    bodies = {f"/cards/{CUSTOMER}": CARD}
    with stub(directory, bodies) as ailing, stub(directory, bodies) as healthy:
        mapping = "bench.candidates.bridge_mapping"
        sites = {
            "ailing": {"url": ailing.url, "mapping": mapping},
            "healthy": {"url": healthy.url, "mapping": mapping},
        }
        with serve(directory, sites, workers=1, threads=32) as bridge:
            figures = list(_measured(bridge, ailing))
    yield Chapter(f"A CRM that hangs, {TILLS} tills", figures)


def _measured(bridge: Running, crm: Running) -> Iterator[Figure]:
    path = f"/customers/{CUSTOMER}"
    ailing, healthy = bridge.target(path, "ailing"), bridge.target(path, "healthy")
    tills = [Till(ailing, pause=1.0) for _ in range(TILLS)]
    tills += [Till(healthy, pause=0.05) for _ in range(OTHER_TILLS)]
    shift = Shift(tills, WELL_SECONDS + HANGING_SECONDS + AGAIN_SECONDS)
    moments: list[float] = []
    stop, go = (partial(_tell, crm, number, moments) for number in SIGNALS)
    shift.after(WELL_SECONDS, stop)
    shift.after(WELL_SECONDS + HANGING_SECONDS, go)
    calls = shift.work()
    hung, back = moments
    yield from _ailing([call for call in calls if call.target == ailing], hung, back)
    yield from _healthy([call for call in calls if call.target == healthy], hung, back)


def _tell(crm: Running, number: signal.Signals, moments: list[float]) -> None:
    crm.send(number)
    moments.append(time.monotonic())


def _ailing(calls: Sequence[Call], hung: float, back: float) -> Iterator[Figure]:
    # What is on its way at either moment may end in either way.
    before = [call for call in calls if call.began + call.took < hung]
    during = [call for call in calls if hung <= call.began < back - call.took]
    yield at_most("errors before it hung", _others(before, 200), 0, "calls", 0)
    yield Figure("calls while it hung", f"{len(during):,}")
    wrong = _others(during, 503, 504)
    yield at_most("of these, neither 503 nor 504", wrong, 0, "calls", 0)
    fast = percentile([call.took for call in during], 0.5)
    yield plain("half of them were answered within", 1000 * fast, "ms")
    slowest = max(call.took for call in calls)
    yield at_most("the slowest of them", slowest, DEADLINE_SECONDS + 0.5, "s", 2)
    failed = [call.began for call in calls if call.began >= back and call.status != 200]
    away = max(failed, default=back) - back
    yield at_most("last error after the CRM's return", away, 5.0, "s", 2)


def _healthy(calls: Sequence[Call], hung: float, back: float) -> Iterator[Figure]:
    yield at_most("healthy site beside it: errors", _others(calls, 200), 0, "calls", 0)
    warm = hung - WELL_SECONDS + WARM_SECONDS
    usual = 1000 * _p99([call for call in calls if warm <= call.began < hung])
    then = 1000 * _p99([call for call in calls if hung <= call.began < back])
    yield plain("its usual p99", usual, "ms")
    yield at_most("its p99 meanwhile", then, round(2 * usual, 1), "ms")


def _others(calls: Sequence[Call], *statuses: int) -> int:
    return sum(call.status not in statuses for call in calls)


def _p99(calls: Sequence[Call]) -> float:
    return percentile([call.took for call in calls], 0.99)
