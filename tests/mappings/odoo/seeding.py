"""What the conformance kit finds in an Odoo, a fake or a real one."""

from __future__ import annotations

import uuid
from typing import Any

from bridge.model import Item, ItemKind
from bridge.testing import Known
from tests.mappings.odoo.office import Office


def known(office: Office, *, parts: bool, **more: Any) -> Known:
    """Seed a customer; with ``parts``, also points of which a redeem takes some."""
    mark = uuid.uuid4().int % 10**8
    keys = {
        "email": f"astrid.{mark}@example.com",
        "mobile": f"+4670{mark % 10**7:07}",
        "member_number": f"M{mark}",
    }
    customer = office.customer(
        name="Astrid Maria Ek",
        email=keys["email"],
        mobile=keys["mobile"],
        ref=keys["member_number"],
        phone="+46812345678",
        street="Storgatan 1",
        zip="11122",
        city="Stockholm",
    )
    other = office.customer()
    office.sell(customer, {"product_id": office.product(), "product_uom_qty": 2})
    promotions = [office.coupon(customer), office.coupon(customer, "amounts")]
    if parts:
        promotions += office.points(customer, 80)
    lapsed = office.coupon(customer, expiration_date="2026-01-01")
    checks = (office.gift_card(other, 50), office.gift_card(customer, 0))
    return Known(
        customer_id=customer,
        keys=keys,
        promotions=promotions,
        bonus_checks=[office.gift_card(customer, 250.5), office.gift_card(customer)],
        refused=[
            Item(ItemKind.PROMOTION, office.coupon(customer, points=0), customer),
            Item(ItemKind.PROMOTION, lapsed, customer),
            *(Item(ItemKind.BONUS_CHECK, one, customer) for one in checks),
        ],
        clearable=["mobile", "member_number", "phone", "invoice_address"],
        purchases=1,
        **more,
    )
