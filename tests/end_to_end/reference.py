"""The examples of Sitoo's reference for the CRM SPI v2, as data.

John Doe, his promotion, his purchase, and the catalogue around him: what the demo CRM's
seed must turn into, word for word, once the bridge has translated it.
"""

from __future__ import annotations

from typing import Any

JOHN = "a26d8975-3b86-43c0-9b12-a86401074770"
PROMOTION = "d65804be-1941-4a5b-851a-abd000bfc8bc"

WRITABLE: dict[str, Any] = {
    "member_number": "10012",
    "email": "john.doe@example.com",
    "name_first": "John",
    "name_last": "Doe",
    "mobile": "+46701112233",
    "invoice_address": {
        "address": "Street",
        "city": "City",
        "zip": "12345",
        "country_id": "SE",
    },
    "gender": "male",
    "accepts_communication": ["email", "mail", "sms"],
    "consents": ["consent_personal_offers"],
    "additional_options": [
        {"id": "fav-nhl-team", "enum_values": ["toronto-maple-leafs"]},
        {"id": "fav-mlb-team", "enum_values": ["seattle-mariners"]},
    ],
}

READ_ONLY: dict[str, Any] = {
    "status": {"color": "green", "text": ""},
    "promotions": [
        {
            "name": "10% Off",
            "promotion_id": PROMOTION,
            "promotion_type": {"type": "cart_percent", "value_int": 10},
            "redeemed": False,
        }
    ],
    "bonus_checks": [],
    "voucher_passwords": ["member_pricelist"],
    "store_id_home": "200",
    "sections": [
        {
            "title": "Customer Info",
            "values": [{"text": "2451", "title": "Bonus Points", "type": "text"}],
        }
    ],
}

CUSTOMER = {"customer_id": JOHN, **WRITABLE, **READ_ONLY}

ADD = {**WRITABLE, "consents": [], **READ_ONLY}
"""The body of "Add Customer": it carries read-only properties."""

UPDATE = {"customer_id": JOHN, **WRITABLE}
"""The body of "Update Customer": it carries the id of the path."""

TRANSACTIONS = [
    {
        "date_created": 1637239675,
        "order_id": 10051,
        "store_id": "200",
        "store_name": "Concept Store",
        "currency_code": "SEK",
        "items": [
            {
                "discounts": [],
                "product_name": "Deco Coat B/W",
                "quantity": 1,
                "sku": "597330-S",
                "total": "490.00",
                "vat": "98.00",
                "vat_value": 25,
            }
        ],
        "payments": [{"name": "Cash", "total": "490.00"}],
    }
]

REDEEM = {"bonus_checks": [], "promotions": [PROMOTION]}

CONSENTS = [
    {
        "consent_id": "consent_personal_offers",
        "description": "",
        "name": "Accepts Personal Offers",
        "value": False,
    }
]

ADDITIONAL_OPTIONS = [
    {
        "name": "Favorite Teams",
        "options": [
            {
                "id": "fav-nhl-team",
                "name": "NHL",
                "required": True,
                "type": "enum-single",
                "enum_options": [
                    {"id": "new-york-rangers", "name": "New York Rangers"},
                    {"id": "toronto-maple-leafs", "name": "Toronto Maple Leafs"},
                ],
            },
            {
                "id": "fav-mlb-team",
                "name": "MLB",
                "type": "enum-single",
                "enum_options": [
                    {"id": "seattle-mariners", "name": "Seattle Mariners"},
                    {"id": "texas-rangers", "name": "Texas Rangers"},
                ],
            },
        ],
    }
]

LOOKUP = [
    {
        "email": "john.doe@example.com",
        "name_first": "John",
        "name_last": "Doe",
        "mobile": "+46701112233",
        "invoice_address": {
            "address": "Street",
            "city": "City",
            "zip": "12345",
            "country_id": "SE",
        },
    }
]
