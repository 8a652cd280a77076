"""A sale of Tryton's as the SPI's transaction.

Tryton's amounts are without tax and after discounts; the SPI's are the other way round.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from bridge import model
from mappings.tryton.options import Options
from mappings.tryton.protocol import Domain, Json

SALE = (
    *("number", "sale_date", "create_date", "total_amount", "currency.code"),
    *("warehouse.code", "warehouse.name", "company.party.name", "lines.type"),
    *("lines.product.code", "lines.product.name", "lines.description", "lines.note"),
    *("lines.quantity", "lines.unit.symbol", "lines.unit_price", "lines.taxes.rate"),
    *("lines.original_unit_price", "lines.promotion.name"),
)
NEWEST = [["sale_date", "DESC"], ["id", "DESC"]]
CENT = Decimal("0.01")

NOON = time(12, tzinfo=UTC)
"""Tryton knows the day only: at noon in London it is that day almost everywhere."""


def bought(party: int, options: Options) -> Domain:
    """Return what a party has bought, as a domain."""
    states = ["confirmed", "processing", "done"]
    return [
        ["party", "=", party],
        ["company", "=", options.company],
        ["state", "in", states],
    ]


def fields(options: Options) -> tuple[str, ...]:
    return (*SALE, "lines.base_price") if options.discounts else SALE


def transaction(sale: Json, options: Options) -> model.Transaction:
    lines = [line for line in sale["lines"] if line["type"] == "line"]
    items = [transaction_item(line) for line in lines]
    warehouse = sale["warehouse"] or {"code": None, "name": None}
    code = warehouse["code"]
    return model.Transaction(
        date_created=datetime.combine(sale["sale_date"], NOON),
        store_id=options.stores.get(code, code),
        store_name=warehouse["name"] or sale["company"]["party"]["name"],
        currency_code=sale["currency"]["code"],
        items=items,
        # Tryton rounds taxes over the whole sale, the SPI shows them line by line.
        roundoff=sale["total_amount"] - sum(map(paid, items), Decimal(0)) or None,
    )


def transaction_item(line: Json) -> model.TransactionItem:
    """Work out what the line cost before it was reduced by hand and by a promotion."""
    quantity, rate = Decimal(line["quantity"]), vat_rate(line)
    price = line["unit_price"]
    usual = (
        price if line["original_unit_price"] is None else line["original_unit_price"]
    )
    # Sold dearer than listed is no discount.
    listed = max(line.get("base_price") or usual, usual)
    total, by_hand = (
        gross(quantity * listed, rate),
        gross(quantity * (listed - usual), rate),
    )
    product = line["product"] or {"code": None, "name": None}
    whole = quantity == int(quantity)
    return model.TransactionItem(
        sku=product["code"] or str(product.get("id", "")),
        product_name=product["name"] or line["description"] or "",
        quantity=int(quantity) if whole else 1,
        unit_quantity=None if whole else quantity,
        unit_label=None if whole else line["unit"]["symbol"],
        total=total,
        vat=vat_in(total, rate),
        vat_value=100 * rate,
        manual_discount=by_hand or None,
        manual_discount_vat=vat_in(by_hand, rate) if by_hand else None,
        note=line["note"],
        discounts=discounts(line, gross(quantity * (usual - price), rate), rate),
    )


def discounts(
    line: Json, total: Decimal, rate: Decimal
) -> list[model.TransactionItemDiscount]:
    if not total:
        return []
    name, vat = (line["promotion"] or {"name": ""})["name"], vat_in(total, rate)
    return [model.TransactionItemDiscount(name=name, total=total, vat=vat)]


def paid(item: model.TransactionItem) -> Decimal:
    off = sum((Decimal(one.total) for one in item.discounts or ()), Decimal(0))
    return Decimal(item.total) - Decimal(item.manual_discount or 0) - off


def vat_rate(line: Json) -> Decimal:
    """Return the rate of all taxes together: 0.255.  Fixed amounts have no rate."""
    return sum((tax["rate"] or Decimal(0) for tax in line["taxes"]), Decimal(0))


def gross(net: Decimal, rate: Decimal) -> Decimal:
    return (net * (1 + rate)).quantize(CENT, ROUND_HALF_UP)


def vat_in(total: Decimal, rate: Decimal) -> Decimal:
    """Return the VAT that an amount includes, to the cent."""
    return (total * rate / (1 + rate)).quantize(CENT, ROUND_HALF_UP)
