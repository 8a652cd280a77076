"""The kinds of JSON, and the objects of the SPI as its reference has them."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.conformance import spi
from bridge.conformance.shapes import Many, Record, Shape, Variant
from tests.spi.schemas import reference

OBJECTS: dict[str, Shape] = {
    "Address": spi.ADDRESS,
    "BonusCheck": spi.BONUS_CHECK,
    "Consent": spi.CONSENT,
    "CustomerSection": spi.SECTION,
    "Error": spi.ERROR,
    "Promotion": spi.PROMOTION,
    "Transaction": spi.TRANSACTION,
    "AdditionalOptionsSection": spi.OPTIONS_SECTION,
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_has_the_properties_of_the_reference(name: str) -> None:
    said = reference.objects()[name]
    shape = OBJECTS[name]
    assert isinstance(shape, Record)
    assert {*shape.required} == {one for one in said if said[one].required}
    assert {*shape.required, *shape.optional} == {*said}


def test_a_customer_has_them_too_and_an_id_that_get_requires() -> None:
    assert {*spi.CUSTOMER.required, *spi.CUSTOMER.optional} == {
        *reference.objects()["Customer"]
    }
    assert {*spi.CUSTOMER.required} == {"customer_id"}
    assert {*spi.REDEEM.required} == {*reference.objects()["Redeem"]}


def test_texts_have_the_patterns_of_the_reference() -> None:
    said = reference.scalars()
    for name, shape in (("Money", spi.MONEY), ("DecimalQuantity", spi.QUANTITY)):
        assert f"^{shape.pattern}$" == said[name].pattern
    assert {*spi.KEY_TYPES} == {*said["SearchKeyType"].values}
    option = reference.objects()["AdditionalOption"]
    assert f"^{spi.OPTION_ID.pattern}$" == option["id"].pattern


JOHN = {"customer_id": "c-1"}
PROMOTION = {
    "promotion_id": "p",
    "promotion_type": {"type": "manual"},
    "name": "n",
    "redeemed": False,
}


def promotion(**other: Any) -> Any:
    return {**JOHN, "promotions": [PROMOTION | other]}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (JOHN, None),
        ({}, "customer_id is missing"),
        ([], "the answer is not an object"),
        (JOHN | {"shoe_size": 42}, None),
        (JOHN | {"email": None}, "email is not an e-mail address"),
        (JOHN | {"mobile": "0701112233"}, "mobile is not a phone number in E.164"),
        (JOHN | {"mobile": "+46701112233\n"}, "mobile is not a phone number in E.164"),
        (JOHN | {"gender": "yes"}, "gender is not one of male, female, undisclosed"),
        (JOHN | {"birthday": "1975-08-04T00:00:00Z"}, "birthday is not a date"),
        (JOHN | {"consents": "news"}, "consents is not a list"),
        (JOHN | {"consents": [1]}, "consents[0] is not a text"),
        (promotion(), None),
        (promotion(redeemed=0), "promotions[0].redeemed is not true or false"),
        (promotion(date_redeemed=1.5), "date_redeemed is not a whole number"),
        (promotion(date_redeemed=True), "date_redeemed is not a whole number"),
        (promotion(promotion_type={}), "promotion_type.type is not one of cart_amount"),
        (promotion(promotion_type=7), "promotion_type.type is not one of cart_amount"),
        (
            promotion(promotion_type={"type": "cart_percent", "value_int": 0}),
            "promotion_type.value_int is less than 1",
        ),
        (
            promotion(promotion_type={"type": "cart_percent", "value_int": 101}),
            "promotion_type.value_int is more than 100",
        ),
        (
            promotion(promotion_type={"type": "cart_amount", "value_money": "1"}),
            'promotion_type.value_money is not money such as "123.00"',
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_path(value: Any, problem: str | None) -> None:
    found = list(spi.CUSTOMER.problems(value, ""))
    assert len(found) == (problem is not None)
    assert not problem or problem in found[0]


def test_a_vat_may_be_a_fraction_but_not_a_text() -> None:
    (items,) = [spi.TRANSACTION.required["items"]]
    assert isinstance(items, Many)
    problems = [
        problem
        for vat in (25, 25.5, "25")
        for problem in items.of.problems({"vat_value": vat}, "")
        if problem.startswith("vat_value")
    ]
    assert problems == ["vat_value is not a number"]


def test_variants_are_those_of_the_reference() -> None:
    kinds = spi.PROMOTION.required["promotion_type"]
    assert isinstance(kinds, Variant)
    said = reference.objects()
    names = ("CartAmount", "CartPercent", "Manual", "Offer")
    for name, (kind, shape) in zip(names, sorted(kinds.types.items()), strict=True):
        properties = said[f"Promotion{name}"]
        assert properties["type"].values == [kind]
        assert {*shape, "type"} == {*properties}
