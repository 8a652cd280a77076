"""The objects of the Sitoo CRM SPI v2, as its reference describes them.

An opinion of its own: it shares nothing with the schemas that the bridge answers with.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.conformance.shapes import (
    Choice,
    Flag,
    Many,
    Number,
    Record,
    Shape,
    Text,
    Variant,
    Whole,
)

KEY_TYPES = ("personal_id", "mobile", "email", "member_number", "company_id")

TEXT = Text()
ID = Text(least=1, most=None)
MONEY = Text(r"[-+]?[0-9]+\.[0-9]{2}", 'money such as "123.00"')
QUANTITY = Text(r"[-+]?[0-9]+\.[0-9]{3}", 'a quantity such as "456.789"')
OPTION_ID = Text(r"[a-zA-Z][a-zA-Z0-9_\-]{0,30}[a-zA-Z0-9]", "an option's id")
PHONE = Text(r"\+[1-9][0-9]{1,14}", "a phone number in E.164")
EMAIL = Text(r"[^@\s]+@[^@\s]+", "an e-mail address")
DATE = Text(r"[0-9]{4}-[01][0-9]-[0-3][0-9]", "a date without a time")
COUNTRY = Text(r"[A-Z]{2}", "an ISO 3166-1 alpha-2 code in capitals")
CURRENCY = Text(r"[A-Z]{3}", "an ISO 4217 code")
TIMESTAMP = Whole()

ERROR = Record({"errortext": TEXT, "statuscode": Whole()})

ADDRESS = Record(
    {"address": TEXT},
    {
        "name": TEXT,
        "address2": TEXT,
        "zip": TEXT,
        "city": TEXT,
        "state": TEXT,
        "country_id": COUNTRY,
    },
)

REDEEMABLE: Mapping[str, Shape] = {"name": TEXT, "redeemed": Flag()}
REDEEMABLE_MORE: Mapping[str, Shape] = {"description": TEXT, "date_redeemed": TIMESTAMP}

PROMOTION = Record(
    {
        "promotion_id": ID,
        "promotion_type": Variant(
            {
                "cart_amount": {"value_money": MONEY},
                "cart_percent": {"value_int": Whole(1, 100)},
                "manual": {},
                "offer": {"value_string": TEXT},
            }
        ),
        **REDEEMABLE,
    },
    REDEEMABLE_MORE,
)

BONUS_CHECK = Record(
    {"bonus_check_id": ID, "cart_amount": MONEY, **REDEEMABLE}, REDEEMABLE_MORE
)

SECTION = Record(
    {
        "title": TEXT,
        "values": Many(
            Variant(
                {
                    "text": {"title": TEXT, "text": TEXT},
                    "money": {"title": TEXT, "value": MONEY},
                }
            )
        ),
    }
)

PERSON: Mapping[str, Shape] = {
    "member_number": TEXT,
    "email": EMAIL,
    "name_first": TEXT,
    "name_last": TEXT,
    "personal_id": TEXT,
    "company": TEXT,
    "company_id": TEXT,
    "phone": PHONE,
    "mobile": PHONE,
    "invoice_address": ADDRESS,
    "delivery_address": ADDRESS,
    "gender": Choice(("male", "female", "undisclosed")),
    "birthday": DATE,
    "accepts_communication": Many(Choice(("email", "sms", "mail"))),
    "consents": Many(TEXT),
    "additional_options": Many(
        Record(
            {"id": OPTION_ID}, {"enum_values": Many(OPTION_ID), "text": Text(most=1024)}
        )
    ),
    "status": Record({"color": Choice(("red", "orange", "green")), "text": TEXT}),
    "promotions": Many(PROMOTION),
    "bonus_checks": Many(BONUS_CHECK),
    "voucher_passwords": Many(TEXT),
    "store_id_home": TEXT,
    "sections": Many(SECTION),
}

CUSTOMER = Record({"customer_id": ID}, PERSON)
"""A customer of the CRM: with an id in every answer."""

STRANGER = Record({}, PERSON)
"""Whom a lookup finds outside the CRM."""

TRANSACTION = Record(
    {
        "date_created": TIMESTAMP,
        "store_name": TEXT,
        "currency_code": CURRENCY,
        "items": Many(
            Record(
                {
                    "sku": TEXT,
                    "product_name": TEXT,
                    "quantity": Whole(),
                    "total": MONEY,
                    "vat": MONEY,
                    "vat_value": Number(),
                },
                {
                    "product_name2": TEXT,
                    "manual_discount": MONEY,
                    "manual_discount_vat": MONEY,
                    "manual_discount_name": TEXT,
                    "note": TEXT,
                    "unit_quantity": QUANTITY,
                    "unit_label": TEXT,
                    "discounts": Many(
                        Record({"name": TEXT, "total": MONEY, "vat": MONEY})
                    ),
                },
            )
        ),
    },
    {
        "receipt_id": TEXT,
        "order_id": Whole(),
        "order_external_id": TEXT,
        "store_id": TEXT,
        "roundoff": MONEY,
        "payments": Many(Record({"name": TEXT, "total": MONEY})),
    },
)

REDEEM = Record({"redeem_id": ID, "bonus_checks": Many(TEXT), "promotions": Many(TEXT)})

CONSENT = Record(
    {"consent_id": ID, "name": TEXT, "value": Flag()}, {"description": TEXT}
)

OPTIONS_SECTION = Record(
    {
        "name": Text(least=1, most=32),
        "options": Many(
            Record(
                {
                    "id": OPTION_ID,
                    "name": Text(least=1, most=32),
                    "type": Choice(("enum-single", "enum-multi", "text")),
                },
                {
                    "required": Flag(),
                    "enum_options": Many(
                        Record({"id": OPTION_ID, "name": Text(least=1, most=64)})
                    ),
                },
            )
        ),
    }
)
