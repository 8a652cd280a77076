"""Loyalty cards of Odoo's as promotions, bonus checks and balances."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.model import (
    CartAmount,
    CartPercent,
    Item,
    ItemKind,
    Manual,
    Offer,
    SectionText,
)
from mappings.odoo import Mapping
from tests.mappings.conftest import Configure, Connect
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office


def shown(mapping: Mapping, customer: str) -> dict[str, Any]:
    promotions = mapping.get(customer).promotions
    assert promotions is not None
    return {one.promotion_id: one.promotion_type for one in promotions}


def test_each_reward_that_is_in_reach_is_a_promotion(
    mapping: Mapping, office: Office
) -> None:
    customer = office.customer()
    percent, amount = office.coupon(customer), office.coupon(customer, "amounts")
    big, small = office.points(customer, 40)
    gift_card = office.gift_card(customer, 250.5)
    assert shown(mapping, customer) == {
        percent: CartPercent(value_int=10),
        amount: CartAmount(value_money=50),
        small: CartPercent(value_int=5),
    }
    card = mapping.get(customer)
    assert card.bonus_checks
    assert [one.bonus_check_id for one in card.bonus_checks] == [gift_card]
    assert card.sections
    (section,) = card.sections
    assert section.values == [SectionText(title="Kit loyalty", text="40 Points")]
    assert big not in shown(mapping, customer)


@pytest.mark.parametrize(
    "values",
    [
        {"points": 0},
        {"expiration_date": "2026-01-01"},
        {"active": False},
    ],
)
def test_what_cannot_be_used_is_not_shown(
    mapping: Mapping, office: Office, values: Any
) -> None:
    customer = office.customer()
    office.coupon(customer, **values)
    assert shown(mapping, customer) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"active": False},
        {"date_to": "2026-01-01"},
        {"date_from": "2099-01-01"},
        {"currency_id": 99},
    ],
)
def test_a_program_that_is_not_on_is_not_shown(
    mapping: Mapping, office: Office, odoo: FakeOdoo, values: Any
) -> None:
    odoo.tables.add("res.currency", id=99, name="EUR")
    customer = office.customer()
    program, (reward,) = office.program("coupons", **values)
    card = office.card(customer, program, 1)
    assert shown(mapping, customer) == {}
    if "currency_id" not in values:
        item = Item(ItemKind.PROMOTION, f"{card}-{reward}", customer)
        with pytest.raises(Exception, match="already redeemed, has expired"):
            mapping.redeem_items([item], "R")


@pytest.mark.parametrize(
    ("reward", "rule", "kind"),
    [
        ({"discount": 12.5}, None, Manual()),
        ({"discount_max_amount": 100}, None, Manual()),
        ({"discount_applicability": "cheapest"}, None, Manual()),
        ({"reward_type": "product"}, None, Manual()),
        ({}, {"minimum_amount": 200}, Manual()),
        ({}, {"minimum_qty": 2}, Manual()),
        ({}, {"product_domain": "[('id', '=', 1)]"}, Manual()),
        ({}, {"minimum_qty": 1}, CartPercent(value_int=10)),
    ],
)
def test_what_sitoo_cannot_do_is_for_the_cashier(
    mapping: Mapping, office: Office, reward: Any, rule: Any, kind: Any
) -> None:
    customer = office.customer()
    rewards = [[0, 0, {"discount": 10, **reward}]]
    rules = [[0, 0, rule]] if rule else []
    program, _ = office.program("coupons", reward_ids=rewards, rule_ids=rules)
    office.card(customer, program, 1)
    assert [*shown(mapping, customer).values()] == [kind]


def test_how_points_are_earned_is_no_condition_for_spending_them(
    mapping: Mapping, office: Office
) -> None:
    customer = office.customer()
    rules = [[0, 0, {"minimum_amount": 200}]]
    rewards = [[0, 0, {"discount": 10, "required_points": 5}]]
    program, _ = office.program("loyalty", reward_ids=rewards, rule_ids=rules)
    office.card(customer, program, 5)
    assert [*shown(mapping, customer).values()] == [CartPercent(value_int=10)]


def test_what_takes_points_by_the_cart_is_not_offered(
    mapping: Mapping, office: Office
) -> None:
    customer = office.customer()
    rewards = [[0, 0, {"discount": 1, "discount_mode": "per_point"}]]
    program, (reward,) = office.program("loyalty", reward_ids=rewards)
    card = office.card(customer, program, 5)
    assert shown(mapping, customer) == {}
    item = Item(ItemKind.PROMOTION, f"{card}-{reward}", customer)
    with pytest.raises(Exception, match="already redeemed"):
        mapping.redeem_items([item], "R")


def test_an_e_wallet_is_shown_and_not_spent_as_a_whole(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    customer = office.customer()
    program, _ = office.program("gift_card", program_type="ewallet")
    wallet = office.card(customer, program, 500)
    card = mapping.get(customer)
    assert (card.promotions, card.bonus_checks) == ([], [])
    assert card.sections
    item = Item(ItemKind.BONUS_CHECK, str(wallet), customer)
    with pytest.raises(Exception, match="already redeemed"):
        mapping.redeem_items([item], "R")
    assert office.balance(str(wallet)) == 500


def test_a_program_that_sitoo_knows_is_an_offer(
    connect: Connect, configure: Configure, office: Office
) -> None:
    known = "currency: SEK\n      offers: {Kit coupons: MEMBERS}"
    customer = office.customer()
    coupon = office.coupon(customer)
    mapping = connect(configure(**{"currency: SEK": known}))
    assert shown(mapping, customer) == {coupon: Offer(value_string="MEMBERS")}


def test_a_card_without_its_rights_says_what_is_missing(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    """A right that is too small must not look like "there are none"."""
    customer = office.customer()
    office.coupon(customer)
    groups = [
        row["id"]
        for row in odoo.tables.of("res.groups")
        if not row["xml_id"].startswith("sales_team.")
    ]
    odoo.tables.change("res.users", 3, groups_id=groups[:3:2])
    odoo.tables.commit()
    card = mapping.get(customer)
    assert card.promotions is None
    assert card.bonus_checks is None
    assert card.status
    assert card.status.color == "orange"
