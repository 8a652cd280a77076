"""SPI: Promotion with its four types, and BonusCheck."""

from __future__ import annotations

from bridge.model import BonusCheck, CartAmount, CartPercent, Manual, Offer, Promotion
from bridge.spi.schemas.answer import AnswerSchema
from bridge.spi.schemas.fields.numbers import Flag, Money, Percent
from bridge.spi.schemas.fields.texts import Id, Kind, Text
from bridge.spi.schemas.fields.times import Moment
from bridge.spi.schemas.parts import OneOf


class PromotionCartAmountSchema(AnswerSchema):
    model = CartAmount

    type = Kind("cart_amount")
    value_money = Money("What comes off the whole cart", required=True)


class PromotionCartPercentSchema(AnswerSchema):
    model = CartPercent

    type = Kind("cart_percent")
    value_int = Percent("Per cent that come off the whole cart", required=True)


class PromotionManualSchema(AnswerSchema):
    model = Manual

    type = Kind("manual", "The cashier decides what it is worth")


class PromotionOfferSchema(AnswerSchema):
    model = Offer

    type = Kind("offer")
    value_string = Text("The password of a campaign in Sitoo", required=True)


class PromotionSchema(AnswerSchema):
    model = Promotion

    promotion_id = Id("The CRM's own id", required=True)
    promotion_type = OneOf(
        {
            "cart_amount": PromotionCartAmountSchema,
            "cart_percent": PromotionCartPercentSchema,
            "manual": PromotionManualSchema,
            "offer": PromotionOfferSchema,
        },
        "What it is worth",
        required=True,
    )
    name = Text("What the cashier sees", required=True)
    description = Text("More about it")
    redeemed = Flag("Whether it has been used up", required=True)
    date_redeemed = Moment("When it was used up, in Unix seconds")


class BonusCheckSchema(AnswerSchema):
    model = BonusCheck

    bonus_check_id = Id("The CRM's own id", required=True)
    name = Text("What the cashier sees", required=True)
    description = Text("More about it")
    cart_amount = Money("What it is worth", required=True)
    redeemed = Flag("Whether it has been used up", required=True)
    date_redeemed = Moment("When it was used up, in Unix seconds")
