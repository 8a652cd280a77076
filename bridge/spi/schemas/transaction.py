"""SPI: Transaction and its parts.

A purchase is shown whole or not at all: a refund may be made from it.  So one line that
is wrong drops its transaction, and one discount that is wrong drops its line.
"""

from __future__ import annotations

from bridge.model import (
    Transaction,
    TransactionItem,
    TransactionItemDiscount,
    TransactionPayment,
)
from bridge.spi.schemas.answer import AnswerSchema
from bridge.spi.schemas.codes import Currency
from bridge.spi.schemas.numbers import DecimalQuantity, Money, Rate, Whole
from bridge.spi.schemas.parts import Part, Parts
from bridge.spi.schemas.texts import Id, Text
from bridge.spi.schemas.times import Moment


class TransactionItemDiscountSchema(AnswerSchema):
    model = TransactionItemDiscount

    name = Text("What the discount was for", required=True)
    total = Money("What came off, with VAT", required=True)
    vat = Money("The VAT in it", required=True)


class TransactionItemSchema(AnswerSchema):
    model = TransactionItem

    sku = Text("Article number", required=True)
    product_name = Text("What it is called", required=True)
    product_name2 = Text("Second line of the name")
    quantity = Whole("How many pieces", required=True)
    total = Money("The line with VAT, before any discount", required=True)
    vat = Money("The VAT in it", required=True)
    manual_discount = Money("What the cashier took off, with VAT", essential=True)
    manual_discount_vat = Money("The VAT in it", essential=True)
    manual_discount_name = Text("Why the cashier took it off")
    vat_value = Rate("VAT in per cent", required=True)
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

    name = Text("What was paid with", required=True)
    total = Money("How much of it", required=True)


class TransactionSchema(AnswerSchema):
    model = Transaction

    date_created = Moment("When it was made, in Unix seconds", required=True)
    receipt_id = Id("Receipt in Sitoo, to refund from")
    order_id = Whole("Order in Sitoo, to refund from")
    order_external_id = Id("Another system's order in Sitoo, to refund from")
    store_id = Id("The store's external id in Sitoo")
    store_name = Text("Where it was made", required=True)
    currency_code = Currency("ISO 4217, three letters", required=True)
    roundoff = Money("What rounding added or took")
    items = Parts(
        Part(TransactionItemSchema), "Its lines", required=True, all_or_none=True
    )
    payments = Parts(Part(TransactionPaymentSchema), "How it was paid")
