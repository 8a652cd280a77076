"""Customers: parties of a real Tryton, found, shown, added and changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bridge.errors import Invalid, Missing, NotFound, Refused
from bridge.mapping import Mapping
from bridge.model import Address, Customer, CustomerAdditionalOption, SearchKey
from bridge.model import SearchKeyType as Key
from mappings.tryton.changes import spellings
from tests.mappings.conftest import Configure, Connect
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton


def search(mapping: Mapping, kind: Key, key: str) -> list[Customer]:
    return mapping.search(SearchKey(kind, key))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Key.EMAIL, "anna.virtanen@example.org"),
        (Key.MOBILE, "+358401234567"),
        (Key.MEMBER_NUMBER, "M-100234"),
        (Key.PERSONAL_ID, "131052-308T"),
    ],
)
def test_a_person_is_found_by(mapping: Mapping, kind: Key, key: str) -> None:
    (anna,) = search(mapping, kind, key)
    assert (anna.name_first, anna.name_last) == ("Anna", "Virtanen")


def test_a_company_is_found_by_its_number(mapping: Mapping) -> None:
    (cafe,) = search(mapping, Key.COMPANY_ID, "20774740")
    assert (cafe.company, cafe.company_id) == ("Kahvila Oy", "2077474-0")
    assert cafe.name_first is cafe.name_last is None


@pytest.mark.parametrize("typed", ["880320-0016", "19880320-0016", "8803200016"])
def test_a_swede_is_found_however_tryton_spells_the_number(
    connect: Connect, configure: Configure, tryton: Tryton, typed: str
) -> None:
    number = [["create", [{"type": "se_personnummer", "code": typed}]]]
    swede = tryton.add("party.party", name="Åsa", identifiers=number)
    mapping = connect(configure(**{"fi_hetu": "se_personnummer"}))
    found = search(mapping, Key.PERSONAL_ID, "198803200016")
    tryton.change("party.party", swede, active=False)
    assert [customer.customer_id for customer in found] == [str(swede)]


def test_a_number_of_a_hundred_years_has_a_plus() -> None:
    assert spellings("191212121212", "se_personnummer") == [
        "19121212-1212",
        "121212+1212",
    ]
    assert spellings("131052-308T", "fi_hetu") == ["131052-308T"]
    assert spellings("no number", "se_personnummer") == ["no number"]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Key.EMAIL, "nobody@example.org"),
        (Key.EMAIL, "anna_virtanen@example.org"),
        (Key.EMAIL, "%"),
        (Key.EMAIL, "anna\\"),
        (Key.MEMBER_NUMBER, "131052-308T"),
        (Key.PERSONAL_ID, "M-100234"),
        (Key.MOBILE, "anna.virtanen@example.org"),
        (Key.MOBILE, ""),
    ],
)
def test_nobody_is_found_by(mapping: Mapping, kind: Key, key: str) -> None:
    assert search(mapping, kind, key) == []


def test_the_card_shows_what_tryton_has(mapping: Mapping) -> None:
    (anna,) = search(mapping, Key.MEMBER_NUMBER, "M-100234")
    assert replace(anna, promotions=None) == Customer(
        customer_id=anna.customer_id,
        member_number="M-100234",
        email="Anna.Virtanen@example.org",
        name_first="Anna",
        name_last="Virtanen",
        personal_id="131052-308T",
        mobile="+358 40 1234567",
        invoice_address=Address(
            address="Mannerheimintie 1", zip="00100", city="Helsinki", country_id="FI"
        ),
        consents=[],
        accepts_communication=[],
        additional_options=[],
        bonus_checks=[],
    )


FULL = {
    "member_number": "M-7",
    "email": "eeva@example.org",
    "name_first": "Eeva Liisa",
    "name_last": "Korhonen",
    "personal_id": "131052-309U",
    "company": "Korhosen Kaluste",
    "company_id": "0112038-9",
    "phone": "+35891234567",
    "mobile": "+358401112233",
    "invoice_address": {
        "address": "Main Street 1",
        "address2": "c/o Nobody",
        "name": "Accounts",
        "zip": "94000",
        "city": "San Francisco",
        "state": "California",
        "country_id": "US",
    },
    "delivery_address": {
        "address": "Kauppakatu 2",
        "city": "Turku",
        "country_id": "FI",
    },
    "gender": "female",
    "birthday": date(1952, 10, 13),
    "accepts_communication": ["email", "sms"],
    "additional_options": [
        CustomerAdditionalOption(id="roast", enum_values=["dark"]),
        CustomerAdditionalOption(id="milk", text="oat, please"),
    ],
    "store_id_home": "200",
}


def test_everything_that_is_written_can_be_read(mapping: Mapping) -> None:
    offers, profiling = (consent.consent_id for consent in mapping.consents())
    made = mapping.create({**FULL, "consents": [offers]})
    for name, value in FULL.items():
        shown = getattr(made, name)
        if name == "birthday":
            value = "1952-10-13"
        if name in ("phone", "mobile"):
            shown = shown.replace(" ", "")
        if name == "accepts_communication":
            shown = sorted(shown)
        if name.endswith("address"):
            value = Address(**value)
        assert shown == value, name
    assert made.consents == [offers]

    assert made.customer_id
    changed = mapping.update(made.customer_id, {"consents": [profiling]})
    assert changed == replace(made, consents=[profiling])


def test_whom_a_till_adds_speaks_the_shops_language(
    connect: Connect, configure: Configure, tryton: Tryton
) -> None:
    mapping = connect(configure(**{"discounts: true": "language: fi"}))
    made = mapping.create({"name_first": "Aino", "accepts_communication": ["sms"]})
    assert made.accepts_communication == ["sms"]
    query = (
        "select l.code from party_party_lang p join ir_lang l on l.id = p.lang "
        "where p.party = ?"
    )
    assert made.customer_id
    assert tryton.sql(query, int(made.customer_id)) == [("fi",)]


def test_what_is_not_kept_here_is_refused(
    connect: Connect, configure: Configure
) -> None:
    mapping = connect(configure(**{"personal_id_type: fi_hetu": "coupons: false"}))
    assert search(mapping, Key.PERSONAL_ID, "131052-308T") == []
    sugar = CustomerAdditionalOption(id="sugar", text="1")
    wrong = {"personal_id": "131052-308T", "additional_options": [sugar]}
    with pytest.raises(Invalid) as refused:
        mapping.create({"name_first": "A", **wrong})
    assert refused.value.errortext == (
        "personal_id: is not kept in your customer system: leave it empty; "
        "additional_options: one of them is not known here: choose again"
    )
    assert mapping.create({"name_first": "A", "personal_id": None}).name_first == "A"


def test_what_is_not_sent_stays_and_what_is_empty_goes(
    mapping: Mapping, office: Office
) -> None:
    made = mapping.create(
        {
            "email": "pia@example.org",
            "name_first": "Pia",
            "name_last": "Aalto",
            "member_number": "M-8",
            "company": "Aalto Oy",
            "gender": "female",
            "invoice_address": {"city": "Espoo", "country_id": "FI"},
            "delivery_address": {"city": "Oulu", "country_id": "FI"},
            "accepts_communication": ["mail"],
            "additional_options": [CustomerAdditionalOption(id="milk", text="none")],
        }
    )
    assert made.customer_id
    assert mapping.update(made.customer_id, {"name_first": "Mia"}) == replace(
        made, name_first="Mia"
    )
    gone = {
        "email": None,
        "name_last": None,
        "member_number": None,
        "company": None,
        "gender": None,
        "invoice_address": None,
        "delivery_address": None,
        "accepts_communication": [],
    }
    assert mapping.update(made.customer_id, gone) == replace(
        made, **gone, name_first="Mia"
    )
    cleared = CustomerAdditionalOption(id="milk", enum_values=[])
    left = mapping.update(made.customer_id, {"additional_options": [cleared]})
    assert left.additional_options == []


def test_a_structured_street_stays_as_long_as_its_text_does(
    mapping: Mapping, tryton: Tryton
) -> None:
    (anna,) = search(mapping, Key.MEMBER_NUMBER, "M-100234")
    assert anna.customer_id
    assert anna.invoice_address
    moved = {"zip": "00120"}
    mapping.update(anna.customer_id, {"invoice_address": moved})
    street = (
        "select street_name, building_number, street_unstructured, postal_code "
        "from party_address where party = ?"
    )
    ids = int(anna.customer_id)
    assert tryton.sql(street, ids) == [("Mannerheimintie", "1", None, "00120")]

    moved = {"address": "Esplanadi 2", "address2": "B 3"}
    shown = mapping.update(anna.customer_id, {"invoice_address": moved})
    assert shown.invoice_address == replace(anna.invoice_address, zip="00120", **moved)
    assert tryton.sql(street, ids) == [(None, None, "Esplanadi 2\nB 3", "00120")]
    before = {"address": "Mannerheimintie 1", "address2": None, "zip": "00100"}
    again = mapping.update(anna.customer_id, {"invoice_address": before})
    assert again.invoice_address == anna.invoice_address


def test_one_address_for_both_becomes_two_when_one_moves(
    mapping: Mapping, tryton: Tryton, office: Office
) -> None:
    customer = office.customer()
    here = {"city": "Vaasa", "invoice": True, "delivery": True}
    tryton.change("party.party", int(customer), addresses=[["create", [here]]])
    shown = mapping.get(customer)
    assert shown.invoice_address == shown.delivery_address == Address(city="Vaasa")

    shown = mapping.update(customer, {"delivery_address": {"zip": "65100"}})
    assert shown.invoice_address == Address(city="Vaasa")
    assert shown.delivery_address == Address(city="Vaasa", zip="65100")

    same = {"invoice_address": {"city": "Vaasa"}, "delivery_address": {"zip": "65100"}}
    addresses = tryton.sql("select max(id), count(*) from party_address")
    assert mapping.update(customer, same) == shown
    assert tryton.sql("select max(id), count(*) from party_address") == addresses


def test_what_a_card_does_not_show_stays(mapping: Mapping, tryton: Tryton) -> None:
    """Further lines of a street, a second number, and ways that no till knows."""
    named = "select id, parent from party_category where name = ?"
    ((sms, root),) = tryton.sql(named, "sms")
    ways = [tryton.add("party.category", name="fax", parent=root), sms]
    numbers = ["+358 40 1110001", "+358 40 1110002"]
    made = tryton.add(
        "party.party",
        name="Lauri Laine",
        contact_mechanisms=[
            ["create", [{"type": "mobile", "value": number} for number in numbers]]
        ],
        addresses=[["create", [{"street_unstructured": "Katu 1\nA\nB"}]]],
        categories=[["add", ways]],
    )
    party = str(made)
    mapping.update(party, {"invoice_address": {"address": "Katu 2"}, "mobile": None})
    mapping.update(party, {"accepts_communication": []})
    street = "select street_unstructured from party_address where party = ?"
    assert tryton.sql(street, made) == [("Katu 2\nA\nB",)]
    values = "select value from party_contact_mechanism where party = ?"
    assert tryton.sql(values, made) == [(numbers[1],)]
    kept = 'select category from "party_party-party_category" where party = ?'
    assert tryton.sql(kept, made) == [(ways[0],)]
    tryton.change("party.party", made, active=False)


@pytest.mark.parametrize(
    "twin",
    [
        {"email": "ANNA.virtanen@example.org"},
        {"mobile": "+358401234567"},
        {"member_number": "M-100234"},
    ],
)
def test_whoever_is_there_is_not_added_again(mapping: Mapping, twin: dict) -> None:
    with pytest.raises(Refused, match="already a customer"):
        mapping.create({"name_first": "Anna", **twin})


def test_nobody_gets_what_is_another_ones(mapping: Mapping, office: Office) -> None:
    customer = office.customer()
    with pytest.raises(Refused, match="already a customer"):
        mapping.update(customer, {"email": "anna.virtanen@example.org"})


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        ({"personal_id": "131052-308X"}, Refused, "The id number is not valid"),
        ({"mobile": "+3581"}, Refused, "The phone number is not valid"),
        ({"consents": ["1"]}, Invalid, "consents"),
        ({"consents": ["no number"]}, Invalid, "consents"),
        ({"invoice_address": {"country_id": "NO"}}, Invalid, "country"),
        (
            {"invoice_address": {"country_id": "US", "state": "Uusimaa"}},
            Invalid,
            "state",
        ),
        (
            {"additional_options": [CustomerAdditionalOption(id="sugar", text="1")]},
            Invalid,
            "is not known",
        ),
    ],
)
def test_what_is_wrong_is_named_without_repeating_it(
    mapping: Mapping, wrong: dict, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text) as caught:
        mapping.create({"name_first": "Secretive", **wrong})
    for typed in ("Secretive", "131052", "3581", "Uusimaa", "sugar"):
        assert typed not in str(caught.value)


@pytest.mark.parametrize(
    "nobody", ["999999", "0", "007", "-1", "", "abc", "1/2", "1" * 30, "²"]
)
def test_an_id_that_nobody_has_is_missing(mapping: Mapping, nobody: str) -> None:
    for ask in (mapping.get, lambda nobody: [*mapping.transactions(nobody)]):
        with pytest.raises(Missing):
            ask(nobody)
    with pytest.raises(NotFound):
        mapping.update(nobody, {"name_first": "A"})


def test_a_party_that_was_put_aside_is_nobody(
    mapping: Mapping, tryton: Tryton, office: Office
) -> None:
    customer = office.customer("aside@example.org")
    tryton.change("party.party", int(customer), active=False)
    with pytest.raises(NotFound):
        mapping.get(customer)
    assert search(mapping, Key.EMAIL, "aside@example.org") == []


def test_of_two_with_one_address_the_older_is_shown(
    mapping: Mapping, office: Office
) -> None:
    older, younger = (office.customer("twins@example.org") for _ in range(2))
    found = search(mapping, Key.EMAIL, "twins@example.org")
    assert [customer.customer_id for customer in found] == [older, younger]


def test_consents_are_the_children_of_their_category(mapping: Mapping) -> None:
    assert [consent.name for consent in mapping.consents()] == [
        "Personal offers",
        "Profiling",
    ]
    assert not any(consent.value for consent in mapping.consents())


def test_additional_options_are_those_of_the_configuration(mapping: Mapping) -> None:
    ((roast, milk),) = (part.options for part in mapping.additional_options())
    assert (roast.id, roast.type, milk.id, milk.type) == (
        *("roast", "enum-single"),
        *("milk", "text"),
    )
