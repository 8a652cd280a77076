"""How quickly the journal's pages answer when Redis holds a million redeems.

The pages are asked over WSGI, each time about another redeem: routing, session, journal
and template, without the network.  Each has to show as much as it can: an empty list is
quick, and says nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from bench.figures import Chapter, Figure, at_most, percentile
from bench.mass import DAYS, STORES, Copy, fill
from bench.shop import Shop, instant_shop, valkey_journal
from bridge.journal_ui.charts import STORES_AT_MOST
from bridge.journal_ui.desk import EXTENSION
from bridge.journal_ui.door.passwords import hashed
from bridge.journal_ui.pages import PAGE
from bridge.journal_ui.settings import JournalSettings, JournalUser
from bridge.journal_ui.whole import install
from bridge.spi.identity.search_key import normalise

MANY = 1_000_000
TIMES = 200
LIMIT_MS = 100

ROW = 'class="row"'
"""What stands once in a list for each redeem."""

USERS = {"bench": JournalUser(hashed("benchmark"), "operate")}


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure; ``directory`` is for what Valkey keeps."""
    with valkey_journal(directory / "valkey") as journal:
        shop = instant_shop(journal)
        # Not what is measured here, and a million fsyncs take their time.
        journal.store.client.config_set("appendonly", "no")
        some = fill(journal, shop, MANY)
        title = f"The journal's pages over {MANY:,} redeems"
        yield Chapter(title, list(_pages(_client(shop), some)))


def _pages(client: FlaskClient, some: Sequence[Copy]) -> Iterator[Figure]:
    busy = min(PAGE, MANY // DAYS // STORES)
    asked: dict[str, tuple[Callable[[Copy], str], str, int]] = {
        "list, newest page": (lambda copy: "", ROW, PAGE),
        "list, from somewhere in between": (_from_there, ROW, PAGE),
        "list, one customer": (lambda copy: f"?customer={copy.customer_id}", ROW, 1),
        "list, one item": (lambda copy: f"?item={copy.item_ids[0]}", ROW, 1),
        "list, one store on a day": (_store_and_day, ROW, busy),
        "list, first 8 digits": (lambda copy: f"?redeem={copy.redeem_id[:8]}", ROW, 1),
        "list, a register that no index knows": (
            lambda copy: "?register=nowhere",
            "None of the redeems that were looked at",
            1,
        ),
        "list, one way of ending on a day": (_redeemed_on_day, ROW, busy),
        "list, a way in which nothing ended": (
            lambda copy: "?outcome=trouble",
            "There is no such redeem",
            1,
        ),
        "list, an hour": (_hour, ROW, PAGE),
        "list, a receipt's number": (
            lambda copy: f"?receipt={copy.receipt}",
            ROW,
            1,
        ),
        "one redeem": (lambda copy: f"/redeems/{copy.redeem_id}", "All 2 items", 1),
        "overview": (_day, f"The {STORES_AT_MOST} busiest of", 1),
    }
    chance = random.Random(3)
    # The first day and the last one are no whole ones.
    whole = some[2 * len(some) // DAYS : -2 * len(some) // DAYS]
    for name, (path, shown, times) in asked.items():
        took = [
            _milliseconds(client, path(chance.choice(whole)), shown, times)
            for _ in range(TIMES)
        ]
        yield at_most(f"{name}, p99", percentile(took, 0.99), LIMIT_MS, "ms")


def _milliseconds(client: FlaskClient, path: str, shown: str, times: int) -> float:
    """Ask for a page on which something has to be shown so many times, or more."""
    began = time.perf_counter()
    answer = client.get(f"/journal{path}")
    took = 1000 * (time.perf_counter() - began)
    assert answer.status_code == 200, (path, answer.status_code)
    assert answer.text.count(shown) >= times, (path, shown, times)
    return took


def _client(shop: Shop) -> FlaskClient:
    """Return somebody who has signed in."""
    app = Flask("bench")
    settings = JournalSettings(USERS, over_https=False)
    sites = {shop.site.name: shop.site}
    install(app, settings, shop.redeemer, sites, 8.0, UTC, normalise)
    token = app.extensions[EXTENSION].door.sessions.begin("bench")
    client = app.test_client()
    client.set_cookie("journal-session", token)
    return client


def _from_there(copy: Copy) -> str:
    return f"?after={copy.created_at:.3f}-{copy.redeem_id}"


def _redeemed_on_day(copy: Copy) -> str:
    return f"{_store_and_day(copy)}&outcome=redeemed"


def _hour(copy: Copy) -> str:
    at = datetime.fromtimestamp(copy.created_at, UTC)
    return (
        f"?from={at:%Y-%m-%d}&from_time={at:%H}:00&to={at:%Y-%m-%d}&to_time={at:%H}:59"
    )


def _store_and_day(copy: Copy) -> str:
    day = datetime.fromtimestamp(copy.created_at, UTC).date()
    return f"?store={quote(copy.store_id)}&from={day}&to={day}"


def _day(copy: Copy) -> str:
    return f"/overview?day={datetime.fromtimestamp(copy.created_at, UTC).date()}"
