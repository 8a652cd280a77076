"""Vendure through the running bridge: every operation as a till meets it, over HTTP."""

from __future__ import annotations

from typing import Any

from tests.extent import EVERYTHING
from tests.mappings.suites.errors import ErrorTests
from tests.mappings.suites.races import RaceTests
from tests.mappings.till import Till
from tests.mappings.vendure.conftest import Office


def test_a_customer_is_found_by_whatever_a_cashier_types(
    till: Till, office: Office
) -> None:
    customer = office.customer(
        emailAddress="anna.svensson@example.org",
        phoneNumber="+46701740605",
        customFields={
            "memberNumber": "M-100234",
            "personalId": "198803200016",
            "companyId": "5560125790",
        },
    )
    for kind, key in (
        ("mobile", "070-174 06 05"),
        ("email", "ANNA.Svensson@example.org"),
        ("member_number", " M-100234 "),
        ("personal_id", "880320-0016"),
        ("company_id", "556012-5790"),
    ):
        answer = till("GET", "/customers", params={"key_type": kind, "key": key})
        assert answer.status_code == 200, answer.text
        assert [one["customer_id"] for one in answer.json()] == [customer], kind
    nobody = {"key_type": "mobile", "key": "0709999999"}
    assert till("GET", "/customers", params=nobody).json() == []


def test_a_customer_is_added_changed_and_shown(till: Till) -> None:
    answer = till(
        "POST",
        "/customers",
        json={
            "name_first": "Märta",
            "name_last": "Öberg",
            "mobile": "0701231231",
            "birthday": "1960-12-20",
            "gender": "female",
            "store_id_home": "200",
            "consents": ["news"],
            "accepts_communication": ["email", "mail"],
            "additional_options": [
                {"id": "roast", "enum_values": ["light"]},
                {"id": "extras", "enum_values": ["oat", "ice"]},
                {"id": "milk", "text": "a drop"},
            ],
            "invoice_address": {"address": "Storgatan 1", "zip": "90325"},
            "delivery_address": {"address": "Lagret 2", "country_id": "FI"},
        },
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert "email" not in made
    assert made["mobile"] == "+46701231231"
    assert made["birthday"] == "1960-12-20"
    assert made["store_id_home"] == "200"
    assert made["consents"] == ["news"]
    assert made["accepts_communication"] == ["email", "mail"]
    assert [one["id"] for one in made["additional_options"]] == [
        "roast",
        "extras",
        "milk",
    ]
    assert made["invoice_address"]["country_id"] == "SE"
    assert made["delivery_address"]["country_id"] == "FI"
    path = f"/customers/{made['customer_id']}"

    changes = {"name_last": "Öberg-Ström", "gender": None, "delivery_address": None}
    answer = till("PUT", path, json=changes)
    assert answer.status_code == 200, answer.text
    del made["gender"], made["delivery_address"]
    assert answer.json() == made | {"name_last": "Öberg-Ström"}
    assert till("GET", path).json() == answer.json()

    again = till("POST", "/customers", json={"mobile": "+46701231231"})
    assert again.status_code == 400
    assert "already a customer" in again.json()["errortext"]


def test_what_can_be_chosen(till: Till) -> None:
    consents = till("GET", "/consents").json()
    assert [one["consent_id"] for one in consents] == ["news", "profile"]
    (section,) = till("GET", "/additional-options").json()
    assert [one["id"] for one in section["options"]] == ["roast", "extras", "milk"]


def on_card(till: Till, customer: str) -> dict[str, Any]:
    """Return what a card offers, by id; other tests have made some for everybody."""
    card = till.customer(customer)
    shown = {one["promotion_id"]: one for one in card["promotions"]}
    return shown | {one["bonus_check_id"]: one for one in card["bonus_checks"]}


def test_redeem_and_undo(till: Till, office: Office) -> None:
    customer = office.customer()
    check, promotion = office.bonus_check(customer), office.promotion(owner=customer)
    offered = on_card(till, customer)[check]
    assert (offered["redeemed"], offered["cart_amount"]) == (False, "25.00")
    offered = on_card(till, customer)[promotion]
    assert offered["promotion_type"] == {"type": "cart_percent", "value_int": 10}

    answer = till.redeem(customer, promotions=[promotion], checks=[check])
    assert answer.status_code == 200, answer.text
    redeem_id = answer.json()["redeem_id"]
    assert office.uses(check) == office.uses(promotion) == [f"{redeem_id}-1"]
    for item_id in (check, promotion):
        one = on_card(till, customer)[item_id]
        assert one["redeemed"] is True
        assert one["date_redeemed"]
    assert till("GET", f"/customers/{customer}/transactions").json() == []

    assert till.undo(office.customer(), redeem_id).status_code == 404
    assert till.undo(customer, redeem_id).status_code == 200
    assert till.undo(customer, redeem_id).status_code == 200
    assert office.uses(check) == office.uses(promotion) == []
    assert till.redeem(customer, checks=[check]).status_code == 200


def test_all_or_nothing(till: Till, office: Office) -> None:
    customer = office.customer()
    check, used = office.bonus_check(customer), office.bonus_check(customer)
    assert till.redeem(customer, checks=[used]).status_code == 200
    answer = till.redeem(customer, checks=[check, used])
    assert answer.status_code == 409
    assert "already redeemed" in answer.json()["errortext"]
    assert office.uses(check) == []


class TestRaces(RaceTests):
    rounds = 8 if EVERYTHING else 3
    baskets = 3


class TestErrors(ErrorTests):
    wrong = (
        ("GET", "/lookup_customers?key_type=mobile&key=0701740605", None, 501),
        (
            "POST",
            "/customers/999999/redeem",
            {"promotions": ["1"], "bonus_checks": []},
            409,
        ),
    )
