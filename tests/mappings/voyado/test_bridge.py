"""Tills of a shop with Voyado behind it, over HTTP, through the whole bridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bridge.model import Item, ItemKind
from tests.extent import EVERYTHING
from tests.mappings.suites.errors import ErrorTests
from tests.mappings.suites.races import RaceTests
from tests.mappings.till import Till
from tests.mappings.voyado.conftest import REASSIGN
from tests.mappings.voyado.fake import Engage
from tests.mappings.voyado.office import SOMEBODYS, Office


def test_a_customer_is_found_and_shown(till: Till, engage: Engage) -> None:
    customer = engage.contact(labels=["Staff"], street="Storgatan 1", shoeSize="42")
    engage.contacts[customer]["meta"]["labels"] = ["Staff"]
    engage.voucher(customer)
    money = {"valueType": "MONEY", "value": {"Amount": 25, "Currency": "SEK"}}
    code = {"valueType": "EXTERNALOFFER", "value": "FIVE-OFF"}
    for channel in (money, code, {"valueType": "SWIPE"}):
        engage.promotion(customer, redemptionChannels=[{"type": "POS", **channel}])
    email = engage.contacts[customer]["attributes"]["email"]

    answer = till("GET", f"/customers?key_type=email&key={email}")

    assert answer.status_code == 200, answer.text
    (card,) = answer.json()
    assert card == till.customer(customer)
    assert card["status"] == {"color": "green", "text": "Gold member"}
    assert card["voucher_passwords"] == ["member", "staff-2026"]
    assert [one["cart_amount"] for one in card["bonus_checks"]] == ["195.00"]
    assert [one["promotion_type"] for one in card["promotions"]] == [
        {"type": "cart_amount", "value_money": "25.00"},
        {"type": "offer", "value_string": "FIVE-OFF"},
        {"type": "manual"},
    ]
    (section,) = card["sections"]
    (line,) = section["values"]
    assert line["text"] == "1250 (until 2027-12-31)"
    assert card["additional_options"] == [{"id": "shoeSize", "text": "42"}]


def test_searching_takes_two_hops(till: Till, engage: Engage) -> None:
    """The second one all at once: so many requests, but none waits for another."""
    customer = engage.contact()
    email = engage.contacts[customer]["attributes"]["email"]
    engage.calls.clear()
    till("GET", f"/customers?key_type=email&key={email}")
    paths = [call.path.rpartition("/")[2] for call in engage.calls]
    assert paths[0] == "id"
    assert {*paths[1:]} == {
        *(customer, "promotions", "available", "point-accounts", "memberstatus")
    }
    assert len(paths) == 6


def test_several_with_one_key_are_said_and_not_chosen_from(
    till: Till, engage: Engage
) -> None:
    for _ in range(2):
        engage.contact(email="twins@example.com")
    answer = till("GET", "/customers?key_type=email&key=twins@example.com")
    assert answer.status_code == 400
    assert answer.json()["errortext"].startswith("Several customers have this")


def test_the_store_is_voyados(till: Till, engage: Engage) -> None:
    body = {"name_first": "Eva", "email": f"eva{next(engage.numbers)}@example.com"}
    created = till("POST", "/customers", json=body)
    assert created.status_code == 201, created.text
    made = engage.contacts[created.json()["customer_id"]]
    assert made["meta"] == {"source": "POS", "store": "600"}


def test_undoing_a_voucher_reactivates_it(till: Till, engage: Engage) -> None:
    customer = engage.contact()
    check = engage.voucher(customer)
    redeemed = till.redeem(customer, checks=[check])
    assert redeemed.status_code == 200, redeemed.text
    assert engage.is_redeemed(check)

    for _ in range(2):
        undone = till.undo(customer, redeemed.json()["redeem_id"])
        assert undone.status_code == 200, undone.text
    assert not engage.is_redeemed(check)
    assert engage.vouchers[check]["reactivations"] == 1


def test_undoing_a_promotion_is_refused(till: Till, engage: Engage) -> None:
    customer = engage.contact()
    check, offer = engage.voucher(customer), engage.promotion(customer)
    redeemed = till.redeem(customer, checks=[check], promotions=[offer])
    assert redeemed.status_code == 200, redeemed.text

    undone = till.undo(customer, redeemed.json()["redeem_id"])

    assert undone.status_code == 409
    assert "cannot be given back" in undone.json()["errortext"]
    assert engage.is_redeemed(check), "all of it stays as it is"
    assert engage.vouchers[check]["reactivations"] == 0


def test_undoing_assigns_a_promotion_anew_where_the_retailer_allows_it(
    bridge: Callable[..., Till], engage: Engage
) -> None:
    till, customer = bridge(**REASSIGN), engage.contact()
    check, offer = engage.voucher(customer), engage.promotion(customer)
    template = engage.promotions[offer]["promotionId"]
    redeemed = till.redeem(customer, checks=[check], promotions=[offer])

    undone = till.undo(customer, redeemed.json()["redeem_id"])

    assert undone.status_code == 200, undone.text
    assert not engage.is_redeemed(check)
    assert engage.usable(template) == 1


def test_one_bad_item_costs_no_reactivation(till: Till, engage: Engage) -> None:
    customer = engage.contact()
    checks = [engage.voucher(customer), engage.voucher(customer, days=-1)]
    refused = till.redeem(customer, checks=checks)
    assert refused.status_code == 409
    assert "expired" in refused.json()["errortext"]
    assert engage.vouchers[checks[0]]["reactivations"] == 0


class TestErrors(ErrorTests):
    nobody = "00000000-0000-4000-8000-000000000000"
    wrong = (
        ("POST", "/customers", {"company": "Ek AB", "email": "ek@example.com"}, 400),
        (
            "POST",
            f"/customers/{nobody}/redeem",
            {"promotions": [nobody], "bonus_checks": []},
            409,
        ),
    )


class TestRaces(RaceTests):
    """For vouchers."""

    rounds = 40 if EVERYTHING else 6
    baskets = 3

    def is_won(self, office: Office, item: Item, reference: str) -> None:
        """Voyado does not know by whom."""
        assert office.references(item) == [SOMEBODYS]


class TestRacesForPromotions(TestRaces):
    @pytest.fixture
    def office(self, office: Office) -> Office:
        return replace(office, kinds=(ItemKind.PROMOTION,))

    @pytest.fixture
    def far(self, bridge: Callable[..., Till], near: Till) -> Till:
        """At a bridge with the same journal.

        Between bridges that know nothing of each other a promotion may stay spent, if
        another one of the same redeem is taken meanwhile: it cannot be given back.
        """
        return bridge("2")
