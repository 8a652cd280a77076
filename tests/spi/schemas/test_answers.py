"""Whole answers: the smallest part around what is wrong goes, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bridge.errors import Unpresentable
from bridge.model import (
    AdditionalOption,
    AdditionalOptionsSection,
    Address,
    CartPercent,
    Customer,
    CustomerSection,
    CustomerStatus,
    SectionMoney,
    SectionText,
)
from bridge.spi import schemas
from tests.spi.schemas.examples import (
    CHECK,
    CHOICE,
    CONSENT,
    CUSTOMER,
    DISCOUNT,
    ITEM,
    LINE,
    OPTION,
    PAYMENT,
    PROMOTION,
    PURCHASE,
)

Reports = list[tuple[str, str]]


@pytest.fixture
def reports() -> Reports:
    return []


@pytest.fixture
def report(reports: Reports) -> Callable[[str, str], None]:
    return lambda *told: reports.append(told)


BARE = Customer(customer_id="c1")


def test_a_customer_may_be_bare(report: Any, reports: Reports) -> None:
    assert schemas.answer_customer(BARE, "SE", report) == {"customer_id": "c1"}
    assert reports == []


@pytest.mark.parametrize("customer_id", [None, "", "x" * 256, 1.5, {"id": 1}])
def test_a_customer_of_the_crm_has_an_id(customer_id: Any, report: Any) -> None:
    nobody = replace(CUSTOMER, customer_id=customer_id)
    with pytest.raises(Unpresentable, match='"customer_id"'):
        schemas.answer_customer(nobody, "SE", report)
    with pytest.raises(Unpresentable, match='"customer_id"'):
        schemas.answer_customers([nobody], "SE", report)


def test_somebody_looked_up_has_none(report: Any) -> None:
    (stranger,) = schemas.answer_lookup([CUSTOMER], "SE", report)
    assert "customer_id" not in stranger
    assert stranger["name_last"] == "Öberg"


@pytest.mark.parametrize("junk", [None, "x", {}, 5, CONSENT])
def test_no_customer_at_all_is_unpresentable(junk: Any, report: Any) -> None:
    for answer in (
        schemas.answer_customer,
        schemas.answer_customers,
        schemas.answer_lookup,
        schemas.answer_transactions,
        schemas.answer_consents,
        schemas.answer_additional_options,
    ):
        with pytest.raises(Unpresentable):
            answer(junk, "SE", report)


def test_an_empty_list_stays_one(report: Any, reports: Reports) -> None:
    assert schemas.answer_customers([], "SE", report) == []
    assert schemas.answer_transactions([], "SE", report) == []
    assert schemas.answer_consents([], "SE", report) == []
    assert schemas.answer_additional_options([], "SE", report) == []
    shown = schemas.answer_customer(replace(BARE, promotions=[]), "SE", report)
    assert shown["promotions"] == []
    assert reports == []


def test_the_phone_is_at_home_in_the_site_s_country(report: Any) -> None:
    at_home = replace(BARE, mobile="040 123 4567")
    assert schemas.answer_customer(at_home, "FI", report)["mobile"] == "+358401234567"
    assert schemas.answer_customer(at_home, "SE", report)["mobile"] == "+46401234567"


# What goes with a required property that is wrong.


@pytest.mark.parametrize(
    "wrong",
    [
        {"promotion_id": ""},
        {"name": None},
        {"redeemed": "perhaps"},
        {"promotion_type": "cart_percent"},
        {"promotion_type": CartPercent(value_int=0)},
        {"promotion_type": CartPercent(value_int=Decimal("100.5"))},
    ],
    ids=str,
)
def test_a_wrong_promotion_goes_alone(
    wrong: dict[str, Any], report: Any, reports: Reports
) -> None:
    customer = replace(BARE, promotions=[PROMOTION, replace(PROMOTION, **wrong)])
    shown = schemas.answer_customer(customer, "SE", report)
    assert [promotion["promotion_id"] for promotion in shown["promotions"]] == ["p1"]
    ((path, what),) = reports
    assert path.startswith(f"promotions.{next(iter(wrong))}")
    assert what == "dropped"


def test_a_wrong_bonus_check_goes_alone(report: Any, reports: Reports) -> None:
    wrong = replace(CHECK, cart_amount="a lot")
    customer = replace(BARE, bonus_checks=[wrong, CHECK, None, "b2"])
    shown = schemas.answer_customer(customer, "SE", report)
    assert [check["bonus_check_id"] for check in shown["bonus_checks"]] == ["b1"]
    assert reports == [
        ("bonus_checks.cart_amount", "dropped"),
        ("bonus_checks", "dropped"),
        ("bonus_checks", "dropped"),
    ]


def test_a_list_that_loses_everything_does_not_say_that_there_is_nothing(
    report: Any, reports: Reports
) -> None:
    wrong = replace(PROMOTION, name=None)
    shown = schemas.answer_customer(replace(BARE, promotions=[wrong]), "SE", report)
    assert "promotions" not in shown
    assert reports == [("promotions.name", "dropped"), ("promotions.name", "left out")]


def test_unknown_ways_of_communication_go_alone(report: Any) -> None:
    customer = replace(BARE, accepts_communication=["EMAIL", "fax", "sms"])
    shown = schemas.answer_customer(customer, "SE", report)
    assert shown["accepts_communication"] == ["email", "sms"]


def test_a_wrong_line_goes_from_its_section_and_an_empty_section_goes(
    report: Any, reports: Reports
) -> None:
    wrong = SectionMoney(title="Saldo", value="?")
    customer = replace(
        BARE,
        sections=[
            CustomerSection(title="Klubben", values=[wrong, LINE]),
            CustomerSection(title="Tom", values=[wrong]),
            CustomerSection(title=1.5, values=[LINE]),  # type: ignore[arg-type]
        ],
    )
    shown = schemas.answer_customer(customer, "SE", report)
    (section,) = shown["sections"]
    assert section["title"] == "Klubben"
    assert [line["title"] for line in section["values"]] == ["Poäng"]
    assert reports == [
        ("sections.values.value", "dropped"),
        ("sections.values.value", "dropped"),
        ("sections.values.value", "dropped"),
        ("sections.title", "dropped"),
    ]


def test_a_type_is_what_the_class_says(report: Any, reports: Reports) -> None:
    mislabelled = SectionText(title="a", text="b", type="money")  # type: ignore[arg-type]
    section = CustomerSection(title="c", values=[mislabelled])
    shown = schemas.answer_customer(replace(BARE, sections=[section]), "SE", report)
    assert shown["sections"][0]["values"][0]["type"] == "text"
    assert reports == [("sections.values.type", "repaired")]


def test_a_wrong_status_is_left_out(report: Any, reports: Reports) -> None:
    status = CustomerStatus(color="blue", text="?")  # type: ignore[arg-type]
    shown = schemas.answer_customer(replace(BARE, status=status), "SE", report)
    assert shown == {"customer_id": "c1"}
    assert reports == [("status.color", "left out")]


def test_an_address_without_a_street_keeps_its_town(
    report: Any, reports: Reports
) -> None:
    customer = replace(BARE, invoice_address=Address(city="Åbo", country_id="fin"))
    shown = schemas.answer_customer(customer, "SE", report)
    assert shown["invoice_address"] == {
        "address": "",
        "city": "Åbo",
        "country_id": "FI",
    }
    assert ("invoice_address.address", "repaired") in reports


def test_an_address_with_nothing_in_it_is_none(report: Any, reports: Reports) -> None:
    customer = replace(BARE, invoice_address=Address(), email="", gender=" ")
    assert schemas.answer_customer(customer, "SE", report) == {"customer_id": "c1"}
    assert reports == []


# Purchases


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "some"},
        {"total": None},
        {"vat_value": "much"},
        {"manual_discount": "some"},
        {"discounts": [DISCOUNT, replace(DISCOUNT, total=1.5)]},
        {"discounts": "none"},
    ],
    ids=str,
)
def test_a_purchase_is_shown_whole_or_not_at_all(
    wrong: dict[str, Any], report: Any, reports: Reports
) -> None:
    broken = replace(PURCHASE, order_id=2, items=[ITEM, replace(ITEM, **wrong)])
    shown = schemas.answer_transactions([broken, PURCHASE], "SE", report)
    assert [purchase["order_id"] for purchase in shown] == [10051]
    ((path, what),) = reports
    assert path.startswith(f"items.{next(iter(wrong))}")
    assert what == "dropped"


def test_without_any_purchase_left_there_is_no_answer(report: Any) -> None:
    with pytest.raises(Unpresentable, match='"currency_code"'):
        schemas.answer_transactions(
            [replace(PURCHASE, currency_code="kr")], "SE", report
        )


def test_a_blank_discount_is_none(report: Any, reports: Reports) -> None:
    blank = replace(ITEM, manual_discount="", manual_discount_vat=" ", note=None)
    purchase = replace(PURCHASE, items=[blank])
    (shown,) = schemas.answer_transactions([purchase], "SE", report)
    (item,) = shown["items"]
    assert not item.keys() & {"manual_discount", "manual_discount_vat", "note"}
    assert reports == []


def shown_with(
    report: Any, *, line: dict[str, Any] | None = None, **purchase: Any
) -> dict[str, Any]:
    """Show a purchase with something changed, beside one that is as it should be."""
    items = [replace(ITEM, **line)] if line else PURCHASE.items
    odd = replace(PURCHASE, **{"items": items, "order_id": 2, **purchase})
    shown = schemas.answer_transactions([odd, PURCHASE], "SE", report)
    assert len(shown) == 2
    return shown[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"sku": None}, {"sku": ""}),
        ({"product_name": None}, {"product_name": "1001"}),
        ({"product_name": None, "sku": None}, {"product_name": ""}),
        ({"product_name": None, "note": "Alteration"}, {"product_name": "Alteration"}),
        ({"vat_value": None, "total": 125, "vat": 25}, {"vat_value": 25}),
        ({"vat_value": None, "total": "125.50", "vat": "25.50"}, {"vat_value": 25.5}),
        ({"vat_value": "", "total": 10, "vat": 0}, {"vat_value": 0}),
        ({"vat_value": None, "total": 0, "vat": 0}, {"vat_value": 0}),
        ({"vat_value": None, "total": -112, "vat": -12}, {"vat_value": 12}),
        ({"vat": None, "total": 125, "vat_value": 25}, {"vat": "25.00"}),
        ({"vat": None, "total": "-0.37", "vat_value": 25}, {"vat": "-0.07"}),
        (
            {"quantity": Decimal("0.35"), "unit_quantity": None, "unit_label": "kg"},
            {"quantity": 1, "unit_quantity": "0.350", "unit_label": "kg"},
        ),
        (
            {"quantity": "-1.5", "unit_quantity": 2},
            {"quantity": -1, "unit_quantity": "3.000"},
        ),
        (
            {"quantity": Decimal("2.0"), "unit_quantity": None},
            {"quantity": 2},
        ),
    ],
    ids=str,
)
def test_a_line_that_lacks_something_is_shown(
    line: dict[str, Any], said: dict[str, Any], report: Any
) -> None:
    line = {"sku": "1001", "product_name2": None, "note": None, **line}
    (shown,) = shown_with(report, line=line)["items"]
    assert {name: shown.get(name) for name in said} == said


@pytest.mark.parametrize(
    "line", [{"vat": None, "vat_value": None}, {"total": None}, {"quantity": None}]
)
def test_no_amount_is_made_up(line: dict[str, Any], report: Any) -> None:
    odd = replace(PURCHASE, order_id=2, items=[replace(ITEM, **line)])
    (shown,) = schemas.answer_transactions([odd, PURCHASE], "SE", report)
    assert shown["order_id"] == 10051


@pytest.mark.parametrize(
    ("purchase", "shop"),
    [
        ({"store_id": "900"}, "900"),
        ({"store_id": None, "order_external_id": "WEB-1"}, "Online"),
        ({"store_id": "", "order_id": 7}, "Online"),
        ({"store_id": None, "order_external_id": None, "order_id": None}, ""),
    ],
)
def test_a_purchase_that_was_made_in_no_shop(
    purchase: dict[str, Any], shop: str, report: Any
) -> None:
    assert shown_with(report, store_name=None, **purchase)["store_name"] == shop


def test_a_discount_and_a_payment_without_a_name(report: Any) -> None:
    line = {"discounts": [replace(DISCOUNT, name=None)]}
    shown = shown_with(report, line=line, payments=[replace(PAYMENT, name=None)])
    assert [one["name"] for one in shown["items"][0]["discounts"]] == [""]
    assert shown["payments"] == [{"name": "", "total": "475.00"}]


def test_half_of_what_was_paid_is_not_shown(report: Any, reports: Reports) -> None:
    payments = [replace(PAYMENT, total=None), PAYMENT]
    assert "payments" not in shown_with(report, payments=payments)
    assert reports == [("payments.total", "left out")]


# Catalogue


def test_a_wrong_choice_goes_from_its_option(report: Any, reports: Reports) -> None:
    choices = [CHOICE, replace(CHOICE, id=" "), replace(CHOICE, name="")]
    section = AdditionalOptionsSection(
        name="L" * 40,
        options=[
            replace(OPTION, enum_options=choices),
            AdditionalOption(id=" ", name="y", type="text"),
        ],
    )
    (shown,) = schemas.answer_additional_options([section], "SE", report)
    assert shown["name"] == "L" * 32
    (option,) = shown["options"]
    assert option["enum_options"] == [{"id": "hv71", "name": "HV71"}]
    assert reports == [
        ("name", "repaired"),
        ("options.enum_options.id", "dropped"),
        ("options.enum_options.name", "dropped"),
        ("options.id", "dropped"),
    ]


def test_a_wrong_consent_goes_alone(report: Any, reports: Reports) -> None:
    consents = [replace(CONSENT, value=None), CONSENT]
    (shown,) = schemas.answer_consents(consents, "SE", report)
    assert shown["value"] is False
    assert reports == [("value", "dropped")]


# What is ours


def test_our_own_answers_satisfy_the_reference(satisfies_reference: Any) -> None:
    redeem = schemas.answer_redeem("64DCDD6D716EA0F470734356665E5730", ("b",), [])
    assert redeem["bonus_checks"] == ["b"]
    satisfies_reference("Redeem", redeem)
    satisfies_reference("Error", schemas.answer_error("No.", 409))


@pytest.fixture(autouse=True)
def _names_only(reports: Reports) -> Iterator[None]:
    """No report ever has a value in it."""
    yield
    for path, what in reports:
        assert all(name.replace("_", "").isalnum() for name in path.split(".")), path
        assert what in {"repaired", "left out", "dropped"}
