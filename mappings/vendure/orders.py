"""An order of Vendure's as the SPI's transaction."""

from __future__ import annotations

from decimal import Decimal

from bridge import model
from mappings.vendure.options import Options
from mappings.vendure.protocol import PAGE, Json, money

QUERY = f"""query ($customer: ID!, $bought: OrderFilterParameter!, $skip: Int!) {{
    customer(id: $customer) {{
        orders(options: {{ filter: $bought, skip: $skip, take: {PAGE},
            sort: {{ orderPlacedAt: DESC }} }}) {{
            items {{
                code orderPlacedAt currencyCode
                payments {{ method amount state }}
                lines {{
                    quantity taxRate linePrice linePriceWithTax
                    productVariant {{ sku name }}
                    discounts {{ description amount amountWithTax }}
                }}
            }}
        }}
    }}
}}"""


def bought(options: Options) -> Json:
    """Return which orders are purchases, as a filter: those of redeems are not."""
    reference = options.reference_field
    return {
        "orderPlacedAt": {"isNull": False},
        "state": {"notEq": "Cancelled"},
        "_or": [{reference: {"isNull": True}}, {reference: {"eq": ""}}],
    }


def transaction(order: Json, options: Options) -> model.Transaction:
    return model.Transaction(
        date_created=order["orderPlacedAt"],
        order_external_id=order["code"],
        store_name=options.store_name,
        currency_code=order["currencyCode"],
        items=[item(line, options) for line in order["lines"] if line["quantity"]],
        payments=[
            payment(one, options)
            for one in order["payments"] or ()
            if one["state"] == "Settled"
        ],
    )


def item(line: Json, options: Options) -> model.TransactionItem:
    """Vendure's line price is before discounts, as the SPI's total is."""
    variant, total = line["productVariant"], line["linePriceWithTax"]
    return model.TransactionItem(
        sku=variant["sku"],
        product_name=variant["name"],
        quantity=line["quantity"],
        total=money(total, options),
        vat=money(total - line["linePrice"], options),
        vat_value=Decimal(line["taxRate"]),
        discounts=[discount(one, options) for one in line["discounts"]],
    )


def discount(one: Json, options: Options) -> model.TransactionItemDiscount:
    """Vendure's discounts are below zero, the SPI's above."""
    return model.TransactionItemDiscount(
        name=one["description"],
        total=money(-one["amountWithTax"], options),
        vat=money(one["amount"] - one["amountWithTax"], options),
    )


def payment(one: Json, options: Options) -> model.TransactionPayment:
    amount = money(one["amount"], options)
    return model.TransactionPayment(name=one["method"], total=amount)
