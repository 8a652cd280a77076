"""Vendure through the running bridge: every operation as a till meets it, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.extent import EVERYTHING
from tests.mappings.till import Till, together
from tests.mappings.vendure.conftest import Office
from tests.mappings.vendure.server import Vendure


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


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/customers/999999", None, 404),
        ("GET", "/customers/abc", None, 404),
        ("GET", "/customers/999999/transactions", None, 404),
        ("PUT", "/customers/999999", {"name_first": "A"}, 404),
        ("GET", "/lookup_customers?key_type=mobile&key=0701740605", None, 501),
        (
            "POST",
            "/customers/999999/redeem",
            {"promotions": ["1"], "bonus_checks": []},
            409,
        ),
    ],
)
def test_what_does_not_work_is_an_error_of_the_spis(
    till: Till, method: str, path: str, body: Any, status: int
) -> None:
    answer = till(method, path, json=body)
    assert answer.status_code == answer.json()["statuscode"] == status, answer.text


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


ROUNDS = 8 if EVERYTHING else 3


def test_of_two_tills_that_race_for_a_bonus_check_exactly_one_wins(
    bridge: Callable[..., Till], office: Office
) -> None:
    """Every other round at two bridges that know nothing of each other."""
    near, far = bridge("1"), bridge("2", **{"prefix: one": "prefix: two"})
    beside = Till(near.url, "2")
    customer = office.customer()
    for number in range(ROUNDS):
        check, other = office.bonus_check(customer), far if number % 2 else beside
        one, two = together(
            lambda check=check: near.redeem(customer, checks=[check]),
            lambda check=check, other=other: other.redeem(customer, checks=[check]),
        )
        assert sorted((one.status_code, two.status_code)) == [200, 409], (
            one.text,
            two.text,
        )
        winner = one if one.status_code == 200 else two
        assert office.uses(check) == [winner.json()["redeem_id"] + "-1"]


def test_two_tills_each_get_half_of_what_both_want(
    bridge: Callable[..., Till], office: Office
) -> None:
    """Overlapping baskets: whoever loses one item gets none, and nothing is lost."""
    tills = [bridge("1"), bridge("2", **{"prefix: one": "prefix: two"})]
    customer = office.customer()
    for _ in range(3):
        first, middle, last = (office.bonus_check(customer) for _ in range(3))
        baskets = ([first, middle], [middle, last])
        answers = together(
            *(
                lambda till=till, basket=basket: till.redeem(customer, checks=basket)
                for till, basket in zip(tills, baskets, strict=True)
            )
        )
        used = {check for check in (first, middle, last) if office.uses(check)}
        won = [
            set(basket)
            for basket, answer in zip(baskets, answers, strict=True)
            if answer.status_code == 200
        ]
        assert [used] == won


def test_a_vendure_that_is_down_is_said_so(
    bridge: Callable[..., Till], office: Office, vendure: Vendure
) -> None:
    customer = office.customer()
    till = bridge(**{f":{vendure.server.port}/": ":1/"})
    for answer in (
        till("GET", f"/customers/{customer}"),
        till.redeem(customer, checks=["1"]),
    ):
        assert answer.status_code == 503, answer.text
        assert answer.json()["statuscode"] == 503
