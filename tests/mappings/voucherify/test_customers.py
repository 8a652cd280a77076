"""Customers of Voucherify's as the SPI's, and back; what they hold as benefits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge import model
from bridge.errors import Invalid, Missing, Refused
from bridge.mapping import Mapping
from mappings.voucherify import customers
from mappings.voucherify.benefits import benefit
from mappings.voucherify.options import Options, Reward
from tests.mappings.voucherify.office import AMOUNT, PERCENT, UNIT, Office

PERSON = {
    "name": "Anna Maria Öberg",
    "email": "anna@example.org",
    "phone": "+46701740605",
    "address": {"line_1": "Storgatan 1", "city": "Umeå", "country": "SE"},
    "metadata": {"gender": "female", "tag": 7, "consents": ["news", "theirs"]},
}


@pytest.fixture
def customer(office: Office) -> str:
    return office.customer(source_id="M-1", **PERSON)


def row_of(office: Office, customer: str) -> dict[str, Any]:
    row = office.crm.customers[customer]
    return {**row, "metadata": {**row["metadata"]}}


@pytest.mark.parametrize("replaces", [False, True], ids=["merged", "replaced"])
@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        ({}, {}),
        ({"email": None}, {"email": None}),
        ({"name_last": "Ström"}, {"name": "Anna Maria Ström"}),
        ({"mobile": "+46701231231"}, {"phone": "+46701231231"}),
        ({"gender": None}, {"metadata": {"gender": None}}),
        ({"company": "AB"}, {"metadata": {"company": "AB"}}),
        ({"consents": []}, {"metadata": {"consents": ["theirs"]}}),
        ({"accepts_communication": []}, {"metadata": {"communication": []}}),
        (
            {"name_first": "Anna", "name_last": "Maria Öberg"},
            {"metadata": {"first_name": "Anna", "last_name": "Maria Öberg"}},
        ),
        (
            {"invoice_address": {"city": None, "zip": "90325"}},
            {
                "address": {
                    "line_1": "Storgatan 1",
                    "city": "",
                    "country": "SE",
                    "postal_code": "90325",
                }
            },
        ),
        ({"invoice_address": None}, {"address": None}),
        (
            {"invoice_address": dict.fromkeys(("address", "city", "country_id"))},
            {"address": None},
        ),
        (
            {
                "additional_options": [
                    model.CustomerAdditionalOption(id="roast", enum_values=["dark"])
                ]
            },
            {"metadata": {"roast": "dark"}},
        ),
    ],
)
def test_an_update_changes_what_was_sent_and_nothing_else(
    mapping: Mapping,
    office: Office,
    customer: str,
    sent: Any,
    changed: dict[str, Any],
    replaces: bool,
) -> None:
    """Whether metadata are merged or replaced, the description leaves open."""
    office.crm.rules.replaces_metadata = replaces
    wanted = row_of(office, customer)
    metadata = wanted["metadata"] | changed.get("metadata", {})
    wanted |= {**changed, "metadata": metadata}
    mapping.update(customer, sent)
    assert row_of(office, customer) == wanted


def test_names_that_were_told_apart_are_so_until_the_name_changes(
    mapping: Any, office: Office, customer: str
) -> None:
    mapping.update(customer, {"name_first": "Anna", "name_last": "Maria Öberg"})
    card = mapping.get(customer)
    assert (card.name_first, card.name_last) == ("Anna", "Maria Öberg")
    office.crm.customers[customer]["name"] = "Anna Maria Ström"
    card = mapping.get(customer)
    assert (card.name_first, card.name_last) == ("Anna Maria", "Ström")
    mapping.update(customer, {"name_first": "Åsa"})
    assert office.crm.customers[customer]["name"] == "Åsa Ström"
    assert mapping.get(customer).name_first == "Åsa"


@pytest.mark.parametrize("name", ["", "Cher", " ", "Anna  Öberg"])
def test_any_name_can_be_shown(mapping: Any, office: Office, name: str) -> None:
    card = mapping.get(office.customer(name=name))
    assert f"{card.name_first or ''} {card.name_last or ''}".strip() == name.strip()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"member_number": "M-2"}, "member_number: cannot be changed"),
        ({"birthday": None}, "birthday: cannot be emptied"),
        ({"delivery_address": {"city": "Umeå"}}, "delivery_address: is not kept"),
        ({"invoice_address": {"name": "Anna"}}, r"invoice_address\.name: is not kept"),
        ({"consents": ["other"]}, "consents: one of them is not among"),
        (
            {"additional_options": [model.CustomerAdditionalOption(id="x", text="y")]},
            "additional_options: one of them is not among",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_before_anything_is_written(
    mapping: Mapping, office: Office, customer: str, sent: Any, said: str
) -> None:
    before = row_of(office, customer)
    with pytest.raises(Invalid, match=said):
        mapping.update(customer, {"name_first": "Åsa", **sent})
    assert row_of(office, customer) == before


def test_an_email_that_somebody_else_has_is_refused(
    mapping: Mapping, office: Office, customer: str
) -> None:
    office.customer(email="bo@example.org")
    with pytest.raises(Refused, match="already a customer with this e-mail address"):
        mapping.update(customer, {"email": "bo@example.org"})
    mapping.update(customer, {"email": "anna@example.org"})


def test_a_source_id_is_never_overwritten(
    mapping: Mapping, office: Office, customer: str
) -> None:
    """Voucherify would change whoever has it."""
    before = row_of(office, customer)
    with pytest.raises(Refused, match="already a customer with this member number"):
        mapping.create({"member_number": "M-1", "name_first": "Bo"})
    assert row_of(office, customer) == before


def test_an_e_mail_address_is_somebodys_in_any_case(
    mapping: Mapping, office: Office, customer: str
) -> None:
    """Whether Voucherify looks at case, or for a part, its description leaves open."""
    office.crm.rules.lax_about_email = True
    bo = office.customer(email="Bo.Anna@Example.org")
    for email, owner in (("anna@example.org", customer), ("bo.anna@example.org", bo)):
        key = model.SearchKey(model.SearchKeyType.EMAIL, email)
        assert [one.customer_id for one in mapping.search(key)] == [owner]


def test_an_id_of_voucherifys_own_is_no_member_number(
    mapping: Mapping, customer: str
) -> None:
    key = model.SearchKey(model.SearchKeyType.MEMBER_NUMBER, customer)
    assert mapping.search(key) == []


@pytest.mark.parametrize("kind", ["mobile", "email", "personal_id"])
def test_another_property_can_be_the_source_id(
    connect: Any, configure: Any, office: Office, kind: str
) -> None:
    option = "      app_id:"
    mapping = connect(configure(**{option: f"      source_id: {kind}\n{option}"}))
    key = {"mobile": "+46701231231", "email": "bo@example.org"}.get(
        kind, "198803200016"
    )
    made = mapping.create({"name_first": "Bo", kind: key, "member_number": "M-7"})
    assert office.crm.customers[made.customer_id]["source_id"] == key
    (found,) = mapping.search(model.SearchKey(model.SearchKeyType(kind), key))
    assert found == made
    assert (getattr(found, kind), found.member_number) == (key, "M-7")
    with pytest.raises(Invalid, match=f"{kind}: cannot be changed"):
        mapping.update(made.customer_id, {kind: "other"})


def test_what_a_property_is_called_can_be_chosen(office: Office) -> None:
    options = Options(app_id="a", fields={"company": "firm"})
    row = {"id": "cust_1", "metadata": {"firm": "AB", "gender": "female"}}
    card = customers.customer(row, options)
    assert (card.company, card.gender) == ("AB", None)
    with pytest.raises(Invalid, match="gender: is not kept"):
        customers.written({"gender": "female"}, row, options)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"source_id": "phone"}, "source_id: must be one of"),
        ({"fields": {"shoe_size": "x"}}, "fields: knows name_first"),
    ],
)
def test_options_that_cannot_be(values: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Options(app_id="a", **values)


ODD = {"type": "AMOUNT", "amount_off": 1999}


def test_a_reward_gives_something_for_something() -> None:
    for points, amount in ((0, 25), (250, 0)):
        with pytest.raises(ValueError, match="more than 0"):
            Reward(id="r", name="", points=points, amount=Decimal(amount))


@pytest.mark.parametrize(
    ("discount", "gives"),
    [
        (AMOUNT, model.CartAmount(value_money=Decimal(25))),
        (
            {"type": "AMOUNT", "amount_off": 1999},
            model.CartAmount(value_money=Decimal("19.99")),
        ),
        (PERCENT, model.CartPercent(value_int=10)),
        ({**PERCENT, "percent_off": Decimal("12.5")}, model.Manual()),
        ({**PERCENT, "percent_off": 0}, model.Manual()),
        ({**PERCENT, "amount_limit": 5000}, model.Manual()),
        ({**PERCENT, "is_dynamic": True}, model.Manual()),
        ({**AMOUNT, "aggregated_amount_limit": 5000}, model.Manual()),
        (UNIT, model.Manual()),
        ({"type": "FIXED", "fixed_amount": 100}, model.Manual()),
        ({"type": "SOMETHING_NEW"}, model.Manual()),
    ],
)
def test_what_a_discount_gives(discount: Any, gives: Any) -> None:
    assert benefit(discount) == gives


def test_what_a_card_shows(mapping: Any, office: Office, customer: str) -> None:
    now = office.crm.clock.now
    office.code(customer, active=False)
    office.code(customer, expires=now)
    office.code(customer, starts=now.replace(year=2100))
    office.code(customer, role="REFERRER")
    office.code(customer, {**PERCENT, "effect": "APPLY_TO_ITEMS"})
    office.code(office.customer())
    office.gift_card(customer, effect="APPLY_TO_ITEMS")
    office.loyalty_card(customer, 249)
    office.tier(minimum=50000)
    password = {"sitoo_offer": "MEMBERS"}
    offer, spent = (
        office.code(customer, metadata=password),
        office.code(customer, used=1),
    )
    tier = office.tier(metadata=password, discount=UNIT)
    card = mapping.get(customer)
    assert {one.promotion_id: one.redeemed for one in card.promotions} == {
        offer: False,
        spent: True,
        tier: False,
    }
    types = {one.promotion_id: one.promotion_type for one in card.promotions}
    assert types[offer] == types[tier] == model.Offer(value_string="MEMBERS")
    assert card.bonus_checks == []
    assert card.status is None


def test_a_tier_is_not_offered_while_nobody_can_say_whether_it_was_used(
    mapping: Any, office: Office, customer: str
) -> None:
    office.tier()
    check = office.gift_card(customer)
    office.crm.forbidden = {"/v1/redemptions"}
    card = mapping.get(customer)
    assert card.promotions is None
    assert [one.bonus_check_id for one in card.bonus_checks] == [check]
    assert "promotions" in card.status.text


def test_without_tiers_a_card_takes_two_calls(
    connect: Any, configure: Any, office: Office, customer: str
) -> None:
    option = "      app_id:"
    off = configure(**{option: f"      promotion_tiers: false\n{option}"})
    office.tier()
    code = office.code(customer)
    office.crm.calls.clear()
    card = connect(off).get(customer)
    assert [one.promotion_id for one in card.promotions] == [code]
    assert len(office.crm.calls) == 2


def test_a_customer_with_hundreds_of_vouchers(
    mapping: Any, office: Office, customer: str
) -> None:
    codes = [office.code(customer) for _ in range(230)]
    tiers = [office.tier() for _ in range(60)]
    shown = {one.promotion_id for one in mapping.get(customer).promotions}
    assert shown == {*codes, *tiers}


def test_nobody_is_added_by_asking(mapping: Mapping, office: Office) -> None:
    for ask in (
        mapping.get,
        lambda nobody: mapping.update(nobody, {"email": "a@b.se"}),
    ):
        with pytest.raises(Missing):
            ask("nobody")
    assert office.crm.customers == {}
