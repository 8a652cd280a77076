"""What a hand-written service does with a card: dictionaries in, dictionaries out."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

COLORS = {0: "green", 1: "orange", 2: "red"}
CHANNELS = {"email": "email", "post": "mail", "sms": "sms"}


def customer(card: Json) -> Json:
    contact = card["contact"]
    return {
        "customer_id": contact["id"],
        "member_number": contact["cardNo"],
        "email": contact["email"],
        "name_first": contact["givenName"],
        "name_last": contact["familyName"],
        "mobile": contact["cell"],
        "delivery_address": {
            "address": contact["shipTo"]["street"],
            "zip": contact["shipTo"]["postcode"],
            "city": contact["shipTo"]["town"],
            "country_id": contact["shipTo"]["country"],
        },
        "accepts_communication": [
            name for channel, name in CHANNELS.items() if contact["optIn"][channel]
        ],
        "status": {
            "color": COLORS[contact["standing"]],
            "text": contact["standingNote"] or "",
        },
        "promotions": [promotion(offer) for offer in card["offers"]],
    }


def promotion(offer: Json) -> Json:
    shown = {
        "promotion_id": offer["id"],
        "promotion_type": benefit(offer["benefit"]),
        "name": offer["label"],
        "redeemed": bool(offer["spentOn"]),
        "description": offer["details"],
        "date_redeemed": offer["spentOn"],
    }
    return {name: value for name, value in shown.items() if value is not None}


def benefit(given: Json) -> Json:
    if "percent" in given:
        return {"type": "cart_percent", "value_int": given["percent"]}
    if "cents" in given:
        return {"type": "cart_amount", "value_money": f"{given['cents'] / 100:.2f}"}
    if "password" in given:
        return {"type": "offer", "value_string": given["password"]}
    return {"type": "manual"}
