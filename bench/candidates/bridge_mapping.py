"""The same translation as a mapping of the bridge."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bridge import mapping, model
from bridge.mapping import quote

Json = dict[str, Any]

COLORS: dict[int, Any] = {0: "green", 1: "orange", 2: "red"}
CHANNELS = {"email": "email", "post": "mail", "sms": "sms"}


class Mapping(mapping.Mapping):
    title = "Bench"

    def get(self, customer_id: str) -> model.Customer:
        return customer(self.upstream.get(f"/cards/{quote(customer_id)}"))


def customer(card: Json) -> model.Customer:
    contact = card["contact"]
    return model.Customer(
        customer_id=contact["id"],
        member_number=contact["cardNo"],
        email=contact["email"],
        name_first=contact["givenName"],
        name_last=contact["familyName"],
        mobile=contact["cell"],
        delivery_address=model.Address(
            address=contact["shipTo"]["street"],
            zip=contact["shipTo"]["postcode"],
            city=contact["shipTo"]["town"],
            country_id=contact["shipTo"]["country"],
        ),
        accepts_communication=[
            name for channel, name in CHANNELS.items() if contact["optIn"][channel]
        ],
        status=model.CustomerStatus(
            color=COLORS[contact["standing"]], text=contact["standingNote"] or ""
        ),
        promotions=[promotion(offer) for offer in card["offers"]],
    )


def promotion(offer: Json) -> model.Promotion:
    return model.Promotion(
        promotion_id=offer["id"],
        promotion_type=benefit(offer["benefit"]),
        name=offer["label"],
        redeemed=bool(offer["spentOn"]),
        description=offer["details"],
        date_redeemed=offer["spentOn"],
    )


def benefit(given: Json) -> model.PromotionType:
    if "percent" in given:
        return model.CartPercent(value_int=given["percent"])
    if "cents" in given:
        return model.CartAmount(value_money=Decimal(given["cents"]) / 100)
    if "password" in given:
        return model.Offer(value_string=given["password"])
    return model.Manual()
