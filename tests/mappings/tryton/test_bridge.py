"""Tryton through the running bridge: every operation as a till meets it, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.extent import EVERYTHING
from tests.mappings.till import Till, together
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton


def test_a_customer_is_found_by_whatever_a_cashier_types(till: Till) -> None:
    for kind, key in (
        ("mobile", "040 1234567"),
        ("email", "ANNA.VIRTANEN@EXAMPLE.ORG"),
        ("member_number", " M-100234 "),
        ("personal_id", "131052-308t"),
    ):
        answer = till("GET", "/customers", params={"key_type": kind, "key": key})
        assert answer.status_code == 200, answer.text
        (anna,) = answer.json()
        assert (anna["name_first"], anna["mobile"]) == ("Anna", "+358401234567")
        assert anna["invoice_address"] == {
            "address": "Mannerheimintie 1",
            "zip": "00100",
            "city": "Helsinki",
            "country_id": "FI",
        }
    company = {"key_type": "company_id", "key": "FI20774740"}
    (cafe,) = till("GET", "/customers", params=company).json()
    assert (cafe["company"], cafe["company_id"]) == ("Kahvila Oy", "2077474-0")
    nobody = {"key_type": "mobile", "key": "0409999999"}
    assert till("GET", "/customers", params=nobody).json() == []


def test_a_customer_is_added_changed_and_shown(till: Till) -> None:
    (consent, _) = till("GET", "/consents").json()
    answer = till(
        "POST",
        "/customers",
        json={
            "name_first": "Väinö",
            "name_last": "Linna",
            "email": "vaino@example.org",
            "mobile": "0401231231",
            "birthday": "1920-12-20",
            "gender": "male",
            "store_id_home": "200",
            "consents": [consent["consent_id"]],
            "accepts_communication": ["email", "mail"],
            "additional_options": [{"id": "roast", "enum_values": ["light"]}],
            "invoice_address": {"address": "Käpykatu 1", "country_id": "FI"},
        },
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["mobile"] == "+358401231231"
    assert made["birthday"] == "1920-12-20"
    assert made["store_id_home"] == "200"
    assert made["consents"] == [consent["consent_id"]]
    assert made["additional_options"] == [{"id": "roast", "enum_values": ["light"]}]
    path = f"/customers/{made['customer_id']}"

    answer = till("PUT", path, json={"name_last": "Linnankoski", "gender": None})
    assert answer.status_code == 200, answer.text
    del made["gender"]
    assert answer.json() == made | {"name_last": "Linnankoski"}
    assert till("GET", path).json() == answer.json()

    again = till("POST", "/customers", json={"mobile": "+358401231231"})
    assert again.status_code == 400
    assert "already a customer" in again.json()["errortext"]


def test_what_can_be_chosen_and_what_was_bought(till: Till) -> None:
    (section,) = till("GET", "/additional-options").json()
    assert [option["id"] for option in section["options"]] == ["roast", "milk"]
    newest, *_ = till("GET", "/customers/2/transactions").json()
    assert (newest["store_id"], newest["currency_code"]) == ("200", "EUR")
    assert newest["items"][0]["total"] == "23.60"
    assert newest["items"][0]["discounts"] == [
        {"name": "May offer", "total": "2.36", "vat": "0.29"}
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/customers/999999", None, 404),
        ("GET", "/customers/abc", None, 404),
        ("GET", "/customers/999999/transactions", None, 404),
        ("PUT", "/customers/999999", {"name_first": "A"}, 404),
        ("GET", "/lookup_customers?key_type=mobile&key=0401234567", None, 501),
        ("POST", "/customers", {"personal_id": "131052-308X"}, 400),
        (
            "POST",
            "/customers/2/redeem",
            {"promotions": ["99"], "bonus_checks": []},
            409,
        ),
        ("POST", "/customers/2/redeem", {"promotions": ["x"], "bonus_checks": []}, 409),
    ],
)
def test_what_does_not_work_is_an_error_of_the_spis(
    till: Till, method: str, path: str, body: Any, status: int
) -> None:
    answer = till(method, path, json=body)
    assert answer.status_code == answer.json()["statuscode"] == status, answer.text


def test_redeem_and_undo(till: Till, office: Office) -> None:
    customer = office.customer()
    card, coupon = office.gift_card(customer), office.voucher()
    shown = till.customer(customer)
    assert [one["bonus_check_id"] for one in shown["bonus_checks"]] == [card]
    assert shown["bonus_checks"][0]["cart_amount"] == "25.00"
    assert coupon in [one["promotion_id"] for one in shown["promotions"]]

    answer = till.redeem(customer, promotions=[coupon], checks=[card])
    assert answer.status_code == 200, answer.text
    redeem_id = answer.json()["redeem_id"]
    assert office.uses(coupon) == 1
    assert office.spent_on(card)
    shown = till.customer(customer)
    assert shown["bonus_checks"] == []
    assert coupon not in [one["promotion_id"] for one in shown["promotions"]]

    other = office.customer()
    assert till.undo(other, redeem_id).status_code == 404
    assert till.undo(customer, redeem_id).status_code == 200
    assert till.undo(customer, redeem_id).status_code == 200
    assert office.uses(coupon) == 0
    assert office.spent_on(card) is None
    assert till.redeem(customer, checks=[card]).status_code == 200


def test_all_or_nothing(till: Till, office: Office) -> None:
    customer = office.customer()
    card, coupon = office.gift_card(customer), office.voucher()
    used = office.gift_card(customer)
    assert till.redeem(customer, checks=[used]).status_code == 200
    answer = till.redeem(customer, promotions=[coupon], checks=[card, used])
    assert answer.status_code == 409
    assert answer.json()["errortext"].startswith("Can't redeem")
    assert office.uses(coupon) == 0
    assert office.spent_on(card) is None


ROUNDS = 50 if EVERYTHING else 10


def test_of_two_tills_that_race_for_a_gift_card_exactly_one_wins(
    bridge: Callable[..., Till], office: Office, tryton: Tryton
) -> None:
    """Every other round at two bridges that know nothing of each other."""
    near, far = bridge("1"), bridge("2", **{"prefix: one": "prefix: two"})
    beside = Till(near.url, "2")
    customer = office.customer()
    winners = {"near": 0, "other": 0}
    for number, card in enumerate(office.gift_cards(customer, ROUNDS)):
        other = far if number % 2 else beside
        one, two = together(
            lambda card=card: near.redeem(customer, checks=[card]),
            lambda card=card, other=other: other.redeem(customer, checks=[card]),
        )
        assert sorted((one.status_code, two.status_code)) == [200, 409], (
            one.text,
            two.text,
        )
        winner = one if one.status_code == 200 else two
        winners["near" if winner is one else "other"] += 1
        query = "select reference from sale_sale where 'sale.sale,' || id = ?"
        ((reference,),) = tryton.sql(query, office.spent_on(card))
        assert reference == winner.json()["redeem_id"] + "-1"
    print(f"{ROUNDS} rounds: {winners}")
    query = (
        "select count(*) from sale_gift_card c "
        "join sale_line l on 'sale.line,' || l.id = c.origin "
        "join sale_sale s on s.id = l.sale where s.party = ? and c.spent_on is null"
    )
    assert tryton.sql(query, int(customer)) == [(0,)]
    query = "select count(*) from sale_sale where party = ? and reference is not null"
    assert tryton.sql(query, int(customer)) == [(ROUNDS,)]


def test_two_tills_each_get_half_of_what_both_want(
    bridge: Callable[..., Till], office: Office
) -> None:
    """Overlapping baskets: whoever loses one item gets none, and nothing is lost."""
    tills = [bridge("1"), bridge("2", **{"prefix: one": "prefix: two"})]
    customer = office.customer()
    for _ in range(5):
        first, middle, last = office.gift_cards(customer, 3)
        baskets = ([first, middle], [middle, last])
        answers = together(
            *(
                lambda till=till, cards=cards: till.redeem(customer, checks=cards)
                for till, cards in zip(tills, baskets, strict=True)
            )
        )
        spent = {card for card in (first, middle, last) if office.spent_on(card)}
        won = [
            set(basket)
            for basket, answer in zip(baskets, answers, strict=True)
            if answer.status_code == 200
        ]
        assert len(won) == 1
        assert spent == won[0]


def test_a_tryton_that_is_down_is_said_so(
    till: Till, tryton: Tryton, office: Office
) -> None:
    customer = office.customer()
    tryton.server.stop()
    try:
        for answer in (
            till("GET", f"/customers/{customer}"),
            till.redeem(customer, checks=["1"]),
        ):
            assert answer.status_code == 503, answer.text
            assert answer.json()["statuscode"] == 503
    finally:
        tryton.server.start()
