"""Sales orders and orders of Odoo's own tills as transactions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.errors import AccessRefused, Missing
from bridge.model import TransactionPayment
from mappings.odoo import Mapping, purchases
from tests.mappings.conftest import Configure, Connect
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office

TAXES: dict[int, dict[str, Any]] = {
    1: {"amount": Decimal("25.0"), "amount_type": "percent", "price_include": False},
    2: {"amount": Decimal(2), "amount_type": "fixed", "price_include": False},
    3: {"amount": Decimal("25.5"), "amount_type": "percent", "price_include": True},
}


def line(**values: Any) -> dict[str, Any]:
    return {
        "product_id": [9, "[COF500] Coffee"],
        "name": "[COF500] Coffee",
        "product_uom_qty": Decimal("2.0"),
        "price_unit": Decimal("100.0"),
        "discount": Decimal("0.0"),
        "price_subtotal": Decimal("200.0"),
        "price_total": Decimal("250.0"),
        "tax_id": [1],
        **values,
    }


def test_a_line_is_before_its_discount() -> None:
    paid = {"price_subtotal": Decimal("180.0"), "price_total": Decimal("225.0")}
    item = purchases.item(line(discount=Decimal("10.0"), **paid), TAXES)
    assert (item.sku, item.product_name, item.quantity) == ("COF500", "Coffee", 2)
    assert (item.total, item.vat, item.vat_value) == (250, 50, 25)
    assert item.discounts
    (discount,) = item.discounts
    assert (discount.name, discount.total, discount.vat) == ("10 %", 25, 5)


@pytest.mark.parametrize(
    ("taxes", "total"), [([1], "250.00"), ([3], "200.00"), ([], "200.00")]
)
def test_what_was_given_away_had_a_price(taxes: list[int], total: str) -> None:
    free = {"price_subtotal": Decimal("0.0"), "price_total": Decimal("0.0")}
    free |= {"discount": Decimal("100.0"), "tax_id": taxes}
    item = purchases.item(line(**free), TAXES)
    assert item.total == Decimal(total)
    assert item.discounts
    assert item.discounts[0].total == Decimal(total)


def test_a_weight_and_a_product_without_a_number() -> None:
    item = purchases.item(
        line(product_id=[9, "Cheese"], product_uom_qty=Decimal("0.35"), tax_id=[1, 2]),
        TAXES,
    )
    assert (item.sku, item.product_name) == ("9", "Cheese")
    assert (item.quantity, item.unit_quantity) == (1, Decimal("0.35"))
    assert item.vat_value == 25


def test_a_sale_is_shown_with_its_rounding(mapping: Mapping, office: Office) -> None:
    customer = office.customer()
    product = office.product()
    office("sale.order", "create", {"partner_id": int(customer), "order_line": []})
    order = office.sell(
        customer,
        {"product_id": product, "product_uom_qty": 2, "discount": 10},
        {"product_id": product, "price_unit": 9.99},
    )
    office("sale.order", "write", [order], {"amount_total": 237.5})
    (sale,) = mapping.transactions(customer)
    assert sale.order_external_id == f"S{order:05}"
    assert (sale.store_name, sale.currency_code) == ("My Company", "SEK")
    assert [item.total for item in sale.items] == [250, Decimal("12.49")]
    assert sale.roundoff == Decimal("0.01")
    assert str(sale.date_created).endswith("Z")


def test_a_long_list_is_read_page_by_page(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    customer = office.customer()
    for day in range(1, 121):
        date = f"2026-{day // 28 + 1:02}-{day % 28 + 1:02} 10:00:00"
        values = {"state": "sale", "partner_id": int(customer), "company_id": 1}
        odoo.tables.add(
            "sale.order", name=f"S{day}", date_order=date, currency_id=1, **values
        )
    odoo.tables.commit()
    odoo.calls.clear()
    sales = mapping.transactions(customer)
    assert len(sales) == 100
    assert sales[0].order_external_id == "S120"
    assert odoo.calls.count("sale.order search_read") == 2


def test_taxes_are_not_asked_for_each_time(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    customer = office.customer()
    odoo.calls.clear()
    for _ in range(2):
        mapping.transactions(customer)
    assert odoo.calls.count("account.tax search_read") == 1
    assert odoo.calls.count("sale.order search_read") == 2


def till_order(odoo: FakeOdoo, customer: str, product: int) -> None:
    add = odoo.tables.add
    shop = add("pos.config", name="Kungsgatan")
    cash = add("pos.payment.method", name="Cash")
    order = add(
        "pos.order",
        name="Kungsgatan/0001",
        pos_reference="Order 00001-001-0001",
        state="paid",
        date_order="2099-01-01 10:00:00",
        amount_total=124.88,
        partner_id=int(customer),
        currency_id=1,
        company_id=1,
        config_id=shop,
    )
    add(
        "pos.order.line",
        order_id=order,
        product_id=product,
        full_product_name="Coffee",
        qty=1.0,
        price_unit=99.9,
        price_subtotal=99.9,
        price_subtotal_incl=124.88,
        tax_ids=[1],
        customer_note="Beans",
    )
    for amount in (200.0, -75.0):
        add("pos.payment", pos_order_id=order, payment_method_id=cash, amount=amount)
    odoo.tables.commit()


def test_what_was_bought_at_odoos_own_tills(
    connect: Connect, configure: Configure, odoo: FakeOdoo, office: Office
) -> None:
    customer, product = office.customer(), office.product()
    office.sell(customer, {"product_id": product})
    till_order(odoo, customer, product)
    groups = [row["id"] for row in odoo.tables.of("res.groups")]
    odoo.tables.change("res.users", 3, groups_id=groups)
    odoo.tables.commit()
    on = "currency: SEK\n      point_of_sale: true\n      stores: {1: '200'}"
    newest, older = connect(configure(**{"currency: SEK": on})).transactions(customer)
    assert (newest.receipt_id, newest.store_id) == ("Order 00001-001-0001", "200")
    assert newest.store_name == "Kungsgatan"
    assert newest.roundoff == Decimal("0.12")
    assert newest.items[0].note == "Beans"
    assert newest.payments == [
        TransactionPayment(name="Cash", total=200),
        TransactionPayment(name="Cash", total=-75),
    ]
    assert older.order_external_id


def test_without_the_right_to_tills_nothing_is_shown(
    connect: Connect, configure: Configure, odoo: FakeOdoo, office: Office
) -> None:
    customer = office.customer()
    till_order(odoo, customer, office.product())
    on = configure(**{"currency: SEK": "currency: SEK\n      point_of_sale: true"})
    with pytest.raises(AccessRefused):
        connect(on).transactions(customer)


def test_a_right_to_some_orders_only_does_not_look_like_few_purchases(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    customer = office.customer()
    office.sell(customer, {"product_id": office.product()})
    own = [
        row["id"]
        for row in odoo.tables.of("res.groups")
        if not row["xml_id"].endswith(("all_leads", "manager", "system"))
    ]
    odoo.tables.change("res.users", 3, groups_id=own)
    odoo.tables.commit()
    with pytest.raises(AccessRefused, match="sitoo-bridge check"):
        mapping.transactions(customer)


def test_nobody_has_no_purchases(mapping: Mapping) -> None:
    with pytest.raises(Missing):
        mapping.transactions("999999")
