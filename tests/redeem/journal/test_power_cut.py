"""Valkey killed and started again while tills are busy: nothing acknowledged is lost.

The server's every write is in its file before it answers (``appendfsync always``); a
SIGKILL takes only what it has not answered.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sized
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from bridge.embedded import EmbeddedValkey
from bridge.errors import BridgeError
from bridge.redeem import Journal, RedisSettings, Store, connect
from tests.redeem.agreement import agree_on_all
from tests.redeem.conftest import SETTINGS
from tests.redeem.till.test_concurrency import (
    PATIENCE,
    RealShop,
    open_shop,
    recover_later,
)

TILLS, CUTS, REDEEMS_BETWEEN = 6, 6, 40


class Told:
    """What the tills were told, and how many redeems that was so far."""

    def __init__(self) -> None:
        self.redeemed: dict[str, list[str]] = {}
        self.undone: set[str] = set()
        self.undo_failed: set[str] = set()
        self.errors: list[int] = []
        self._news = threading.Condition()

    def note(self) -> None:
        with self._news:
            self._news.notify_all()

    def wait_for_redeems(self, more: int) -> None:
        """Wait until so many more redeems have been acknowledged."""
        self._wait_for_more(self.redeemed, more)

    def wait_for_errors(self, more: int) -> None:
        """Wait until the tills have been told so many more errors."""
        self._wait_for_more(self.errors, more)

    def _wait_for_more(self, told: Sized, more: int) -> None:
        wanted = len(told) + more
        with self._news:
            assert self._news.wait_for(lambda: len(told) >= wanted, PATIENCE)


def till(shop: RealShop, name: str, told: Told, stop: threading.Event) -> None:
    """Redeem two items after the other, and undo every fourth redeem."""
    for number in itertools.count():
        if stop.is_set():
            return
        items = [f"{name}-{number}-{which}" for which in "ab"]
        try:
            redeem_id = shop.redeem(*items, register=name).redeem_id
            told.redeemed[redeem_id] = items
            if number % 4 == 0:
                told.undo_failed.add(redeem_id)
                shop.undo(redeem_id)
                told.undo_failed.discard(redeem_id)
                told.undone.add(redeem_id)
        except BridgeError as error:
            told.errors.append(error.status)
        told.note()


def test_no_acknowledged_redeem_is_lost(in_memory: Path, pool: Executor) -> None:
    directory = in_memory / "power cut"
    server = EmbeddedValkey()
    settings = RedisSettings(url=f"unix://{server.start(directory)}")
    client = connect(settings)
    shop = open_shop(Journal(Store(client, settings), SETTINGS), pool)
    told, stop = Told(), threading.Event()
    with ThreadPoolExecutor(TILLS) as tills:
        busy = [
            tills.submit(till, shop, f"r{number}", told, stop)
            for number in range(TILLS)
        ]
        for number in range(CUTS):
            told.wait_for_redeems(REDEEMS_BETWEEN)
            server.kill()
            if number % 2:  # else the clients' own retries bridge the gap
                told.wait_for_errors(TILLS)
            server.start(directory)
        told.wait_for_redeems(REDEEMS_BETWEEN)
        stop.set()
        for each in busy:
            each.result(PATIENCE)

    for thread in threading.enumerate():
        if thread.name == "disown":
            thread.join(PATIENCE)
    assert set(told.errors) <= {503, 504}
    recover_later(shop)
    spent = agree_on_all(shop.ledger, shop.journal, client)
    kept = told.redeemed.keys() - told.undone - told.undo_failed
    assert kept <= spent.keys() <= kept | told.undo_failed
    assert all(sorted(told.redeemed[id_]) == items for id_, items in spent.items())
    print(
        f"{CUTS} power cuts: {len(told.redeemed)} redeems and {len(told.undone)} undos "
        f"acknowledged, {len(told.errors)} errors, none lost"
    )
    client.close()
    server.stop()
