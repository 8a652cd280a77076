"""More tills than the bridge can serve: who is served, how soon, and what it yields.

Every till asks again as soon as it is answered; after a 503 it waits as it is told.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.candidates import CARD, CUSTOMER
from bench.figures import Chapter, Figure, at_least, at_most, percentile, plain
from bench.load import Call, Shift, Target, Till, one_after_another
from bench.programs import serve, stub

WORKERS, THREADS = 2, 32

LOADS = (1, 4, 16, 64)
"""Tills, in multiples of the threads that there are."""

SECONDS = 20.0

RETRY_SECONDS = 1.0
"""What a 503 tells a till to wait."""

DEADLINE_SECONDS = 8.0

NORMAL_SECONDS = 2.0
LOOKS = 200


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    site = {"mapping": "bench.candidates.bridge_mapping"}
    with stub(directory, {f"/cards/{CUSTOMER}": CARD}) as crm:
        sites = {"sweden": {**site, "url": crm.url}}
        with serve(directory, sites, WORKERS, THREADS) as bridge:
            target = bridge.target(f"/customers/{CUSTOMER}", "sweden")
            Shift([Till(target) for _ in range(64)], 2.0).work()
            usual = percentile(
                [call.took for call in one_after_another(target, LOOKS)], 0.99
            )
            served = {load: _work(target, load) for load in LOADS}
            calm = _calm(target, usual)
    yield Chapter(
        f"Too many tills, {WORKERS * THREADS} threads",
        [*_figures(served), at_most("back to normal", calm, NORMAL_SECONDS, "s", 2)],
    )


def _work(target: Target, load: int) -> Sequence[Call]:
    count = load * WORKERS * THREADS
    tills = [Till(target, after_503=RETRY_SECONDS) for _ in range(count)]
    return Shift(tills, SECONDS).work()


def _figures(served: dict[int, Sequence[Call]]) -> Iterator[Figure]:
    yields = {}
    for load, calls in served.items():
        good = [call for call in calls if call.status == 200]
        yields[load] = len(good) / SECONDS
        in_time = sum(call.took <= 1.0 for call in calls) / len(calls)
        what = f"{load} x {WORKERS * THREADS} tills"
        yield Figure(
            f"{what}: served",
            f"{yields[load]:,.0f}/s, p99 {1000 * _p99(good):,.0f} ms",
        )
        refused = [call for call in calls if call.status == 503]
        others = len(calls) - len(good) - len(refused)
        if refused:
            spread = f"{len(refused):,}, p99 {1000 * _p99(refused):,.0f} ms"
            yield Figure(f"{what}: answered 503", spread)
        yield at_most(f"{what}: neither 200 nor 503", others, 0, "calls", 0)
        yield plain(f"{what}: answered within 1 s", 100 * in_time, "%")
        slowest = max(call.took for call in calls)
        limit = DEADLINE_SECONDS + 0.5
        yield at_most(f"{what}: the slowest answer", slowest, limit, "s", 2)
    ratio = yields[16] / max(yields.values())
    yield at_least("served at 16 x, against the best", ratio, 0.9, "times", 2)


def _calm(target: Target, usual: float) -> float:
    """Return how long one till still notices that there was a load, in seconds."""
    began = time.monotonic()
    calls = one_after_another(target, LOOKS)
    late = [
        call.began + call.took - began
        for call in calls
        if call.status != 200 or call.took > 3 * usual
    ]
    return max(late, default=0.0)


def _p99(calls: Sequence[Call]) -> float:
    return percentile([call.took for call in calls], 0.99)
