"""What a process of the bridge needs: time to start, and memory to go on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from bench.candidates import CARD, CUSTOMER
from bench.edge import MANY_TILLS
from bench.figures import Chapter, Figure, at_most, middle, plain
from bench.load import Shift, Target, Till, answer_of
from bench.programs import Running, serve, stub

STARTS = 5

REQUESTS = 100_000
WARM = 5_000
"""Until every thread has been used and has made its connection."""

SLICE_SECONDS = 1.0

MIB = 2**20


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure."""
    bodies = {f"/cards/{CUSTOMER}": CARD}
    # Without latency: 100,000 requests are enough to wait for as they are.
    with stub(directory, bodies, milliseconds=0) as crm:
        figures = [_start_up(directory, crm), *_memory(directory, crm)]
    yield Chapter("Processes", figures)


def _start_up(directory: Path, crm: Running) -> Figure:
    took = []
    for number in range(STARTS):
        home = directory / f"start-{number}"
        home.mkdir()
        began = time.monotonic()
        with _bridge(home, crm) as bridge:
            answer_of(_target(bridge))
            took.append(time.monotonic() - began)
    return at_most("from start to the first answer", middle(took), 2.0, "s", 2)


def _memory(directory: Path, crm: Running) -> Iterator[Figure]:
    with _bridge(directory, crm) as bridge:
        target, done, sizes = _target(bridge), 0, {}
        while done < REQUESTS:
            tills = [Till(target) for _ in range(MANY_TILLS)]
            done += len(Shift(tills, SLICE_SECONDS).work())
            sizes[done] = max(one.memory_info().rss for one in bridge.workers()) / MIB
    half = max(size for count, size in sizes.items() if count <= REQUESTS / 2)
    warm = max(size for count, size in sizes.items() if count <= 2 * WARM)
    end = max(sizes.values())
    yield plain(f"memory of a worker after {WARM:,} requests", warm, "MiB")
    yield plain(f"memory of a worker after {REQUESTS // 2:,} requests", half, "MiB")
    yield at_most(f"memory of a worker after {done:,} requests", end, 70, "MiB")
    yield at_most("growth over the last half", end - half, 0.5, "MiB")


def _bridge(directory: Path, crm: Running) -> AbstractContextManager[Running]:
    site = {"url": crm.url, "mapping": "bench.candidates.bridge_mapping"}
    return serve(directory, {"sweden": site}, workers=2, threads=32)


def _target(bridge: Running) -> Target:
    return bridge.target(f"/customers/{CUSTOMER}", "sweden")
