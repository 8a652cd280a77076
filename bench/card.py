"""A customer card that takes four reads, beside one that takes one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.candidates import CARD, CUSTOMER
from bench.edge import milliseconds
from bench.figures import Chapter, Figure, at_most, middle, percentile, plain
from bench.load import one_after_another
from bench.programs import serve, stub
from demo_crm.routes import answer
from demo_crm.seed import seed
from demo_crm.state import State

ROUNDS = 7
CALLS = 40

JOHN = "a26d8975-3b86-43c0-9b12-a86401074770"


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure the demo mapping's card, whose reads are made side by side."""
    with (
        stub(directory, {**demo_paths(), f"/cards/{CUSTOMER}": CARD}) as crm,
        serve(
            directory,
            {
                "one": {"url": crm.url, "mapping": "bench.candidates.bridge_mapping"},
                "four": {"url": crm.url, "mapping": "demo"},
            },
            workers=1,
            threads=32,
        ) as bridge,
    ):
        one = bridge.target(f"/customers/{CUSTOMER}", "one")
        four = bridge.target(f"/customers/{JOHN}", "four")
        took: dict[str, list[float]] = {"1": [], "4": []}
        for _ in range(ROUNDS):
            for name, target in {"1": one, "4": four}.items():
                calls = one_after_another(target, CALLS)
                took[name].append(percentile(milliseconds(calls), 0.5))
    yield Chapter("A card of four reads", list(_figures(took)))


def _figures(took: dict[str, list[float]]) -> Iterator[Figure]:
    one, four = middle(took["1"]), middle(took["4"])
    yield plain("card of 1 read, p50", one, "ms")
    yield plain("card of 4 reads, p50", four, "ms")
    yield at_most("4 reads against 1", four / one, 1.3, "times", 2)


def demo_paths() -> dict[str, object]:
    """Return what the demo CRM answers for one customer."""
    state, path = State(seed), f"/contacts/{JOHN}"
    paths = [path, *(f"{path}/{part}" for part in ("offers", "vouchers", "points"))]
    return {path: answer(state, "GET", path, {}, {})[1] for path in paths}
