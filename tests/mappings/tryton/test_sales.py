"""What customers bought, as a till shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bridge.mapping import Mapping
from bridge.model import TransactionItem, TransactionItemDiscount
from mappings.tryton import protocol
from tests.mappings.conftest import Configure, Connect
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton


def test_the_newest_comes_first(mapping: Mapping) -> None:
    sales = [*mapping.transactions("2")]
    assert [sale.date_created for sale in sales] == [
        datetime(2026, 5, 2, 12, tzinfo=UTC),
        datetime(2026, 5, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 1, 12, tzinfo=UTC),
    ]
    assert {(sale.store_id, sale.store_name) for sale in sales} == {("200", "Helsinki")}
    assert {sale.currency_code for sale in sales} == {"EUR"}


def test_amounts_are_with_tax_and_before_discounts(mapping: Mapping) -> None:
    coffee, mug = next(mapping.transactions("2")).items
    assert coffee == TransactionItem(
        sku="COF500",
        product_name="Coffee 500 g",
        quantity=3,
        total=Decimal("23.60"),  # 3 x 6.90, and 14 %
        vat=Decimal("2.90"),
        vat_value=Decimal("14"),
        discounts=[
            TransactionItemDiscount(
                name="May offer", total=Decimal("2.36"), vat=Decimal("0.29")
            )
        ],
    )
    assert mug == TransactionItem(
        sku="MUG1",
        product_name="Mug",
        quantity=1,
        total=Decimal("15.06"),  # 12.00, and 25.5 %
        vat=Decimal("3.06"),
        vat_value=Decimal("25.5"),
        manual_discount=Decimal("3.77"),
        manual_discount_vat=Decimal("0.77"),
        discounts=[],
    )


def test_weights_and_returns(mapping: Mapping) -> None:
    tea, mug = [*mapping.transactions("2")][1].items
    assert (tea.quantity, tea.unit_quantity, tea.unit_label) == (
        *(1, Decimal("0.25")),
        "kg",
    )
    assert tea.total == Decimal("11.40")
    assert (mug.quantity, mug.total, mug.vat) == (
        *(-1, Decimal("-15.06")),
        Decimal("-3.06"),
    )


def test_lines_and_roundoff_make_the_sum_that_tryton_has(
    mapping: Mapping, tryton: Tryton
) -> None:
    query = "select total_amount_cache from sale_sale where party = 2 order by id desc"
    for sale, (total,) in zip(
        [*mapping.transactions("2")], tryton.sql(query), strict=True
    ):
        amounts = [Decimal(str(sale.roundoff or 0))]
        for item in sale.items:
            amounts += [Decimal(item.total), -Decimal(item.manual_discount or 0)]
            amounts += [-Decimal(one.total) for one in item.discounts or ()]
        assert sum(amounts) == Decimal(total.decode())


def test_without_the_discount_module_a_line_was_never_reduced_by_hand(
    connect: Connect, configure: Configure
) -> None:
    mapping = connect(configure(**{"discounts: true": "discounts: false"}))
    _, mug = next(mapping.transactions("2")).items
    assert (mug.total, mug.manual_discount) == (Decimal("11.30"), None)


@pytest.mark.parametrize("page", [1, 2, 3, 50])
@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_as_many_as_the_configuration_says_page_by_page(
    connect: Connect,
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
    page: int,
    most: int,
) -> None:
    monkeypatch.setattr(protocol, "PAGE", page)
    mapping = connect(
        configure(**{"company: 1": f"company: 1\n      transactions: {most}"})
    )
    assert [len(sale.items) for sale in [*mapping.transactions("2")]] == [2, 2, 2][
        :most
    ]


def test_a_draft_is_no_purchase(mapping: Mapping, office: Office) -> None:
    customer = office.customer()
    office.gift_card(customer)  # on a sale that is never confirmed
    assert [*mapping.transactions(customer)] == []
