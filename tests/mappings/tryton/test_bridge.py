"""Tryton through the running bridge: every operation as a till meets it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extent import EVERYTHING
from tests.mappings.suites.errors import ErrorTests
from tests.mappings.suites.races import RaceTests
from tests.mappings.till import Till
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
    assert (cafe["company"], cafe["company_id"]) == ("Kahvila Oy", "20774740")
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


class TestRaces(RaceTests):
    rounds = 50 if EVERYTHING else 10

    def afterwards(self, office: Office, customer: str) -> None:
        query = (
            "select count(*) from sale_gift_card c "
            "join sale_line l on 'sale.line,' || l.id = c.origin "
            "join sale_sale s on s.id = l.sale where s.party = ? and c.spent_on is null"
        )
        assert office.crm.sql(query, int(customer)) == [(0,)]
        query = (
            "select count(*) from sale_sale where party = ? and reference is not null"
        )
        assert office.crm.sql(query, int(customer)) == [(self.rounds,)]


class TestErrors(ErrorTests):
    wrong = (
        ("GET", "/lookup_customers?key_type=mobile&key=0401234567", None, 501),
        ("POST", "/customers", {"personal_id": "131052-308X"}, 400),
        (
            "POST",
            "/customers/2/redeem",
            {"promotions": ["99"], "bonus_checks": []},
            409,
        ),
        ("POST", "/customers/2/redeem", {"promotions": ["x"], "bonus_checks": []}, 409),
    )

    @pytest.fixture
    def down(self, customer: str, till: Till, tryton: Tryton) -> Iterator[Till]:
        """Here the CRM itself is stopped."""
        tryton.server.stop()
        yield till
        tryton.server.start()
