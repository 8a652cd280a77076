"""What the journal says of every way in which a redeem can go, from real processes.

A till asks the running bridge, the CRM behind it misbehaves, and each time the same
things have to be true: the sentence, the ending, and what the till was told.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
import requests

from bridge.embedded import EmbeddedValkey
from bridge.redeem import Journal, Redeem, RedeemSettings, RedisSettings, Store
from bridge.redeem.desk.filter import Filter
from bridge.redeem.desk.finder import Finder
from bridge.redeem.desk.story import answers, happened, sentence, unheard
from bridge.redeem.record import Event
from tests.demo_crm_process import JOHN, JOHNS_OFFER, DemoCrm
from tests.end_to_end.service import Service
from tests.redis_servers import wait_until

PATH = f"/customers/{JOHN}/redeem"
BODY = {"promotions": [JOHNS_OFFER], "bonus_checks": []}
SPEND, FIND = "/spend$", "/spends$"


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A bridge that waits for its CRM no longer than a test wants to."""
    with DemoCrm() as crm:
        directory = tmp_path_factory.mktemp("told")
        quick = {"doubt_seconds": 1, "retry_seconds": 0.2, "poll_seconds": 0.1}
        server = {"bind": "127.0.0.1:0", "workers": 1, "deadline_seconds": 2}
        with Service(
            directory,
            crm,
            EmbeddedValkey(),
            settings={"redeem": quick, "server": server},
        ) as service:
            yield service


@pytest.fixture
def shop(impatient: Service) -> Iterator[Service]:
    impatient.crm.clear_faults()
    impatient.crm.reset()
    wait_until(
        lambda: impatient.call("GET", f"/customers/{JOHN}").status_code == 200,
        "the breaker to let a probe pass",
    )
    impatient.forget()
    yield impatient
    impatient.crm.clear_faults()


def asked(service: Service) -> requests.Response:
    return service.call("POST", PATH, json=BODY)


@dataclass(frozen=True)
class Shown:
    """One redeem as the journal has it."""

    redeem: Redeem
    events: list[Event]

    @property
    def sentence(self) -> str:
        return sentence(self.redeem, self.events, time.time())

    @property
    def answers(self) -> list[tuple[str, int]]:
        return [(event.what, event.status) for event in answers(self.events)]


def journal(service: Service) -> list[Shown]:
    """Return what is in the journal, newest first."""
    settings = RedisSettings(url=f"unix://{service.socket}")
    with redis.Redis(
        unix_socket_path=str(service.socket), decode_responses=True
    ) as client:
        journal = Journal(Store(client, settings), RedeemSettings())
        found = Finder(journal, sites=["shop"]).page(Filter()).redeems
        return [Shown(redeem, journal.events(redeem)) for redeem in found]


def told(service: Service, until: Callable[[Shown], bool]) -> Shown:
    """Return the newest redeem, once it says so: an answer is written when sent."""
    found: list[Shown] = []

    def says_so() -> bool:
        found[:] = journal(service)[:1]
        return bool(found) and until(found[0])

    wait_until(says_so, "the journal to say so")
    return found[0]


@dataclass(frozen=True)
class Case:
    """What goes wrong, what the till hears, and what the journal says of it."""

    ending: str
    faults: tuple[dict[str, Any], ...]
    status: int
    said: str


CASES = [
    Case("redeemed", (), 200, "The item has been spent since "),
    Case(
        "failed",
        ({"kind": "500", "path": SPEND}, {"kind": "500", "path": FIND, "times": None}),
        504,
        "the CRM had an error of its own",
    ),
    Case(
        "no answer",
        ({"kind": "hang", "path": SPEND}, {"kind": "hang", "path": FIND}),
        504,
        "the CRM gave no answer",
    ),
    Case(
        "put off",
        ({"kind": "429", "path": SPEND, "retry_after": "60"},),
        429,
        "the CRM wanted to be asked later",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.ending)
def test_each_way_in_its_own_words(shop: Service, case: Case) -> None:
    for fault in case.faults:
        shop.crm.fault(**fault)
    answer = asked(shop)
    assert answer.status_code == case.status, answer.text
    shop.crm.clear_faults()
    shown = told(shop, lambda one: bool(one.answers) and one.redeem.settled)
    assert shown.answers == [("answered", case.status)]
    texts = [event.text for event in answers(shown.events)]
    assert texts == [answer.json().get("errortext", "")]
    assert shown.redeem.ending == case.ending
    assert case.said in shown.sentence
    words = " ".join(happened(event) for event in shown.events)
    assert "refused" not in words + shown.sentence


def test_a_refusal_names_the_item(shop: Service) -> None:
    assert asked(shop).status_code == 200
    answer = shop.call("POST", PATH, json=BODY, headers={"Register-ID": "another"})
    assert answer.status_code == 409
    shown = told(shop, lambda one: one.answers == [("answered", 409)])
    assert shown.redeem.ending == "refused"
    assert f"the CRM refused promotion {JOHNS_OFFER}" in shown.sentence


def test_a_crm_that_is_left_alone_has_refused_nothing(shop: Service) -> None:
    shop.crm.fault("500", times=None)
    for _ in range(12):
        shop.call("GET", f"/customers/{JOHN}")
    assert asked(shop).status_code == 503
    shown = told(shop, lambda one: bool(one.answers))
    assert shown.redeem.ending == "not asked"
    assert "the CRM was not asked" in shown.sentence


def test_an_undo_is_answered_apart_from_its_redeem(shop: Service) -> None:
    redeem_id = asked(shop).json()["redeem_id"]
    assert shop.call("DELETE", f"{PATH}/{redeem_id}").status_code == 200
    shown = told(shop, lambda one: len(one.answers) == 2)
    assert shown.answers == [("answered", 200), ("undo answered", 200)]
    assert shown.redeem.ending == "given back"
    assert "given back when the till asked for it" in shown.sentence


def test_a_success_that_nobody_heard(shop: Service) -> None:
    shop.crm.fault("slow", path=SPEND, ms=1200)
    where = urlsplit(shop.url)
    till = HTTPConnection(where.hostname or "", where.port or 0)
    prepared = shop.session.prepare_request(requests.Request("GET", shop.url))
    headers = {
        "Authorization": str(prepared.headers["Authorization"]),
        "Content-Type": "application/json",
    }
    till.request("POST", PATH, json.dumps(BODY), headers)
    told(shop, lambda one: "sending" in {event.what for event in one.events})
    till.close()
    shown = told(shop, lambda one: bool(one.answers))
    (answer,) = answers(shown.events)
    assert answer.gone_ms
    if answer.status == 200:
        assert unheard(shown.redeem, shown.events)
        assert "The till had hung up before it was told." in shown.sentence
