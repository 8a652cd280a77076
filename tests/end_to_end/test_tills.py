"""Several tills at once, over HTTP, against one CRM."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.demo_crm_process import JOHN
from tests.end_to_end.service import Service
from tests.extent import EVERYTHING

TILLS = 8
ROUNDS = 200 if EVERYTHING else 50
DOUBLES = 100 if EVERYTHING else 25


class Tills:
    """So many threads that press a button in the same moment."""

    def __init__(self, service: Service, pool: ThreadPoolExecutor) -> None:
        self.service = service
        self.pool = pool

    def redeem(self, register: str, *promotions: str) -> requests.Response:
        body = {"bonus_checks": [], "promotions": promotions}
        headers = {"Store-ID": "200", "Register-ID": register}
        path = f"/customers/{JOHN}/redeem"
        return self.service.call("POST", path, json=body, headers=headers)

    def undo(self, redeem_id: str) -> requests.Response:
        return self.service.call("DELETE", f"/customers/{JOHN}/redeem/{redeem_id}")

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        together = threading.Barrier(len(acts))

        def press(act: Callable[[], Any]) -> Any:
            together.wait(10)
            return act()

        return list(self.pool.map(press, acts))


@pytest.fixture
def tills(service: Service) -> Iterator[Tills]:
    with ThreadPoolExecutor(TILLS) as pool:
        yield Tills(service, pool)


def test_one_promotion_goes_to_one_till(tills: Tills) -> None:
    offers = tills.service.crm.grant(JOHN, offers=ROUNDS)["offers"]
    lost: Counter[int] = Counter()
    for offer in offers:
        answers = tills.at_once(
            *(lambda r=f"till-{n}", o=offer: tills.redeem(r, o) for n in range(TILLS))
        )
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses[200] == 1, statuses
        assert statuses[409] == TILLS - 1, statuses
        lost += statuses
    ledger = Counter(entry["item"] for entry in tills.service.crm.ledger())
    assert ledger == dict.fromkeys(offers, 1)
    print(f"{ROUNDS} rounds of {TILLS} tills: {dict(lost)}")


def test_a_doubled_request_is_one_redeem(tills: Tills) -> None:
    offers = tills.service.crm.grant(JOHN, offers=DOUBLES)["offers"]
    for offer in offers:
        answers = tills.at_once(*[lambda o=offer: tills.redeem("till", o)] * 2)
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
    ledger = Counter(entry["item"] for entry in tills.service.crm.ledger())
    assert ledger == dict.fromkeys(offers, 1)


def test_a_redeem_and_its_undo_at_once(tills: Tills) -> None:
    """The repeat of a redeem meets its undo: both are answered, one after the other."""
    for offer in tills.service.crm.grant(JOHN, offers=40)["offers"]:
        redeem_id = tills.redeem("till", offer).json()["redeem_id"]
        again, undone = tills.at_once(
            lambda o=offer: tills.redeem("till", o),
            lambda r=redeem_id: tills.undo(r),
        )
        assert undone.status_code == 200
        assert again.status_code in (200, 409), again.text
        spent = tills.service.crm.spent().get(offer)
        if again.status_code == 200 and again.json()["redeem_id"] != redeem_id:
            assert spent is not None
            assert spent.startswith(again.json()["redeem_id"])
        else:  # the first one's success once more, which the undo then took back
            assert spent is None


def test_two_undos_at_once(tills: Tills) -> None:
    for offer in tills.service.crm.grant(JOHN, offers=40)["offers"]:
        redeem_id = tills.redeem("till", offer).json()["redeem_id"]
        undo = [lambda r=redeem_id: tills.undo(r)]
        answers = tills.at_once(*undo * 2)
        assert [answer.status_code for answer in answers] == [200, 200]
        assert offer not in tills.service.crm.spent()


NEW = {"name_first": "Örjan", "name_last": "Ny", "mobile": "070-174 06 98"}
"""Nothing of this is unique in the demo CRM: it adds the same person twice."""

FOUND = "/contacts?cell=%2B46701740698"


def test_a_doubled_sign_up_is_one_customer(tills: Tills) -> None:
    def sign_up() -> requests.Response:
        headers = {"Store-ID": "200", "Register-ID": "till"}
        return tills.service.call("POST", "/customers", json=NEW, headers=headers)

    answers = [*tills.at_once(*[sign_up] * TILLS), sign_up()]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["customer_id"] for answer in answers}) == 1
    hits = tills.service.crm.call("GET", FOUND)
    assert len(hits.json()["hits"]) == 1


def test_a_sign_up_whose_answer_was_lost_is_found(tills: Tills) -> None:
    crm = tills.service.crm
    crm.fault("drop_after", method="POST", path="/contacts$")
    answer = tills.service.call("POST", "/customers", json=NEW)
    assert answer.status_code == 201
    assert tills.service.call("POST", "/customers", json=NEW).json() == answer.json()
    hits = crm.call("GET", FOUND)
    assert [hit["id"] for hit in hits.json()["hits"]] == [answer.json()["customer_id"]]
