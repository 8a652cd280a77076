"""What a customer bought (SPI: Transaction and its parts)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bridge.model.values import Amount, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionItemDiscount:
    name: str | None
    total: Amount
    vat: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionItem:
    """``total`` includes VAT, *before* ``manual_discount`` and ``discounts``.

    A CRM that stores what was paid needs the discounts added back.  ``quantity`` counts
    pieces; a weight goes into ``unit_quantity`` with its ``unit_label``, and is put
    there if it is not whole.

    Where the CRM has no name, number, tax or rate, say ``None``: for display there is a
    stand-in, and the purchase is not lost.  Of ``vat`` and ``vat_value`` one is needed.
    """

    sku: str | None
    product_name: str | None
    quantity: int | Decimal
    total: Amount
    vat: Amount | None
    vat_value: Decimal | int | None
    product_name2: str | None = None
    manual_discount: Amount | None = None
    manual_discount_vat: Amount | None = None
    manual_discount_name: str | None = None
    note: str | None = None
    unit_quantity: Amount | None = None
    unit_label: str | None = None
    discounts: list[TransactionItemDiscount] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionPayment:
    name: str | None
    total: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    date_created: Moment
    store_name: str | None
    currency_code: str
    items: list[TransactionItem]
    receipt_id: str | None = None
    order_id: int | None = None
    order_external_id: str | None = None
    store_id: str | None = None
    roundoff: Amount | None = None
    payments: list[TransactionPayment] | None = None
