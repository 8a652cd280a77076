"""Customers of a real Vendure, found, shown, added and changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bridge.errors import Invalid, Missing, OutcomeUnknown, Refused
from bridge.mapping import Mapping
from bridge.model import (
    Address,
    AddressProperties,
    CustomerAdditionalOption,
    SearchKey,
    SearchKeyType,
)
from mappings.vendure.options import Options
from tests.mappings.conftest import Configure, Connect
from tests.mappings.vendure.conftest import Office
from tests.mappings.vendure.server import Vendure

STREET: AddressProperties = {
    "address": "Storgatan 1",
    "zip": "90325",
    "city": "Umeå",
    "country_id": "SE",
}
PIER: AddressProperties = {
    "address": "Kajen 2",
    "name": "Anna",
    "address2": "B",
    "country_id": "FI",
}


def email(office: Office) -> str:
    return f"person{next(office.numbers)}@example.org"


def addresses(vendure: Vendure, customer: str) -> list[Any]:
    query = """query ($id: ID!) { customer(id: $id) { addresses {
        streetLine1 defaultBillingAddress defaultShippingAddress
    } } }"""
    rows = vendure.call(query, id=customer)["customer"]["addresses"]
    return sorted(tuple(row.values()) for row in rows)


def test_a_taken_address_is_refused_and_nothing_is_changed(
    mapping: Mapping, office: Office
) -> None:
    taken, other = email(office), email(office)
    mapping.create({"email": taken})
    made = mapping.create({"email": other, "name_first": "Bo"})
    assert made.customer_id
    for attempt in (
        lambda: mapping.create({"email": taken}),
        lambda: mapping.update(
            made.customer_id, {"email": taken, "name_first": "Not", "phone": "+4681"}
        ),
    ):
        with pytest.raises(Refused, match="already a customer"):
            attempt()
    assert mapping.get(made.customer_id) == made


def test_vendures_own_word_on_a_taken_address(
    mapping: Mapping, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tills add somebody at the same moment: neither finds the other's."""
    taken = email(office)
    monkeypatch.setattr(mapping, "_matching", lambda wanted: [])
    mapping.create({"email": taken})
    with pytest.raises(Refused, match="already a customer"):
        mapping.create({"email": taken})


@pytest.mark.parametrize(
    ("key", "value"),
    [("mobile", "+46708"), ("member_number", "T-"), ("personal_id", "1990")],
)
def test_no_two_customers_share_what_one_is_found_by(
    mapping: Mapping, office: Office, key: Any, value: str
) -> None:
    value += f"{next(office.numbers):06}"
    first = mapping.create({key: value})
    with pytest.raises(Refused, match="already a customer"):
        mapping.create({"email": email(office), key: value})
    assert first.customer_id
    again = mapping.update(first.customer_id, {key: value, "name_last": "Same"})
    assert again.name_last == "Same"


def test_without_an_address_a_customer_gets_one_that_nobody_sees(
    mapping: Mapping, office: Office, vendure: Vendure
) -> None:
    made = mapping.create({"name_first": "Bo"})
    assert made.email is None
    assert made.customer_id
    query = "query ($id: ID!) { customer(id: $id) { emailAddress } }"
    kept = vendure.call(query, id=made.customer_id)["customer"]["emailAddress"]
    assert kept.endswith("@no-mail.invalid")
    mine = email(office)
    assert mapping.update(made.customer_id, {"email": mine}).email == mine
    assert mapping.update(made.customer_id, {"email": None}).email is None


def test_where_that_is_not_set_up_an_address_is_needed(
    connect: Connect, configure: Configure, office: Office
) -> None:
    strict = connect(configure(**{"      mail_domain: no-mail.invalid\n": ""}))
    with pytest.raises(Invalid, match="email: is required"):
        strict.create({"name_first": "Bo"})
    mine = email(office)
    assert strict.create({"email": mine}).email == mine


def test_addresses(mapping: Mapping, office: Office, vendure: Vendure) -> None:
    made = mapping.create({"invoice_address": STREET, "delivery_address": PIER})
    customer = made.customer_id or ""
    assert made.invoice_address == Address(**STREET)
    assert made.delivery_address == Address(**PIER)
    assert addresses(vendure, customer) == [
        ("Kajen 2", False, True),
        ("Storgatan 1", True, False),
    ]
    moved = mapping.update(customer, {"delivery_address": STREET})
    assert moved.invoice_address == Address(**STREET)
    assert moved.delivery_address == Address(**PIER | STREET)
    assert len(addresses(vendure, customer)) == 2
    cleared = mapping.update(customer, {"invoice_address": None})
    assert cleared.invoice_address is None
    assert cleared.delivery_address == moved.delivery_address


@pytest.mark.parametrize("country", [{}, {"country_id": None}])
def test_an_address_stays_in_its_country(mapping: Mapping, country: Any) -> None:
    customer = mapping.create({"delivery_address": PIER}).customer_id or ""
    moved = mapping.update(
        customer, {"delivery_address": {"address": "Kajen 3", "name": None, **country}}
    )
    assert moved.delivery_address == Address(
        address="Kajen 3", address2="B", country_id="FI"
    )


def test_of_an_address_with_both_ticks_the_other_one_stays(
    mapping: Mapping, office: Office, vendure: Vendure
) -> None:
    customer = office.customer()
    office.address(customer, defaultBillingAddress=True, defaultShippingAddress=True)
    before = mapping.get(customer)
    shown = mapping.update(customer, {"delivery_address": {"address": "Kajen 2"}})
    assert before.delivery_address
    assert shown.delivery_address == replace(before.delivery_address, address="Kajen 2")
    assert shown.invoice_address == before.invoice_address
    assert addresses(vendure, customer) == [
        ("Kajen 2", False, True),
        ("Storgatan 1", True, False),
    ]


def test_a_country_that_vendure_does_not_know(mapping: Mapping, office: Office) -> None:
    customer = office.customer()
    before = mapping.get(customer)
    far: AddressProperties = {"address": "Far", "country_id": "NZ"}
    with pytest.raises(Invalid, match="country"):
        mapping.update(customer, {"name_first": "Not", "invoice_address": far})
    assert mapping.get(customer) == before


def test_once_the_names_are_written_a_failing_address_leaves_it_unknown(
    mapping: Mapping, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = office.customer()
    monkeypatch.setattr(mapping, "_countries", lambda codes: codes)
    far: AddressProperties = {"address": "Far", "country_id": "NZ"}
    with pytest.raises(Refused):
        mapping.update(customer, {"invoice_address": far})
    with pytest.raises(OutcomeUnknown):
        mapping.update(customer, {"name_first": "Now", "invoice_address": far})
    assert mapping.get(customer).name_first == "Now"


def test_choices_are_kept_changed_and_cleared(mapping: Mapping) -> None:
    chosen = [
        CustomerAdditionalOption(id="roast", enum_values=["dark"]),
        CustomerAdditionalOption(id="extras", enum_values=["oat", "ice"]),
        CustomerAdditionalOption(id="milk", text="none"),
    ]
    made = mapping.create(
        {
            "additional_options": chosen,
            "consents": ["news"],
            "birthday": date(1990, 2, 3),
        }
    )
    assert made.additional_options == chosen
    assert (made.consents, made.birthday) == (["news"], "1990-02-03")
    assert made.customer_id
    cleared = [replace(one, enum_values=[], text=None) for one in chosen[1:]]
    fewer = mapping.update(
        made.customer_id, {"additional_options": cleared, "consents": []}
    )
    assert (fewer.additional_options, fewer.consents) == (chosen[:1], [])


def test_what_was_agreed_to_elsewhere_stays(
    mapping: Mapping, office: Office, vendure: Vendure
) -> None:
    customer = office.customer(customFields={"consents": ["cookies", "news"]})
    assert mapping.get(customer).consents == ["news"]
    mapping.update(customer, {"consents": ["profile"]})
    query = "query ($id: ID!) { customer(id: $id) { customFields { consents } } }"
    kept = vendure.call(query, id=customer)["customer"]["customFields"]
    assert kept == {"consents": ["cookies", "profile"]}


@pytest.mark.parametrize(
    "sent",
    [
        {"consents": ["nonsense"]},
        {"additional_options": [CustomerAdditionalOption(id="sugar", text="2")]},
    ],
)
def test_what_is_not_declared_is_invalid(mapping: Mapping, sent: Any) -> None:
    with pytest.raises(Invalid, match="is not known"):
        mapping.create(sent)


def test_what_has_no_field_is_not_kept(
    connect: Connect, configure: Configure, office: Office
) -> None:
    fields = "fields: {member_number: memberNumber}\n      store_name"
    mapping = connect(configure(**{"store_name": fields}))
    wrong = {"personal_id": "199001019802", "company": "A", "consents": ["nonsense"]}
    with pytest.raises(Invalid) as refused:
        mapping.create(wrong)
    assert sorted(refused.value.errortext.split("; ")) == [
        "company: is not kept in your customer system: leave it empty",
        "consents: one of them is not known here: choose again",
        "personal_id: is not kept in your customer system: leave it empty",
    ]
    assert mapping.search(SearchKey(SearchKeyType.PERSONAL_ID, "1")) == []
    assert mapping.get(office.customer()).phone is None


def test_a_customer_who_was_deleted_is_nobody(
    mapping: Mapping, office: Office, vendure: Vendure
) -> None:
    customer = office.customer()
    vendure.call(
        "mutation ($id: ID!) { deleteCustomer(id: $id) { result } }", id=customer
    )
    with pytest.raises(Missing):
        mapping.get(customer)
    with pytest.raises(Missing):
        mapping.update(customer, {"name_first": "A"})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"fields": {"colour": "x"}}, "fields: knows"),
        ({"fields": {"phone": "a b"}}, "fields: must be the name"),
        ({"owner_field": "a { b }"}, "owner_field: must be the name"),
    ],
)
def test_names_are_names(values: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Options(variant="1", shipping_method="1", **values)
