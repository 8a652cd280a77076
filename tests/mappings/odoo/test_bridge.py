"""Odoo through the running bridge: every operation as a till meets it, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.extent import EVERYTHING
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office
from tests.mappings.odoo.shop import WITHOUT_ACTION
from tests.mappings.served import OTHER_BRIDGE, Served, replaced
from tests.mappings.suites.errors import ErrorTests
from tests.mappings.suites.races import RaceTests
from tests.mappings.till import Till, together

ROUNDS = 40 if EVERYTHING else 8


def test_a_customer_is_added_found_changed_and_shown(till: Till) -> None:
    consent, _ = till("GET", "/consents").json()
    answer = till(
        "POST",
        "/customers",
        json={
            "name_first": "Åsa Maria",
            "name_last": "Ek",
            "email": "Asa@Example.org",
            "mobile": "070-174 06 05",
            "personal_id": "19900101-9802",
            "birthday": "1990-01-01",
            "gender": "female",
            "invoice_address": {"address": "Storgatan 1", "country_id": "SE"},
            "delivery_address": {"address": "Kajen 2"},
            "consents": [consent["consent_id"]],
            "accepts_communication": ["email"],
            "additional_options": [{"id": "Roast", "enum_values": ["light"]}],
        },
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["name_first"], made["mobile"]) == ("Åsa Maria", "+46701740605")
    assert made["birthday"] == "1990-01-01"
    for kind, key in (
        ("mobile", "0701740605"),
        ("email", "ASA@EXAMPLE.ORG"),
        ("personal_id", "900101-9802"),
    ):
        found = till("GET", "/customers", params={"key_type": kind, "key": key})
        assert found.json() == [made], kind
    path = f"/customers/{made['customer_id']}"
    answer = till("PUT", path, json={"name_last": "Öberg"})
    assert answer.json() == made | {"name_last": "Öberg"}
    again = till("POST", "/customers", json={"name_first": "A", "mobile": "0701740605"})
    assert again.status_code == 400
    assert "already a customer" in again.json()["errortext"]


def test_what_can_be_chosen_and_what_was_bought(till: Till, office: Office) -> None:
    (section,) = till("GET", "/additional-options").json()
    assert [option["id"] for option in section["options"]] == ["Roast", "x_milk"]
    customer = office.customer()
    office.sell(customer, {"product_id": office.product(), "discount": 10})
    (bought,) = till("GET", f"/customers/{customer}/transactions").json()
    assert bought["currency_code"] == "SEK"
    (item,) = bought["items"]
    assert (item["sku"], item["total"], item["vat"]) == ("COF500", "125.00", "25.00")
    assert item["discounts"] == [{"name": "10 %", "total": "12.50", "vat": "2.50"}]


class TestErrors(ErrorTests):
    wrong = (
        ("GET", "/lookup_customers?key_type=mobile&key=0701234567", None, 501),
        ("POST", "/customers", {"email": "nobody@example.org"}, 400),
        *(
            (
                "POST",
                "/customers/2/redeem",
                {"promotions": [one], "bonus_checks": []},
                409,
            )
            for one in ("9-9", "x")
        ),
    )


class TestRaces(RaceTests):
    rounds = ROUNDS


class TestRacesOneByOne(RaceTests):
    rounds = ROUNDS

    @pytest.fixture
    def served(self, served: Served) -> Served:
        return replace(served, sites=replaced(served.sites, WITHOUT_ACTION))


@pytest.mark.parametrize("new", [{}, WITHOUT_ACTION], ids=["action", "one by one"])
def test_redeem_and_undo(
    bridge: Callable[..., Till], office: Office, new: dict[str, str]
) -> None:
    till, customer = bridge(**new), office.customer()
    card, coupon = office.gift_card(customer, 250.5), office.coupon(customer)
    shown = till.customer(customer)
    assert shown["bonus_checks"][0]["cart_amount"] == "250.50"
    answer = till.redeem(customer, promotions=[coupon], checks=[card])
    assert answer.status_code == 200, answer.text
    assert (office.balance(card), office.balance(coupon)) == (0, 0)
    shown = till.customer(customer)
    assert (shown["bonus_checks"], shown["promotions"]) == ([], [])
    assert till.redeem(customer, checks=[card]).status_code == 409
    redeem_id = answer.json()["redeem_id"]
    assert till.undo(office.customer(), redeem_id).status_code == 404
    for _ in range(2):
        assert till.undo(customer, redeem_id).status_code == 200
        assert (office.balance(card), office.balance(coupon)) == (250.5, 1)


def test_two_rewards_of_one_card_in_one_redeem(till: Till, office: Office) -> None:
    customer = office.customer()
    rewards = office.points(customer, 80)
    answer = till.redeem(customer, promotions=rewards)
    assert answer.status_code == 200, answer.text
    assert office.balance(rewards[0]) == 0
    assert till.undo(customer, answer.json()["redeem_id"]).status_code == 200
    assert office.balance(rewards[0]) == 80


def test_of_two_tills_that_race_for_points_none_is_forgotten(
    bridge: Callable[..., Till], office: Office
) -> None:
    """Every other round at two bridges that know nothing of each other."""
    near, far = bridge("1"), bridge("2", **OTHER_BRIDGE)
    beside = Till(near.url, "2")
    customer = office.customer()
    for number in range(ROUNDS):
        enough = number % 4 < 2
        _, small = office.points(customer, 60 if enough else 50)
        other = far if number % 2 else beside
        answers = together(
            lambda small=small: near.redeem(customer, promotions=[small]),
            lambda small=small, other=other: other.redeem(customer, promotions=[small]),
        )
        won = [one for one in answers if one.status_code == 200]
        lost = [one for one in answers if one.status_code != 200]
        assert all(one.status_code == 409 for one in lost), lost[0].text
        # At one bridge, who comes while the other is at it is told to wait.
        assert len(won) in ((2,) if enough and other is far else (1, 2)[: 1 + enough])
        left = (60 if enough else 50) - 30 * len(won)
        assert office.balance(small) == left
        refs = {one.json()["redeem_id"] + "-1" for one in won}
        said = {row["description"].split()[1] for row in office.history(small)}
        assert said == refs


def test_a_right_that_is_gone_is_a_fault_and_no_empty_list(
    till: Till, office: Office, odoo: FakeOdoo
) -> None:
    customer = office.customer()
    odoo.tables.change("res.users", 3, groups_id=[1, 9, 21])
    odoo.tables.commit()
    answer = till("GET", f"/customers/{customer}/transactions")
    assert answer.status_code == 502, answer.text
