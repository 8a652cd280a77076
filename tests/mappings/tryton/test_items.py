"""Coupons and gift cards on the card, and what becomes of a promotion's formula."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.errors import Unavailable
from bridge.mapping import Mapping
from bridge.model import (
    CartAmount,
    CartPercent,
    Manual,
    Offer,
    Promotion,
    PromotionType,
)
from mappings.tryton.items import benefit
from mappings.tryton.options import Options
from tests.mappings.conftest import Connect
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton

EUROS = Options(company=1, currency="EUR")


def plain_promotion(formula: str, **conditions: object) -> dict[str, object]:
    plain = {"products": [], "categories": [], "price_list": None}
    plain |= {"quantity": None, "amount": None}
    return {"name": "A promotion", "formula": formula, **plain, **conditions}


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("0.9 * unit_price", CartPercent(value_int=10)),
        ("unit_price*.75", CartPercent(value_int=25)),
        ("0 * unit_price", CartPercent(value_int=100)),
        ("unit_price - 5", CartAmount(value_money=Decimal(5))),
        (" unit_price-2.50 ", CartAmount(value_money=Decimal("2.50"))),
        ("0.995 * unit_price", Manual()),
        ("1 * unit_price", Manual()),
        ("1.1 * unit_price", Manual()),
        ("unit_price", Manual()),
        ("unit_price - 5 * 2", Manual()),
        ("min(unit_price, 10)", Manual()),
    ],
)
def test_a_plain_formula_becomes(formula: str, shown: PromotionType) -> None:
    assert benefit(plain_promotion(formula), EUROS) == shown


@pytest.mark.parametrize(
    "condition",
    [
        {"products": [{"id": 1}]},
        {"categories": [{"id": 1}]},
        {"price_list": {"id": 1}},
        {"quantity": Decimal(3)},
        {"amount": Decimal(100)},
    ],
)
def test_a_promotion_with_conditions_is_for_the_cashier(
    condition: dict[str, object],
) -> None:
    assert benefit(plain_promotion("0.9 * unit_price", **condition), EUROS) == Manual()


def test_a_promotion_that_sitoo_knows_is_unlocked_there() -> None:
    known = Options(company=1, currency="EUR", offers={"A promotion": "VIP"})
    assert benefit(plain_promotion("min(unit_price, 1)"), known) == Offer(
        value_string="VIP"
    )


def test_coupons_that_are_valid_today_are_promotions(
    mapping: Mapping, office: Office
) -> None:
    shown = mapping.get(office.customer()).promotions
    assert shown
    by_code = {one.description: one for one in shown}
    assert by_code["BONUS10"] == Promotion(
        promotion_id=office.coupon("BONUS10"),
        name="10% for members",
        description="BONUS10",
        promotion_type=CartPercent(value_int=10),
        redeemed=False,
    )
    assert by_code["VOUCHER-1"].promotion_type == Offer(value_string="FIVE-OFF")
    assert by_code["MUGS"].promotion_type == Manual()
    assert "WINTER" not in by_code


def test_what_is_not_valid_today_is_no_promotion(
    mapping: Mapping, tryton: Tryton, office: Office
) -> None:
    past, future = (
        {"__class__": "date", "year": year, "month": 1, "day": 1}
        for year in (2020, 2099)
    )
    always = {"start_date": None, "end_date": None}
    archived = office.voucher()
    promotion = tryton.find("sale.promotion", ["coupons.numbers", "=", int(archived)])
    tryton.change("sale.promotion", promotion, active=False)
    shut = {
        office.voucher(number={"start_date": future}),
        office.voucher(number=always, promotion={"start_date": future}),
        office.voucher(number=always, promotion={"end_date": past}),
        archived,
    }
    fine = {
        office.voucher(),
        office.voucher(number=always),
        office.voucher(number={"start_date": past, "end_date": future}),
        office.voucher(number=always, promotion={"start_date": past}),
        office.voucher(number=always, promotion={"end_date": future}),
    }
    promotions = mapping.get(office.customer()).promotions or ()
    shown = {one.promotion_id for one in promotions}
    assert fine <= shown
    assert not shut & shown


def test_gift_cards_are_the_bonus_checks_of_who_has_them(
    mapping: Mapping, office: Office
) -> None:
    giver, friend = office.customer(), office.customer("friend@example.org")
    own = office.gift_card(giver, "12.50")
    given = office.gift_card(giver, sent_to="friend@example.org")
    (kept,) = mapping.get(giver).bonus_checks or ()
    assert kept.bonus_check_id == own
    assert (kept.name, kept.cart_amount) == ("Gift card", Decimal("12.50"))
    assert kept.description
    assert kept.description.startswith("…")
    assert len(kept.description) == 5
    (got,) = mapping.get(friend).bonus_checks or ()
    assert got.bonus_check_id == given


def test_a_gift_card_in_another_currency_is_not_shown(
    mapping: Mapping, office: Office
) -> None:
    customer = office.customer()
    office.gift_card(customer, currency="USD")
    assert mapping.get(customer).bonus_checks == []


def test_what_cannot_be_read_is_not_shown_as_nothing(
    connect: Connect, configure, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = connect()
    customer = office.customer()

    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    whole = mapping.get(customer)
    assert whole.status is None
    monkeypatch.setattr(mapping.spending, "redeemable", fail)
    card = mapping.get(customer)
    assert card.promotions is card.bonus_checks is None
    assert card.status
    assert card.status.color == "orange"
    assert card.status.text.endswith("promotions and bonus checks.")


def test_a_tryton_without_coupons_and_gift_cards_is_not_asked_for_them(
    connect: Connect, configure, office: Office
) -> None:
    without = {"discounts: true": "coupons: false\n      gift_cards: false"}
    card = connect(configure(**without)).get(office.customer())
    assert card.promotions == card.bonus_checks == []
    assert card.status is None
