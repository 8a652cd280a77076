"""How quickly the journal's pages answer when Redis holds a million redeems.

The pages are asked over WSGI, each time about another redeem: routing, session, journal
and template, without the network.
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
from bench.mass import Copy, fill
from bench.shop import Shop, instant_shop, valkey_journal
from bridge import journal_ui
from bridge.journal_ui.desk import EXTENSION
from bridge.journal_ui.passwords import hashed
from bridge.journal_ui.settings import JournalSettings, JournalUser
from bridge.redeem.tally import Ending

MANY = 1_000_000
TIMES = 200
LIMIT_MS = 100

USERS = {"bench": JournalUser(hashed("benchmark"), "operate")}


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure; ``directory`` is for what Valkey keeps."""
    with valkey_journal(directory / "valkey") as journal:
        shop = instant_shop(journal)
        # Not what is measured here, and a million fsyncs take their time.
        journal.store.client.config_set("appendonly", "no")
        some = fill(journal, shop, MANY)
        _count(shop, some)
        title = f"The journal's pages over {MANY:,} redeems"
        yield Chapter(title, list(_pages(_client(shop), some)))


def _pages(client: FlaskClient, some: Sequence[Copy]) -> Iterator[Figure]:
    asked: dict[str, Callable[[Copy], str]] = {
        "list, newest page": lambda copy: "",
        "list, from somewhere in between": _from_there,
        "list, one customer": lambda copy: f"?customer={copy.customer_id}",
        "list, one item": lambda copy: f"?item={copy.item_ids[0]}",
        "list, one store on a day": _store_and_day,
        "list, first 8 digits": lambda copy: f"?redeem={copy.redeem_id[:8]}",
        "list, a register that no index knows": lambda copy: "?register=nowhere",
        "one redeem": lambda copy: f"/redeems/{copy.redeem_id}",
        "overview": lambda copy: "/overview",
    }
    chance = random.Random(3)
    for name, path in asked.items():
        took = [_milliseconds(client, path(chance.choice(some))) for _ in range(TIMES)]
        yield at_most(f"{name}, p99", percentile(took, 0.99), LIMIT_MS, "ms")


def _milliseconds(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(f"/journal{path}")
    took = 1000 * (time.perf_counter() - began)
    assert answer.status_code == 200, (path, answer.status_code)
    return took


def _client(shop: Shop) -> FlaskClient:
    """Return somebody who has signed in."""
    app = Flask("bench")
    settings = JournalSettings(USERS, over_https=False)
    sites = {shop.site.name: shop.site}
    journal_ui.install(app, settings, shop.redeemer, sites, 8.0)
    token = app.extensions[EXTENSION].door.sessions.begin("bench")
    client = app.test_client()
    client.set_cookie("journal-session", token)
    return client


def _from_there(copy: Copy) -> str:
    return f"?after={copy.created_at:.3f}-{copy.redeem_id}"


def _store_and_day(copy: Copy) -> str:
    day = datetime.fromtimestamp(copy.created_at, UTC).date()
    return f"?store={quote(copy.store_id)}&from={day}&to={day}"


def _count(shop: Shop, some: Sequence[Copy]) -> None:
    """Give today's overview a chain of shops to draw."""
    journal = shop.journal
    for number, copy in enumerate(some[:1000]):
        redeem = journal.load(copy.redeem_id)
        assert redeem is not None
        redeem.settled_at, redeem.store_id = time.time(), str(number)
        redeem.news = [e for e in journal.events(redeem) if e.settles]
        journal.store.run(*journal.tally.counting(redeem))
    hours = journal.tally.day(datetime.now(UTC).date()).by_hour
    assert sum(hours[hour, Ending.REDEEMED] for hour in range(24)) == len(some[:1000])
