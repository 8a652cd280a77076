"""Several sites in one process: what the CRM of one does, the others never feel."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from bridge.deadline import Deadline
from bridge.errors import OutcomeUnknown
from bridge.mapping import Mapping
from bridge.model import Context, Item, Receipt
from bridge.redeem import Journal, Recovery, Redeemer, RedeemSettings
from bridge.redeem import recovery as recovery_module
from bridge.site import Site
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping
from tests.redeem.faults import Killed, killed

PATIENCE = 30.0
SETTINGS = RedeemSettings(doubt_seconds=0, poll_seconds=0.01, retry_seconds=0.01)
MANY = 4 * SETTINGS.parallel + SETTINGS.parallel


class Dying(LedgerMapping):
    def redeem_item(self, item: Item, ref: str) -> Receipt:
        super().redeem_item(item, ref)
        raise Killed


class Hanging(LedgerMapping):
    """Answers nothing until the test is over."""

    over: ClassVar[threading.Event]
    asked: ClassVar[threading.Semaphore]

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        self._hang()
        raise OutcomeUnknown

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        self._hang()
        return super().find_receipt(item, ref)

    def _hang(self) -> None:
        self.asked.release()
        assert self.over.wait(PATIENCE)


@pytest.fixture
def hanging() -> Iterator[type[Hanging]]:
    facts: dict[str, Any] = {
        "over": threading.Event(),
        "asked": threading.Semaphore(0),
    }
    made = type("Hanging", (Hanging,), facts)
    yield made
    made.over.set()


class TwoSites:
    """The sites ``north`` and ``south`` of one process, over one journal and CRM."""

    def __init__(self, shop: Shop, journal: Journal) -> None:
        clock: Any = time.time
        self.ledger = shop.ledger
        self.journal = journal
        self.redeemer = Redeemer(journal, SETTINGS, clock=clock)
        self.sites = {
            name: replace(shop.site, name=name) for name in ("north", "south")
        }
        self.recovery = Recovery(self.redeemer, self.sites)

    def with_(self, name: str, mapping: type[Mapping]) -> Site:
        self.sites[name] = replace(self.sites[name], mapping_class=mapping)
        return self.sites[name]

    def redeem(self, site: Site, *promotions: str) -> None:
        self.redeemer.redeem(
            site, Context(site=site.name), "c1", (), promotions, deadline=Deadline(20)
        )

    def interrupt(self, name: str, count: int) -> None:
        """Leave behind redeems whose worker has died, and that are due."""
        dying = replace(self.sites[name], mapping_class=Dying)
        for number in range(count):
            with killed():
                self.redeem(dying, f"{name}-{number}")
        for redeem_id in self.journal.indexes.open_ids():
            redeem = self.journal.load(redeem_id)
            assert redeem is not None
            redeem.lease_until = 1.0
            self.journal.save(redeem, "")
            self.journal.open(redeem, 1.0 if name == "south" else 2.0)

    def spent(self, name: str) -> int:
        return sum(item_id.startswith(name) for item_id in self.ledger.spent)


@pytest.fixture
def two(shop: Shop, journal: Journal) -> TwoSites:
    return TwoSites(shop, journal)


@contextmanager
def recovering(recovery: Recovery) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=recovery.run_forever, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(holds: Any) -> None:
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up
        threading.Event().wait(0.01)


def test_recovery_of_one_site_does_not_wait_for_another_ones_crm(
    two: TwoSites, hanging: type[Hanging], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the other one has more that is due than a page, and longer."""
    monkeypatch.setattr(recovery_module, "PAGE", 5)
    monkeypatch.setattr(recovery_module, "WAITING", 6)
    two.interrupt("north", 12)
    two.interrupt("south", 20)
    two.with_("south", hanging)
    with recovering(two.recovery):
        until(lambda: two.spent("north") == 0)
        assert two.spent("south") == 20
        hanging.over.set()
        until(lambda: two.journal.counts() == (0, 0))
    assert two.ledger.spent == {}


def test_recovery_drives_several_redeems_of_a_site_and_not_too_many(
    two: TwoSites, hanging: type[Hanging]
) -> None:
    two.interrupt("south", 20)
    two.with_("south", hanging)
    with recovering(two.recovery):
        for _ in range(SETTINGS.recovery_parallel):
            assert hanging.asked.acquire(timeout=PATIENCE)
        assert not hanging.asked.acquire(timeout=0.05)
        hanging.over.set()


def test_a_redeem_does_not_wait_for_the_threads_of_another_site(
    two: TwoSites, hanging: type[Hanging]
) -> None:
    south = two.with_("south", hanging)
    tills = []
    for till in range(MANY // SETTINGS.parallel):
        items = [f"{till}-{number}" for number in range(SETTINGS.parallel)]
        ask = threading.Thread(target=lambda items=items: _press(two, south, items))
        ask.start()
        tills.append(ask)
    for _ in range(4 * SETTINGS.parallel):
        assert hanging.asked.acquire(timeout=PATIENCE)
    done = threading.Event()
    north = threading.Thread(
        target=lambda: (two.redeem(two.sites["north"], "a", "b", "c"), done.set())
    )
    north.start()
    assert done.wait(10)
    hanging.over.set()
    for till in (*tills, north):
        till.join(PATIENCE)


def _press(two: TwoSites, site: Site, items: list[str]) -> None:
    with killed():
        two.redeem(site, *items)
