"""What a contact bought: sales orders, and orders of Odoo's own points of sale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from bridge import model
from mappings.odoo.options import Options
from mappings.odoo.protocol import Domain, Json, decimal

SALE, SALE_LINE = "sale.order", "sale.order.line"
TILL, TILL_LINE, PAYMENT = "pos.order", "pos.order.line", "pos.payment"
TAX = "account.tax"

ORDER = ("name", "date_order", "currency_id", "company_id", "amount_total")
TILL_ORDER = (*ORDER, "pos_reference", "config_id")
LINE = (
    *("order_id", "product_id", "name", "product_uom_qty", "price_unit", "discount"),
    *("price_subtotal", "price_total", "tax_id"),
)
TILL_LINE_FIELDS = (
    *("order_id", "product_id", "full_product_name", "qty", "price_unit", "discount"),
    *("price_subtotal", "price_subtotal_incl", "tax_ids", "customer_note"),
)
PAYMENT_FIELDS = ("pos_order_id", "payment_method_id", "amount")
TAX_FIELDS = ("amount", "amount_type", "price_include")

NEWEST = "date_order desc, id desc"
CENT = Decimal("0.01")
CODED = re.compile(r"\[([^\]]+)\] (.*)", re.DOTALL)
"""How Odoo shows a product that has a reference: ``[COF500] Coffee``."""

SAME = {
    "name": "full_product_name",
    "product_uom_qty": "qty",
    "price_total": "price_subtotal_incl",
    "tax_id": "tax_ids",
}
"""What a line of a sales order has under another name in a point of sale."""

Taxes = Mapping[int, Json]


def sold(contact: int, options: Options) -> Domain:
    """Return the sales orders that a contact has confirmed, as a domain."""
    return [*_bought(contact, options), ["state", "=", "sale"]]


def rung_up(contact: int, options: Options) -> Domain:
    """Return a contact's orders at Odoo's points of sale that are paid."""
    states = ["paid", "done", "invoiced"]
    return [*_bought(contact, options), ["state", "in", states]]


def _bought(contact: int, options: Options) -> Domain:
    company = options.company
    whose = [["company_id", "=", company]] if company else []
    return [["partner_id", "=", contact], *whose]


def sale(order: Json, lines: list[Json], taxes: Taxes) -> model.Transaction:
    """``lines`` may be those of other orders, too."""
    items = [item(line, taxes) for line in lines if line["order_id"][0] == order["id"]]
    return model.Transaction(
        date_created=moment(order),
        store_name=order["company_id"][1],
        currency_code=order["currency_id"][1],
        order_external_id=order["name"],
        items=items,
        # Odoo may round taxes over the whole order, the SPI shows them line by line.
        roundoff=_rest(decimal(order["amount_total"]), items),
    )


def till_sale(
    order: Json, lines: list[Json], payments: list[Json], taxes: Taxes, options: Options
) -> model.Transaction:
    mine = [line for line in lines if line["order_id"][0] == order["id"]]
    items = [item(as_sale_line(line), taxes) for line in mine]
    paid = [one for one in payments if one["pos_order_id"][0] == order["id"]]
    shop, name = order["config_id"] or (None, order["company_id"][1])
    return model.Transaction(
        date_created=moment(order),
        store_id=options.stores.get(str(shop)),
        store_name=name,
        currency_code=order["currency_id"][1],
        receipt_id=order["pos_reference"] or order["name"],
        items=items,
        payments=[
            model.TransactionPayment(
                name=one["payment_method_id"][1], total=decimal(one["amount"])
            )
            for one in paid
        ],
        # What cash is rounded by shows in what was paid only.
        roundoff=_rest(sum((decimal(one["amount"]) for one in paid), Decimal(0)), items)
        if paid
        else None,
    )


def as_sale_line(line: Json) -> Json:
    return line | {ours: line[theirs] for ours, theirs in SAME.items()}


def item(line: Json, taxes: Taxes) -> model.TransactionItem:
    """Odoo's amounts are after the line's discount, the SPI's total is before it."""
    paid, rate = decimal(line["price_total"]), vat_rate(line, taxes)
    tax = paid - decimal(line["price_subtotal"])
    total = _listed(line, taxes, rate)
    vat = tax if total == paid else cents(total * rate / (100 + rate))
    product = line["product_id"]
    coded = CODED.fullmatch(product[1]) if product else None
    quantity = decimal(line["product_uom_qty"])
    whole = quantity == int(quantity)
    return model.TransactionItem(
        sku=coded[1] if coded else str(product[0]) if product else "",
        product_name=coded[2] if coded else product[1] if product else line["name"],
        quantity=int(quantity) if whole else 1,
        unit_quantity=None if whole else quantity,
        total=total,
        vat=vat,
        vat_value=rate,
        note=line.get("customer_note") or None,
        discounts=[
            model.TransactionItemDiscount(
                name=f"{decimal(line['discount'])} %", total=total - paid, vat=vat - tax
            )
        ]
        if total != paid
        else None,
    )


def vat_rate(line: Json, taxes: Taxes) -> Decimal:
    """Return the rate of all taxes together: 25.5.  Fixed amounts have no rate."""
    rates = [
        decimal(taxes[tax]["amount"])
        for tax in line["tax_id"]
        if tax in taxes and taxes[tax]["amount_type"] == "percent"
    ]
    return sum(rates, Decimal(0))


def moment(order: Json) -> str:
    """Return when an order was made: Odoo writes UTC without saying so."""
    return f"{order['date_order'].replace(' ', 'T')}Z"


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def paid(item: model.TransactionItem) -> Decimal:
    off = sum((Decimal(one.total) for one in item.discounts or ()), Decimal(0))
    return Decimal(item.total) - off


def _rest(total: Decimal, items: list[model.TransactionItem]) -> Decimal | None:
    return cents(total - sum(map(paid, items), Decimal(0))) or None


def _listed(line: Json, taxes: Taxes, rate: Decimal) -> Decimal:
    """Return what a line would have cost without its discount, tax included.

    Of what was given away nothing is left to reckon from, but its list price.
    """
    discount = decimal(line["discount"])
    total = decimal(line["price_total"])
    if not discount:
        return total
    if discount < 100:
        return cents(total * 100 / (100 - discount))
    listed = decimal(line["price_unit"]) * decimal(line["product_uom_qty"])
    known = [taxes[tax] for tax in line["tax_id"] if tax in taxes]
    included = any(tax["price_include"] for tax in known)
    return cents(listed if included else listed * (100 + rate) / 100)
