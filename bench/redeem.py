"""What all-or-nothing costs: the journal alone, beside a slow CRM, and when it is full.

``python -m bench.redeem`` prints these figures alone.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bench import durable
from bench.figures import Chapter, Figure, at_most, middle, percentile, plain, show
from bench.machine import description
from bench.mass import Copy, fill
from bench.programs import demo_crm
from bench.shop import instant_shop, shop, valkey_journal
from bridge.redeem import Journal, Recovery
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.finder import Finder
from bridge.redeem.journal.keys import DAY
from bridge.secret import Secret
from bridge.upstream import HeaderAuth, UpstreamSettings
from mappings import demo

ROUNDS = 7
TIMES = 60
"""Redeems of a kind in each round."""

MANY = 1_000_000

CUSTOMER = "a26d8975-3b86-43c0-9b12-a86401074770"


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure; ``directory`` is for what Valkey and SQLite keep."""
    with (
        valkey_journal(directory / "valkey") as journal,
        valkey_journal(directory / "empty") as empty,
    ):
        yield Chapter("The journal's own cost", list(_own_cost(journal, directory)))
        yield Chapter("A CRM that takes 20 ms", list(_slow_crm(journal)))
        title = f"{MANY:,} settled redeems in Redis"
        yield Chapter(title, list(_million(journal, empty)))


def _own_cost(journal: Journal, directory: Path) -> Iterator[Figure]:
    till = instant_shop(journal)
    with durable.workflow(directory) as workflow:
        contest = {
            "redeem of 5 items": lambda: till.redeem_new(5),
            "redeem of 1 item": lambda: till.redeem_new(1),
            "DBOS Transact, 5 steps": lambda: workflow(5),
            "DBOS Transact, 1 step": lambda: workflow(1),
        }
        medians = _in_turn(contest, TIMES)
    first, *others = medians
    yield at_most(f"{first}, p50", medians[first], 3.5, "ms", 2)
    for name in others:
        yield plain(f"{name}, p50", medians[name], "ms", 2)


def _slow_crm(journal: Journal) -> Iterator[Figure]:
    with demo_crm(latency_ms=20) as crm:
        auth = HeaderAuth("X-Api-Key", Secret(crm.key))
        till = shop(journal, demo.Mapping, UpstreamSettings(url=crm.url, auth=auth))
        offers = iter(crm.grant(CUSTOMER, 6 * (20 * ROUNDS + 5)))

        def redeem(items: int) -> None:
            till.redeem(CUSTOMER, [next(offers) for _ in range(items)])

        names = {"1 item": lambda: redeem(1), "5 items": lambda: redeem(5)}
        medians = _in_turn(names, 20)
    for name, milliseconds in medians.items():
        yield plain(f"redeem of {name}, p50", milliseconds, "ms")
    ratio = medians["5 items"] / medians["1 item"]
    yield at_most("5 items against 1", ratio, 1.6, "times", 2)


def _million(journal: Journal, empty: Journal) -> Iterator[Figure]:
    till, redis = instant_shop(journal), journal.store.client
    redis.flushall()
    # Not what is measured here, and a million fsyncs take their time.
    redis.config_set("appendonly", "no")
    used = redis.info("memory")["used_memory"]
    some = fill(journal, till, MANY)
    used = redis.info("memory")["used_memory"] - used
    size = used / MANY / 1024
    yield at_most("Redis memory for a redeem of 2 items", size, 1.5, "KiB", 2)
    yield from _finds(journal, some)
    yield from _polls(journal, empty)


def _polls(full: Journal, empty: Journal) -> Iterator[Figure]:
    """Poll as recovery does every second, where nothing is open."""
    polls = {"an empty": _recovery(empty).run_once, "a full": _recovery(full).run_once}
    medians = _in_turn(polls, TIMES)
    for name, milliseconds in medians.items():
        yield plain(f"recovery poll of {name} journal, p50", milliseconds, "ms", 2)
    ratio = medians["a full"] / medians["an empty"]
    yield at_most("a full one against an empty one", ratio, 1.25, "times", 2)


def _recovery(journal: Journal) -> Recovery:
    till = instant_shop(journal)
    return Recovery(till.redeemer, {till.site.name: till.site})


def _finds(journal: Journal, some: Sequence[Copy]) -> Iterator[Figure]:
    """Look for redeems as support staff do, each time for others."""
    finder, chance = Finder(journal), random.Random(2)

    def by_store(copy: Copy) -> Filter:
        on = copy.created_at // DAY * DAY
        site, store = copy.site, copy.store_id
        return Filter(site=site, store_id=store, since=on, until=on + DAY)

    finds: dict[str, Callable[[Copy], Filter]] = {
        "newest page": lambda copy: Filter(),
        "find by customer": lambda copy: Filter(
            site=copy.site, customer_id=copy.customer_id
        ),
        "find by store and day": by_store,
        "find by item": lambda copy: Filter(site=copy.site, item_id=copy.item_ids[0]),
        "find by first digits": lambda copy: Filter(redeem_id=copy.redeem_id[:6]),
    }
    for name, wanted in finds.items():

        def find(wanted: Callable[[Copy], Filter] = wanted) -> None:
            assert finder.page(wanted(chance.choice(some))).redeems

        yield at_most(
            f"{name}, p99", percentile(_milliseconds(find, 300), 0.99), 20, "ms"
        )


def _in_turn(
    contest: Mapping[str, Callable[[], object]], times: int
) -> dict[str, float]:
    """Return each one's p50 in milliseconds, over rounds in which they take turns."""
    medians: dict[str, list[float]] = {name: [] for name in contest}
    for call in contest.values():
        _milliseconds(call, 5)
    for _ in range(ROUNDS):
        for name, call in contest.items():
            medians[name].append(percentile(_milliseconds(call, times), 0.5))
    return {name: middle(values) for name, values in medians.items()}


def _milliseconds(call: Callable[[], object], times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - began))
    return took


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as directory:
        show(list(chapters(Path(directory))), description())
