"""What an update would change: what was never shown is never written over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bridge.errors import Unpresentable
from bridge.model import Address, Customer, CustomerAdditionalOption
from bridge.spi.schemas import (
    answer_customer,
    difference,
    load_customer_properties,
)

TODAY = date(2026, 11, 26)
LONG = "Storgatan " * 200

ODD = Customer(
    customer_id="c1",
    member_number=" 10 012",
    email="Åsa.ÖBERG@example.com ",
    name_first=" Åsa\x07",
    name_last="Öberg " * 300,
    personal_id="850412-9829",
    company="",
    company_id="SE 559900-1137",
    phone="070 - 174 06 05",
    mobile="nobody answers here",
    invoice_address=Address(
        address=LONG, zip=" 903 25 ", city="Umeå", country_id="Kekkonia"
    ),
    delivery_address=Address(country_id="Kekkonia"),
    gender="robot",
    birthday="0000-00-00",
    accepts_communication=["SMS", "fax"],
    consents=["news", "n" * 300, ""],
    additional_options=[
        CustomerAdditionalOption(id="team", enum_values=["toronto", " "]),
        CustomerAdditionalOption(id=" ", text="unseen"),
        CustomerAdditionalOption(id="shoe", text="s" * 2000),
    ],
    store_id_home="200",
)
"""Nearly everything of this customer is repaired, cut or left out on the card."""


def card(customer: Customer) -> dict[str, Any]:
    return answer_customer(customer, "SE", lambda name, what: None)


def differs(body: dict[str, Any], customer: Customer = ODD) -> Any:
    sent = load_customer_properties(body, "SE", creating=False, today=TODAY)
    return difference(sent, customer, "SE", today=TODAY)


@pytest.mark.parametrize("own", ["ne\u0301e", "\u200bnews", "news\x07"])
def test_a_consent_keeps_the_id_that_it_has_in_the_crm(own: str) -> None:
    """Whatever its spelling on the card: in any other one it would be no consent."""
    customer = replace(ODD, consents=[own, "sms"])
    shown = card(customer)["consents"]
    assert shown[0] != own
    added = differs({"consents": [*shown, "offers"]}, customer)
    assert added == {"consents": [own, "sms", "offers"]}


def test_a_card_that_is_sent_back_differs_in_nothing() -> None:
    assert differs(card(ODD)) == {}


def test_nor_with_null_for_what_is_not_on_it() -> None:
    nothing = dict.fromkeys(Customer.__dataclass_fields__)
    assert differs({**nothing, **card(ODD)}) == {}


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("phone", "0046701740605"),
        ("email", "ÅSA.öberg@example.com"),
        ("personal_id", "19850412-9829"),
        ("member_number", "10 012 "),
        ("name_first", "Åsa "),
        ("accepts_communication", ["sms", "sms"]),
    ],
)
def test_another_spelling_of_the_same_is_no_difference(name: str, spelled: Any) -> None:
    assert differs({name: spelled}) == {}


@pytest.mark.parametrize(
    ("name", "sent", "handed"),
    [
        ("name_first", "Eva", "Eva"),
        ("name_first", None, None),
        ("name_last", "", None),
        ("mobile", "070-174 06 06", "+46701740606"),
        ("gender", "female", "female"),
        ("birthday", "1985-04-12", date(1985, 4, 12)),
        ("consents", ["news", "offers"], ["news", "offers", "n" * 300, ""]),
        ("consents", [], ["n" * 300, ""]),
        ("consents", ["n" * 255], ["n" * 255, "n" * 300, ""]),
        ("accepts_communication", ["mail"], ["mail", "fax"]),
    ],
)
def test_one_thing_changes(name: str, sent: Any, handed: Any) -> None:
    assert differs({**card(ODD), name: sent}) == {name: handed}


@pytest.mark.parametrize(
    ("parts", "handed"),
    [
        ({"city": "Luleå"}, {"city": "Luleå"}),
        ({"address": "Storgatan 1"}, {"address": "Storgatan 1"}),
        ({"country_id": "FI"}, {"country_id": "FI"}),
        ({"zip": None}, {"zip": None}),
        ({"zip": "90326", "name": "Åsa"}, {"zip": "90326", "name": "Åsa"}),
    ],
)
def test_of_an_address_the_parts_that_differ(parts: Any, handed: Any) -> None:
    body = card(ODD)
    body["invoice_address"] = body["invoice_address"] | parts
    assert differs(body) == {"invoice_address": handed}


def test_a_part_that_was_shown_and_is_left_out_is_cleared() -> None:
    body = card(ODD)
    del body["invoice_address"]["zip"]
    assert differs(body) == {"invoice_address": {"zip": None}}


@pytest.mark.parametrize("empty", [None, {"address": ""}, {"address": "", "zip": " "}])
def test_an_address_that_was_emptied_is_cleared_whole(empty: Any) -> None:
    assert differs({"invoice_address": empty}) == {"invoice_address": None}


@pytest.mark.parametrize("empty", [None, {"address": ""}])
def test_but_not_one_that_was_never_shown(empty: Any) -> None:
    assert "delivery_address" not in card(ODD)
    assert differs({"delivery_address": empty}) == {}


def test_an_address_where_none_was_shown_has_the_parts_that_were_sent() -> None:
    sent = {"address": "Kajen 2", "city": "", "country_id": "fi"}
    parts = {"address": "Kajen 2", "country_id": "FI"}
    assert differs({"delivery_address": sent}) == {"delivery_address": parts}


def test_of_the_additional_options_those_that_differ() -> None:
    shoe = {"id": "shoe", "text": "43"}
    body = card(ODD)
    body["additional_options"] = [*body["additional_options"][:1], shoe]
    changed = CustomerAdditionalOption(id="shoe", text="43")
    assert differs(body) == {"additional_options": [changed]}


@pytest.mark.parametrize(
    "emptied",
    [[], [{"id": "shoe"}], [{"id": "shoe", "text": "", "enum_values": []}]],
)
def test_an_answer_that_is_gone_is_cleared(emptied: list[Any]) -> None:
    body = card(ODD)
    body["additional_options"] = [*body["additional_options"][:1], *emptied]
    cleared = CustomerAdditionalOption(id="shoe", enum_values=[], text=None)
    assert differs(body) == {"additional_options": [cleared]}


def test_a_list_longer_than_a_till_may_send_is_still_compared() -> None:
    many = [f"consent-{number}" for number in range(250)]
    customer = replace(ODD, consents=many)
    assert differs({"consents": many[:200]}, customer) == {"consents": many[:200]}


def test_whose_card_could_not_be_shown_cannot_have_been_corrected() -> None:
    with pytest.raises(Unpresentable):
        differs({"name_first": "Eva"}, Customer(name_first="Åsa"))
