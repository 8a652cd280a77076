"""What the SPI's reference gives as examples: the demo answers them as they stand.

John Doe is there; whoever is added is somebody else, as nobody is there twice.
"""

from __future__ import annotations

from typing import Any

JOHN = {
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

JANE = {
    **JOHN,
    "member_number": "10099",
    "email": "jane.doe@example.com",
    "name_first": "Jane",
    "mobile": "+46701112299",
    "gender": "female",
    "consents": [],
}

BODIES: dict[str, Any] = {
    "create": JANE,
    "update": JOHN,
    "redeem": {
        "bonus_checks": [],
        "promotions": ["d65804be-1941-4a5b-851a-abd000bfc8bc"],
    },
}
"""By operationId."""

PARAMETERS = {
    "customer_id": "a26d8975-3b86-43c0-9b12-a86401074770",
    "redeem_id": "64DCDD6D716EA0F470734356665E5730",
    "key": "0701112233",
    "key_type": "mobile",
    "Store-ID": "200",
    "Staff-ID": "12",
    "Register-ID": "3",
}
"""By name; a redeem_id is what the redeem answered a moment before."""
