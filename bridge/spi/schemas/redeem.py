"""SPI: Redeem, the search parameters and Error: what has no object in the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from bridge.language import _
from bridge.spi.schemas.answer import SpiSchema
from bridge.spi.schemas.fields.numbers import Whole
from bridge.spi.schemas.fields.rules import Distinct, length
from bridge.spi.schemas.fields.texts import Id, KeyType, Scanned, Text
from bridge.spi.schemas.parts import Parts

BASKET = [length(0, 100, _("elements")), Distinct()]
"""Each element is a call to the CRM, and the POS waits for all of them."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What the POS wants redeemed, all or nothing."""

    bonus_checks: list[str]
    promotions: list[str]


class RedeemSchema(SpiSchema):
    redeem_id = Id("What to undo the redeem by", dump_only=True)
    bonus_checks = Parts(
        Id(),
        "Ids of bonus checks; none of them twice",
        required=True,
        rules=BASKET,
        metadata={"uniqueItems": True},
    )
    promotions = Parts(
        Id(),
        "Ids of promotions; none of them twice",
        required=True,
        rules=BASKET,
        metadata={"uniqueItems": True},
    )

    @validates_schema
    def not_empty(self, data: dict[str, Any], **_others: Any) -> None:
        """Refuse a redeem of nothing: the SPI does not say what it would mean."""
        if not data["bonus_checks"] and not data["promotions"]:
            raise ValidationError(_("must name something to redeem"), "promotions")

    @post_load
    def into_basket(self, data: dict[str, Any], **_others: Any) -> Basket:
        return Basket(**data)


class SearchQuerySchema(SpiSchema):
    key = Scanned("What to search for", required=True)
    key_type = KeyType("What the key is", required=True)


class ErrorSchema(SpiSchema):
    errortext = Text("What went wrong, in one sentence for the cashier", required=True)
    statuscode = Whole("The HTTP status", required=True)
