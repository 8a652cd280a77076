"""Voucherify through the running bridge: as a till meets it, over HTTP."""

from __future__ import annotations

import pytest

from tests.extent import EVERYTHING
from tests.mappings.suites.errors import ErrorTests
from tests.mappings.suites.races import RaceTests
from tests.mappings.till import Till
from tests.mappings.voucherify.office import AMOUNT, Office


def test_a_customer_is_found_by_number_and_e_mail_only(
    till: Till, office: Office
) -> None:
    customer = office.customer(email="anna@example.org", source_id="M-100234")
    for kind, key in (("email", "ANNA@example.org"), ("member_number", " M-100234 ")):
        answer = till("GET", "/customers", params={"key_type": kind, "key": key})
        assert answer.status_code == 200, answer.text
        assert [one["customer_id"] for one in answer.json()] == [customer], kind
    nobody = {"key_type": "email", "key": "nobody@example.org"}
    assert till("GET", "/customers", params=nobody).json() == []
    other = {"key_type": "mobile", "key": "0701740605"}
    assert till("GET", "/customers", params=other).json() == []


def test_a_customer_is_added_changed_and_shown(till: Till) -> None:
    answer = till(
        "POST",
        "/customers",
        json={
            "member_number": "M-7",
            "name_first": "Märta",
            "name_last": "Öberg",
            "email": "marta@example.org",
            "mobile": "0701231231",
            "birthday": "1960-12-20",
            "gender": "female",
            "store_id_home": "200",
            "consents": ["news"],
            "accepts_communication": ["email", "mail"],
            "additional_options": [
                {"id": "roast", "enum_values": ["light"]},
                {"id": "milk", "text": "a drop"},
            ],
            "invoice_address": {"address": "Storgatan 1", "country_id": "SE"},
        },
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["member_number"] == "M-7"
    assert made["mobile"] == "+46701231231"
    assert made["birthday"] == "1960-12-20"
    assert made["store_id_home"] == "200"
    assert made["consents"] == ["news"]
    assert made["accepts_communication"] == ["email", "mail"]
    assert [one["id"] for one in made["additional_options"]] == ["roast", "milk"]
    assert made["invoice_address"]["country_id"] == "SE"
    path = f"/customers/{made['customer_id']}"

    answer = till("PUT", path, json={"name_last": "Öberg-Ström", "gender": None})
    assert answer.status_code == 200, answer.text
    del made["gender"]
    assert answer.json() == made | {"name_last": "Öberg-Ström"}
    assert till("GET", path).json() == answer.json()

    for twin in ({"member_number": "M-7"}, {"email": "marta@example.org"}):
        again = till("POST", "/customers", json={"name_first": "M", **twin})
        assert again.status_code == 400
        assert "already a customer" in again.json()["errortext"]
    assert till("GET", path).json() == answer.json()


class TestErrors(ErrorTests):
    nobody = "cust_nobody"
    purchases = False
    wrong = (
        ("GET", "/lookup_customers?key_type=mobile&key=0701740605", None, 501),
        (
            "POST",
            f"/customers/{nobody}/redeem",
            {"promotions": ["1"], "bonus_checks": []},
            409,
        ),
    )


def test_redeem_and_undo(till: Till, office: Office) -> None:
    customer = office.customer()
    check, code = office.gift_card(customer), office.code(customer, AMOUNT)
    tier, card = office.tier(), office.loyalty_card(customer, 300)
    reward = f"{card}:rew_1"
    shown = till.customer(customer)
    assert {
        one["promotion_id"]: one["promotion_type"] for one in shown["promotions"]
    } == {
        code: {"type": "cart_amount", "value_money": "25.00"},
        tier: {"type": "cart_percent", "value_int": 10},
    }
    assert {
        one["bonus_check_id"]: one["cart_amount"] for one in shown["bonus_checks"]
    } == {
        check: "25.00",
        reward: "25.00",
    }
    (points,) = shown["sections"]
    assert points["values"] == [{"type": "text", "title": "Club", "text": "300"}]

    answer = till.redeem(customer, promotions=[code, tier], checks=[check, reward])
    assert answer.status_code == 200, answer.text
    redeem_id = answer.json()["redeem_id"]
    for thing in (check, code, tier, card):
        assert office.crm.uses(thing) == [f"{redeem_id}-1"]
    assert office.crm.redeemables[check].balance == 0
    assert office.crm.redeemables[card].balance == 50
    shown = till.customer(customer)
    assert all(one["redeemed"] and one["date_redeemed"] for one in shown["promotions"])
    (left,) = shown["bonus_checks"]
    assert (left["redeemed"], left["cart_amount"]) == (True, "25.00")

    assert till.undo(office.customer(), redeem_id).status_code == 404
    assert till.undo(customer, redeem_id).status_code == 200
    assert till.undo(customer, redeem_id).status_code == 200
    assert not any(office.crm.uses(thing) for thing in (check, code, tier, card))
    assert office.crm.redeemables[card].balance == 300
    assert till.redeem(customer, checks=[check]).status_code == 200


@pytest.mark.parametrize("partial", [False, True], ids=["All", "Partial"])
def test_all_or_nothing(till: Till, office: Office, partial: bool) -> None:
    office.crm.rules.partial = partial
    customer = office.customer()
    check, tier = office.gift_card(customer), office.tier(once=True, metadata=REPEATS)
    assert till.redeem(customer, promotions=[tier]).status_code == 200
    answer = till.redeem(customer, checks=[check], promotions=[tier])
    assert answer.status_code == 409
    assert "conditions for one of these are not met" in answer.json()["errortext"]
    assert office.crm.uses(check) == []
    assert office.crm.redeemables[check].balance == 2500


REPEATS = {"sitoo_repeats": True}


class TestRaces(RaceTests):
    rounds = 40 if EVERYTHING else 6
    baskets = 3


class TestRacesPartial(TestRaces):
    """With the rule "Partial" Voucherify would give each what is left."""

    @pytest.fixture(autouse=True)
    def partial(self, office: Office) -> None:
        office.crm.rules.partial = True


def test_undoing_after_three_months_is_refused(till: Till, office: Office) -> None:
    customer = office.customer()
    check = office.gift_card(customer)
    redeem_id = till.redeem(customer, checks=[check]).json()["redeem_id"]
    office.crm.clock.pass_(days=93)
    answer = till.undo(customer, redeem_id)
    assert answer.status_code == 409
    assert "too late to give it back" in answer.json()["errortext"]
    assert office.crm.uses(check) == [f"{redeem_id}-1"]


def test_a_plan_that_is_used_up_is_said_so(till: Till, office: Office) -> None:
    customer = office.customer()
    office.crm.out_of_order = 402
    for answer in (
        till("GET", f"/customers/{customer}"),
        till.redeem(customer, checks=["1"]),
    ):
        assert answer.status_code == 503, answer.text
        assert answer.json()["errortext"].endswith("Call support.")


def test_asked_too_often(till: Till, office: Office) -> None:
    customer = office.customer()
    office.crm.out_of_order = 429
    answer = till("GET", f"/customers/{customer}")
    assert answer.status_code == 429
