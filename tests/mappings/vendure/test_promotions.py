"""What of a real Vendure's promotions a customer is shown, and as what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.errors import Unavailable
from bridge.mapping import Mapping
from bridge.model import CartAmount, CartPercent, Manual, Offer
from tests.mappings.conftest import Configure, Connect
from tests.mappings.vendure.conftest import AMOUNT, PERCENT, Office

PAST, FUTURE = "2026-01-01T00:00:00Z", "2100-01-01T00:00:00Z"


def ids(mapping: Mapping, customer: str, mine: list[str]) -> list[str]:
    """Return which of some promotions or bonus checks are on a customer's card."""
    card = mapping.get(customer)
    assert card.promotions is not None
    assert card.bonus_checks is not None
    shown = [one.promotion_id for one in card.promotions]
    shown += [one.bonus_check_id for one in card.bonus_checks]
    return [one for one in mine if one in shown]


def test_which_promotions_are_shown(mapping: Mapping, office: Office) -> None:
    customer, other = office.customer(), office.customer()
    club = {"customer_group": {"customerGroupId": office.group(customer)}}
    closed = {"customer_group": {"customerGroupId": office.group(other)}}
    goods = {"contains_products": {"minimum": "1", "productVariantIds": "[1]"}}
    shown = [
        office.promotion(owner=customer),
        office.promotion(owner=customer, startsAt=PAST, endsAt=FUTURE),
        office.promotion(owner=customer, conditions=club),
        office.bonus_check(customer),
    ]
    hidden = [
        office.promotion(owner=other),
        office.promotion(kind=None, owner=customer),
        office.promotion(owner=customer, enabled=False),
        office.promotion(owner=customer, endsAt=PAST),
        office.promotion(owner=customer, startsAt=FUTURE),
        office.promotion(owner=customer, conditions=closed),
        office.promotion(owner=customer, conditions={**club, **goods}),
        office.bonus_check(customer, actions=PERCENT),
        office.promotion(owner=customer, couponCode=None, conditions=club),
    ]
    everyones = office.promotion(endsAt=FUTURE)
    assert ids(mapping, customer, [*shown, *hidden, everyones]) == [*shown, everyones]
    assert ids(mapping, other, shown) == []
    office.crm.call(
        "mutation ($id: ID!) { deletePromotion(id: $id) { result } }", id=everyones
    )
    assert ids(mapping, customer, [everyones]) == []


@pytest.mark.parametrize(
    ("values", "benefit"),
    [
        ({}, CartPercent(value_int=10)),
        ({"actions": AMOUNT}, CartAmount(value_money="25.00")),
        (
            {"actions": {"order_percentage_discount": {"discount": "12.5"}}},
            Manual(),
        ),
        ({"actions": {"free_shipping": {}}}, Manual()),
        ({"actions": {**PERCENT, **AMOUNT}}, Manual()),
        ({"couponCode": "FIVE"}, Offer(value_string="FIVE-OFF")),
    ],
)
def test_what_a_promotion_does(
    mapping: Mapping, office: Office, values: Any, benefit: Any
) -> None:
    customer = office.customer()
    made = office.promotion(owner=customer, **values)
    promotions = mapping.get(customer).promotions or []
    (kind,) = [one.promotion_type for one in promotions if one.promotion_id == made]
    if isinstance(kind, CartAmount):
        kind = replace(kind, value_money=str(kind.value_money))
    assert kind == benefit


@pytest.mark.parametrize(
    ("limits", "redeemed"),
    [
        ({"usageLimit": 1}, True),
        ({"usageLimit": None, "perCustomerUsageLimit": 1}, True),
        ({"usageLimit": 5, "perCustomerUsageLimit": 2}, False),
        ({"usageLimit": None}, False),
    ],
)
def test_what_a_customer_has_used_in_the_web_shop_is_used(
    mapping: Mapping, office: Office, limits: Any, redeemed: bool
) -> None:
    customer, code = office.customer(), office.code()
    made = office.promotion(couponCode=code, owner=customer, **limits)
    office.sale(customer, (office.product(500), 1), code=code.lower())
    promotions = mapping.get(customer).promotions or []
    (shown,) = [one for one in promotions if one.promotion_id == made]
    assert shown.redeemed is redeemed
    assert bool(shown.date_redeemed) is redeemed


def test_what_nobody_may_use_any_more_is_used(mapping: Mapping, office: Office) -> None:
    customer = office.customer()
    made = office.promotion(owner=customer, usageLimit=0)
    promotions = mapping.get(customer).promotions or []
    (shown,) = [one for one in promotions if one.promotion_id == made]
    assert (shown.redeemed, shown.date_redeemed) == (True, None)


def test_names_come_in_the_language_that_is_set(
    connect: Connect, configure: Configure, office: Office
) -> None:
    customer = office.customer()
    names = [("en", "Ten percent"), ("sv", "Tio procent")]
    spoken = [{"languageCode": code, "name": name} for code, name in names]
    made = office.promotion(owner=customer, translations=spoken)
    for code, name in names:
        language = f"language: {code}\n      store_name"
        card = connect(configure(store_name=language)).get(customer)
        shown = [one.name for one in card.promotions if one.promotion_id == made]
        assert shown == [name]


def test_more_promotions_than_vendure_gives_at_once(
    mapping: Mapping, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mappings.vendure.offered.PAGE", 2)
    monkeypatch.setattr("mappings.vendure.PAGE", 2)
    customer = office.customer()
    made = [office.promotion(owner=customer) for _ in range(5)]
    assert ids(mapping, customer, made) == made


def test_a_card_whose_promotions_cannot_be_read_says_so(
    mapping: Mapping, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(customer_id: str) -> Any:
        raise Unavailable

    customer = office.customer()
    monkeypatch.setattr(mapping, "_offered", fails)
    card = mapping.get(customer)
    assert card.promotions is card.bonus_checks is None
    assert card.status
    assert "Could not be read" in card.status.text
