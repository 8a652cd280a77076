"""A purchase as the SPI's transaction, as far as Voyado tells.

What stands in a line is the tenant's own, so several names are looked for.  Voyado
keeps what was paid: no discounts, no VAT, no payments.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bridge import model
from mappings.voyado.protocol import Json

SKU = ("sku", "articleNumber", "articleNr")
NAME = ("articleName", "name", "description")
PRICE = ("localGrossPaidPrice", "localNetPrice", "grossPaidPrice", "netPrice", "price")


def transaction(row: Json) -> model.Transaction:
    lines = [item(line) for line in row.get("lineItems") or ()]
    return model.Transaction(
        date_created=row["createdDate"],
        store_name=row.get("storeName") or "",
        currency_code=row.get("localCurrency") or row["groupCurrency"],
        receipt_id=row.get("transactionNumber"),
        order_external_id=row.get("externalId"),
        items=lines or [everything(row)],
    )


def item(line: Json) -> model.TransactionItem:
    quantity = Decimal(line.get("quantity") or 1)
    whole = quantity == int(quantity)
    return model.TransactionItem(
        sku=str(first(line, SKU) or ""),
        product_name=str(first(line, NAME) or first(line, SKU) or ""),
        quantity=int(quantity) if whole else 1,
        unit_quantity=None if whole else quantity,
        total=Decimal(first(line, PRICE) or 0),
        vat=0,
        vat_value=0,
    )


def everything(row: Json) -> model.TransactionItem:
    """Show a purchase without lines as one."""
    total = row.get("localNetPriceSum")
    return model.TransactionItem(
        sku="",
        product_name=f"{row.get('numberOfItems') or 0} items",
        quantity=1,
        total=Decimal(row["netPriceSum"] if total is None else total),
        vat=0,
        vat_value=0,
    )


def first(line: Json, names: tuple[str, ...]) -> Any:
    return next((line[name] for name in names if line.get(name) is not None), None)
