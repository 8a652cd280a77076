"""SPI: Transaction and its parts.

A purchase is shown whole or not at all: a refund may be made from it.  So one line that
is wrong drops its transaction, and one discount that is wrong drops its line.  But what
only names something may be missing: a purchase without a name is better than a history
with a hole.  Amounts are never made up, but for a rate and a tax that follow from each
other.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bridge.model import (
    Transaction,
    TransactionItem,
    TransactionItemDiscount,
    TransactionPayment,
)
from bridge.spi.schemas.answer import AnswerSchema
from bridge.spi.schemas.fields.codes import Currency
from bridge.spi.schemas.fields.numbers import (
    DecimalQuantity,
    Money,
    Rate,
    Whole,
    as_decimal,
)
from bridge.spi.schemas.fields.property import Wrong
from bridge.spi.schemas.fields.texts import Id, Text
from bridge.spi.schemas.fields.times import Moment
from bridge.spi.schemas.parts import Part, Parts


def weighed(line: TransactionItem) -> TransactionItem:
    """Count a weight as one piece: ``quantity`` is whole, ``unit_quantity`` is not."""
    quantity, unit = _numbers(line.quantity, line.unit_quantity)
    if quantity is None or quantity == quantity.to_integral_value():
        return line
    amount = abs(quantity) * (1 if unit is None else unit)
    return replace(line, quantity=1 if quantity > 0 else -1, unit_quantity=amount)


def vat_of(line: TransactionItem) -> str | None:
    """Work the VAT out that a line includes, by its rate."""
    total, rate = _numbers(line.total, line.vat_value)
    if total is None or rate is None or rate < 0:
        return None
    return MONEY.repaired(total * rate / (100 + rate), "")


def rate_of(line: TransactionItem) -> int | float | None:
    """Work the rate out by which a line's VAT was calculated."""
    total, vat = _numbers(line.total, line.vat)
    if total is None or vat is None or total == vat:
        return None if total or vat or total is None else 0
    rate = round(100 * vat / (total - vat), 1)
    return int(rate) if rate == int(rate) else float(rate)


def shop_of(purchase: Transaction) -> str:
    """Say where something was bought: its id, or that it was not in a shop."""
    if purchase.store_id:
        return str(purchase.store_id)
    return ONLINE if purchase.order_external_id or purchase.order_id else ""


def name_of(line: TransactionItem) -> str:
    """Say what was bought, by whatever else there is."""
    named = (line.product_name2, line.note, line.sku)
    return next((str(name) for name in named if name), "")


def _numbers(*values: Any) -> list[Decimal | None]:
    found: list[Decimal | None] = []
    for value in values:
        try:
            found.append(as_decimal(value))
        except Wrong:
            found.append(None)
    return found


MONEY = Money()

ONLINE = "Online"
"""Where an order was made that no shop is named for."""


class TransactionItemDiscountSchema(AnswerSchema):
    model = TransactionItemDiscount

    name = Text("What the discount was for", required=True, absent="")
    total = Money("What came off, with VAT", required=True)
    vat = Money("The VAT in it", required=True)


class TransactionItemSchema(AnswerSchema):
    model = TransactionItem
    prepare = staticmethod(weighed)

    sku = Text("Article number", required=True, absent="")
    product_name = Text("What it is called", required=True, absent=name_of)
    product_name2 = Text("Second line of the name")
    quantity = Whole("How many pieces", required=True)
    total = Money("The line with VAT, before any discount", required=True)
    vat = Money("The VAT in it", required=True, absent=vat_of)
    manual_discount = Money("What the cashier took off, with VAT", essential=True)
    manual_discount_vat = Money("The VAT in it", essential=True)
    manual_discount_name = Text("Why the cashier took it off")
    vat_value = Rate("VAT in per cent", required=True, absent=rate_of)
    note = Text("A note about the line")
    unit_quantity = DecimalQuantity("How much is in one piece, such as a weight")
    unit_label = Text("The unit of that, such as kg")
    discounts = Parts(
        Part(TransactionItemDiscountSchema),
        "What else came off the line",
        all_or_none=True,
    )


class TransactionPaymentSchema(AnswerSchema):
    model = TransactionPayment

    name = Text("What was paid with", required=True, absent="")
    total = Money("How much of it", required=True)


class TransactionSchema(AnswerSchema):
    model = Transaction

    date_created = Moment("When it was made, in Unix seconds", required=True)
    receipt_id = Id("Receipt in Sitoo, to refund from")
    order_id = Whole("Order in Sitoo, to refund from")
    order_external_id = Id("Another system's order in Sitoo, to refund from")
    store_id = Id("The store's external id in Sitoo")
    store_name = Text("Where it was made", required=True, absent=shop_of)
    currency_code = Currency("ISO 4217, three letters", required=True)
    roundoff = Money("What rounding added or took")
    items = Parts(
        Part(TransactionItemSchema), "Its lines", required=True, all_or_none=True
    )
    payments = Parts(
        Part(TransactionPaymentSchema),
        "How it was paid; left out where not all of it is known",
        all_or_none=True,
        essential=False,
    )
