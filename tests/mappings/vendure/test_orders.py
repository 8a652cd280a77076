"""Purchases: orders of a real Vendure, before discounts and with tax."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.errors import Missing
from bridge.mapping import Mapping
from bridge.model import Item, ItemKind
from mappings.vendure.options import Options
from mappings.vendure.protocol import money
from tests.mappings.conftest import Configure, Connect
from tests.mappings.vendure.conftest import Office


def test_a_purchase_is_shown_before_discounts_and_with_tax(
    mapping: Mapping, office: Office
) -> None:
    customer, code = office.customer(), office.code()
    office.promotion(couponCode=code, usageLimit=None)
    coffee, mug = office.product(690), office.product(1200)
    order = office.sale(customer, (coffee, 2), (mug, 1), code=code)
    (shown,) = [*mapping.transactions(customer)]
    assert shown.order_external_id == order
    assert (shown.store_name, shown.currency_code) == ("Web shop", "USD")
    first, second = shown.items
    assert (first.quantity, first.total, first.vat) == (
        2,
        Decimal("17.25"),
        Decimal("3.45"),
    )
    assert first.vat_value == 25
    (off,) = first.discounts or ()
    assert (off.name, off.total, off.vat) == (
        "Ten percent",
        Decimal("1.72"),
        Decimal("0.34"),
    )
    assert second.total == Decimal("15.00")
    (paid,) = shown.payments or ()
    assert paid.name == "card"
    assert paid.total == Decimal("29.03")


def test_what_is_no_purchase(mapping: Mapping, office: Office) -> None:
    customer = office.customer()
    office.crm.call("mutation { createDraftOrder { id } }")
    item = Item(ItemKind.PROMOTION, office.promotion(), customer)
    mapping.redeem_items([item], "0123456789ABCDEF0123456789ABCDEF-1")
    assert [*mapping.transactions(customer)] == []


def test_the_newest_first_and_no_more_than_is_set(
    connect: Connect, configure: Configure, office: Office
) -> None:
    customer, coffee = office.customer(), office.product(690)
    first, second = (office.sale(customer, (coffee, 1)) for _ in range(2))
    shown = [*connect().transactions(customer)]
    assert [one.order_external_id for one in shown] == [second, first]
    one = connect(configure(**{"store_name": "transactions: 1\n      store_name"}))
    assert [one.order_external_id for one in one.transactions(customer)] == [second]


def test_of_nobody_there_are_none(mapping: Mapping) -> None:
    with pytest.raises(Missing):
        [*mapping.transactions("999999")]


@pytest.mark.parametrize(
    ("decimals", "amount"), [(2, "12.34"), (3, "1.234"), (0, "1234")]
)
def test_an_amount_has_the_decimals_of_vendures_money_strategy(
    decimals: int, amount: str
) -> None:
    options = Options(variant="1", shipping_method="1", decimals=decimals)
    assert str(money(1234, options)) == amount
