"""Spending and releasing: unforgiving, and every one of them in the ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from demo_crm import items
from demo_crm.routes import answer
from demo_crm.seed import seed
from demo_crm.state import State
from tests.demo_crm_process import JOHN, JOHNS_OFFER, DemoCrm

ASA = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010013"
ANDERS = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010020"
KÄTHE = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010021"


def spend(
    crm: DemoCrm, item: str = JOHNS_OFFER, *, by: str = JOHN, reference: str = "R1"
) -> Any:
    """Spend an item; return the spend, or the refusal's status, code and subject."""
    shelf = "vouchers" if item.startswith("BC-") else "offers"
    path = f"/contacts/{by}/{shelf}/{item}/spend"
    return outcome(crm.call("POST", path, json={"reference": reference, "till": "3"}))


def release(
    crm: DemoCrm,
    spend: str,
    item: str = JOHNS_OFFER,
    *,
    by: str = JOHN,
    reference: str = "R1",
) -> Any:
    shelf = "vouchers" if item.startswith("BC-") else "offers"
    path = f"/contacts/{by}/{shelf}/{item}/release"
    return outcome(
        crm.call("POST", path, json={"reference": reference, "spend": spend})
    )


def outcome(answer: Any) -> Any:
    body = answer.json()
    if answer.ok:
        return body
    return answer.status_code, body["error"]["code"], body["error"]["about"]


def test_a_spend_is_kept_under_its_reference_until_it_is_released(crm):
    done = spend(crm)
    assert crm.spent()[JOHNS_OFFER] == "R1"
    (shown,) = crm.call("GET", f"/contacts/{JOHN}/offers").json()["offers"]
    assert (shown["spent"], shown["spentOn"]) == (True, done["spentOn"])

    assert release(crm, done["no"])["spent"] is False
    assert JOHNS_OFFER not in crm.spent()


@pytest.mark.parametrize("reference", ["R1", "R2"])
def test_what_is_spent_is_not_spent_again_by_whomever(crm, reference):
    spend(crm)
    assert spend(crm, reference=reference) == (409, "ALREADY_SPENT", "offer")
    assert len(crm.ledger()) == 1


@pytest.mark.parametrize(
    ("item", "by", "refused"),
    [
        ("P-10020-LAPSED", ANDERS, (409, "LAPSED", "offer")),
        ("BC-10020-LAPSED", ANDERS, (409, "LAPSED", "voucher")),
        (JOHNS_OFFER, ANDERS, (403, "NOT_THEIRS", "offer")),
        ("nothing", ANDERS, (404, "NO_SUCH_ITEM", "offer")),
        (JOHNS_OFFER, "nobody", (404, "NO_SUCH_CONTACT", "contact")),
    ],
)
def test_what_may_not_be_spent_is_refused_and_leaves_no_trace(crm, item, by, refused):
    assert spend(crm, item, by=by) == refused
    assert crm.ledger() == []


def test_a_spend_says_under_what(crm):
    path = f"/contacts/{JOHN}/offers/{JOHNS_OFFER}/spend"
    refused = (422, "BAD_FIELD", "reference")
    assert outcome(crm.call("POST", path, json={"till": "3"})) == refused
    body = {"reference": "R1", "colour": "red"}
    assert outcome(crm.call("POST", path, json=body)) == (
        422,
        "UNKNOWN_FIELD",
        "colour",
    )


def test_what_is_not_spent_is_not_released(crm):
    assert release(crm, "S000001") == (409, "NOT_SPENT", "offer")


def test_what_was_released_is_not_released_again(crm):
    done = spend(crm)
    release(crm, done["no"])
    assert release(crm, done["no"]) == (409, "NOT_SPENT", "offer")


@pytest.mark.parametrize(
    ("no", "reference"), [("S000001", "R2"), ("S000002", "R1"), ("S000002", "R2")]
)
def test_a_release_names_the_spend_and_the_reference(crm, no, reference):
    spend(crm)
    assert release(crm, no, reference=reference) == (409, "OTHER_SPEND", "offer")
    assert crm.spent()[JOHNS_OFFER] == "R1"


@pytest.mark.parametrize(
    ("item", "kind"), [("P-10021-FINAL", "offer"), ("BC-10021-FINAL", "voucher")]
)
def test_some_items_are_never_given_back(crm, item, kind):
    done = spend(crm, item, by=KÄTHE)
    refused = (409, "NOT_RETURNABLE", kind)
    assert release(crm, done["no"], item, by=KÄTHE) == refused
    assert crm.spent()[item] == "R1"


def test_what_has_lapsed_is_shown_only_on_request(crm):
    path = f"/contacts/{ANDERS}/vouchers"
    shown = crm.call("GET", path).json()["vouchers"]
    everything = crm.call("GET", path, query={"lapsed": "true"}).json()["vouchers"]
    assert [voucher["id"] for voucher in shown] == ["BC-10020-OPEN"]
    assert [voucher["lapsed"] for voucher in everything] == [True, False]


def test_an_item_with_slashes_in_its_id_is_spent_like_any_other(crm):
    assert spend(crm, "H%C3%96ST%2F2026%20%C3%A5", by=ASA)["reference"] == "R1"
    assert crm.spent()["HÖST/2026 å"] == "R1"


def test_it_can_be_asked_what_an_item_is_spent_under(crm):
    done = spend(crm)
    spend(crm, "P-10020-OPEN", by=ANDERS, reference="R2")

    def asked(**query: str) -> list[str]:
        spends = crm.call("GET", "/spends", query=query).json()["spends"]
        return [found["no"] for found in spends]

    assert asked(item=JOHNS_OFFER) == [done["no"]]
    assert asked(item=JOHNS_OFFER, reference="R1") == [done["no"]]
    assert asked(item=JOHNS_OFFER, reference="R2") == []
    assert asked(item="nothing") == []
    assert asked(reference="R2") == ["S000002"]


def test_the_ledger_tells_it_all_in_order(crm):
    done = spend(crm)
    release(crm, done["no"])
    spend(crm, reference="R2")
    what = ["seq", "action", "contact", "kind", "item", "reference", "spend", "till"]
    assert [[entry[name] for name in what] for entry in crm.ledger()] == [
        [1, "redeem", JOHN, "offer", JOHNS_OFFER, "R1", "S000001", "3"],
        [2, "undo", JOHN, "offer", JOHNS_OFFER, "R1", "S000001", "3"],
        [3, "redeem", JOHN, "offer", JOHNS_OFFER, "R2", "S000003", "3"],
    ]
    assert [entry["seq"] for entry in crm.ledger(after=1)] == [2, 3]


def test_a_test_may_grant_itself_fresh_items(crm):
    given = crm.grant(JOHN, offers=2, vouchers=1)
    assert [len(given["offers"]), len(given["vouchers"])] == [2, 1]
    assert spend(crm, given["offers"][1])["no"] == "S000001"


def test_a_spend_has_the_whole_state_to_itself(monkeypatch):
    state, held = State(seed), []

    def watched(item: dict[str, Any]) -> str:
        with ThreadPoolExecutor(1) as other:
            free = other.submit(state.lock.acquire, blocking=False).result()
        held.append(not free)
        return "open"

    monkeypatch.setattr(items, "state_of", watched)
    path = f"/contacts/{JOHN}/offers/{JOHNS_OFFER}/spend"
    assert answer(state, "POST", path, {}, {"reference": "R1"})[0] == 200
    assert held == [True]


def test_of_many_who_spend_at_once_exactly_one_does(crm):
    def race(till: int) -> bool:
        return isinstance(spend(crm, reference=f"R{till}"), dict)

    with ThreadPoolExecutor(8) as tills:
        won = list(tills.map(race, range(8)))
    assert won.count(True) == 1
    assert [entry["reference"] for entry in crm.ledger()] == [f"R{won.index(True)}"]
