"""Contacts: found, added, changed as little as possible, and looked up elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import Invalid, Missing, Refused
from bridge.model import Address, Customer, SearchKey, SearchKeyType
from mappings.voyado import Mapping, benefits, contacts, purchases
from mappings.voyado.options import Options
from tests.mappings.conftest import Configure, Connect
from tests.mappings.voyado import fake
from tests.mappings.voyado.fake import REFERENCE, Engage

OPTIONS = Options(reference_field=REFERENCE)


def key(kind: str, value: str) -> SearchKey:
    return SearchKey(SearchKeyType(kind), value)


def written(engage: Engage, method: str) -> list[Any]:
    """Return what was sent by a method, and forget all that was sent."""
    bodies = [call.body for call in engage.calls if call.method == method]
    engage.calls.clear()
    return bodies


# Adding


def test_somebody_who_is_there_is_refused_before_anything_is_sent(
    mapping: Mapping, engage: Engage
) -> None:
    has = engage.contacts[engage.contact()]["attributes"]
    for name, attribute in (("email", "email"), ("mobile", "mobilePhone")):
        engage.calls.clear()
        with pytest.raises(Refused, match="already a customer"):
            mapping.create({"name_first": "Eva", name: has[attribute]})  # type: ignore[misc]
        assert written(engage, "POST") == []


def test_several_who_are_there_are_refused_as_well(
    mapping: Mapping, engage: Engage
) -> None:
    for _ in range(2):
        engage.contact(email="two@example.com")
    with pytest.raises(Refused, match="already a customer"):
        mapping.create({"name_first": "Eva", "email": "two@example.com"})


def test_an_older_contact_that_is_answered_to_a_create_is_recognised(
    mapping: Mapping, engage: Engage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has added it since we looked."""
    email = f"race{next(engage.numbers)}@example.com"
    monkeypatch.setattr(
        mapping, "_refuse_twins", lambda sent: engage.contact(email=email)
    )
    before = len(engage.contacts)
    with pytest.raises(Refused, match="already a customer"):
        mapping.create({"name_first": "Eva", "name_last": "Ek", "email": email})
    assert len(engage.contacts) == before + 1


def test_what_voyado_spells_otherwise_is_the_same_person() -> None:
    has = {"email": "Eva@Example.com", "mobilePhone": "0701740605", "firstName": "EVA"}
    sent = {
        "email": "eva@example.com",
        "mobilePhone": "+46701740605",
        "firstName": "Eva",
    }
    assert not contacts.is_another({"attributes": has}, sent)
    assert contacts.is_another({"attributes": has | {"firstName": "Åsa"}}, sent)
    ssn = {"socialSecurityNumber": "8504129829"}
    assert not contacts.is_another(
        {"attributes": ssn}, {"socialSecurityNumber": "198504129829"}
    )


def test_a_new_contact_gets_nothing_that_was_not_given(
    mapping: Mapping, engage: Engage
) -> None:
    engage.calls.clear()
    email = f"eva{next(engage.numbers)}@example.com"
    place: Any = {"address": "Storgatan 1", "city": "Umeå", "country_id": "SE"}
    sent: Any = {"name_first": "Eva", "email": email, "phone": None}
    created = mapping.create({**sent, "invoice_address": place, "consents": ["news"]})
    (body,) = written(engage, "POST")
    assert body == {
        "contactType": "Member",
        "firstName": "Eva",
        "email": email,
        "street": "Storgatan 1",
        "city": "Umeå",
        "countryCode": "SE",
        "consents": [{"id": "news", "value": True, "source": "POS"}],
    }
    assert created.invoice_address == Address(**place)


# Changing


def test_only_what_differs_is_sent(mapping: Mapping, engage: Engage) -> None:
    customer = engage.contact(street="Storgatan 1", city="Umeå")
    contact = engage.contacts[customer]
    contact["preferences"]["acceptsSms"] = True
    contact["consents"] = [{"id": "news", "value": True}]
    engage.calls.clear()

    sent: Any = {
        "name_last": "Ek",
        "invoice_address": {"city": "Luleå"},
        "accepts_communication": ["sms", "mail"],
        "consents": ["profiling"],
    }
    mapping.update(customer, sent)

    assert written(engage, "PATCH") == [
        {
            "lastName": "Ek",
            "city": "Luleå",
            "preferences": {"acceptsPostal": True},
            "consents": [
                {"id": "profiling", "value": True, "source": "POS"},
                {"id": "news", "value": False, "source": "POS"},
            ],
        }
    ]


def test_a_consent_that_nobody_has_answered_stays_so(
    mapping: Mapping, engage: Engage
) -> None:
    customer = engage.contact()
    engage.calls.clear()
    mapping.update(customer, {"consents": [], "accepts_communication": []})
    assert written(engage, "PATCH") == []
    assert engage.contacts[customer]["consents"] == []
    assert "approved" not in engage.contacts[customer]["meta"]


def test_a_consent_that_was_refused_is_not_refused_again(
    mapping: Mapping, engage: Engage
) -> None:
    customer = engage.contact()
    engage.contacts[customer]["consents"] = [{"id": "news", "value": False}]
    assert mapping.get(customer).consents == []
    mapping.update(customer, {"consents": ["news"]})
    (answer,) = engage.contacts[customer]["consents"]
    assert answer["value"] is True


def test_what_is_cleared_is_sent_as_nothing(mapping: Mapping, engage: Engage) -> None:
    customer = engage.contact(birthDay="1990-01-02", careOf="Ek")
    engage.calls.clear()
    sent: Any = {"birthday": None, "invoice_address": {"address2": None}}
    mapping.update(customer, sent)
    assert written(engage, "PATCH") == [{"birthDay": None, "careOf": None}]


@pytest.mark.parametrize(
    "sent",
    [
        {"company": "Ek AB"},
        {"delivery_address": {"city": "Umeå"}},
        {"invoice_address": {"state": "AB"}},
    ],
)
def test_what_is_not_kept_is_refused_and_not_dropped(sent: Any) -> None:
    with pytest.raises(Invalid, match="is not kept in your customer system"):
        contacts.changes(sent, {}, OPTIONS)


# Finding


def test_nobody_is_found_by_what_voyado_does_not_search_by(
    mapping: Mapping, engage: Engage
) -> None:
    engage.calls.clear()
    assert mapping.search(key("company_id", "5560360793")) == []
    assert engage.calls == []


def test_any_is_never_asked(mapping: Mapping, engage: Engage) -> None:
    """It stops at the first kind of key that a value looks like."""
    engage.calls.clear()
    for kind in SearchKeyType:
        mapping.search(key(kind, "999888777"))
    assert all("any" not in call.query for call in engage.calls)


def test_a_custom_key_can_be_something_else(
    connect: Connect,
    configure: Configure,
    engage: Engage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(fake.KEY_ATTRIBUTES, "customKey", "externalId")
    had = "reference_field: sitooRedeems"
    further = ["custom_key: externalId", "fields: {company_id: externalId}"]
    lines = "\n      ".join([had, *further])
    mapping = connect(configure(**{had: lines}))
    customer = engage.contact(externalId="5560360793")
    (found,) = mapping.search(key("company_id", "5560360793"))
    assert (found.customer_id, found.company_id) == (customer, "5560360793")


def test_a_status_of_somebody_else_is_not_shown(
    mapping: Mapping, engage: Engage, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = engage.contact()
    other = engage.contact(memberNumber="M-same")
    engage.contacts[customer]["attributes"]["memberNumber"] = "M-same"
    holders = engage._holders
    monkeypatch.setattr(engage, "_holders", lambda *given: holders(*given)[::-1])
    assert mapping.get(customer).status is None
    assert mapping.get(other).status is not None


def test_what_cannot_be_an_id_is_never_asked_about(
    mapping: Mapping, engage: Engage
) -> None:
    engage.calls.clear()
    with pytest.raises(Missing):
        mapping.get("../../v2/consents")
    assert engage.calls == []


# Looking up


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"street": "Byn 1"},
        {
            "firstName": "Eva",
            "unregisteredFromOnlineRegisterInformation": {"reason": "Deceased"},
        },
    ],
)
def test_who_is_not_there_is_nobody(
    mapping: Mapping, engage: Engage, person: Any
) -> None:
    engage.register["198504129829"] = person
    assert mapping.lookup(key("personal_id", "198504129829")) == []


def test_a_person_is_found_by_personal_id(mapping: Mapping, engage: Engage) -> None:
    engage.register["198504129829"] = {
        **{"firstName": "Eva", "lastName": "Ek", "gender": "Female", "street": "Byn 1"},
        **{
            "zipCode": "90325",
            "city": "Umeå",
            "country": "SE",
            "birthDay": "1985-04-12",
        },
    }
    assert mapping.lookup(key("personal_id", "198504129829")) == [
        Customer(
            name_first="Eva",
            name_last="Ek",
            gender="female",
            birthday="1985-04-12",
            personal_id="198504129829",
            invoice_address=Address(
                address="Byn 1", zip="90325", city="Umeå", country_id="SE"
            ),
        )
    ]
    assert mapping.lookup(key("email", "eva@example.com")) == []


# What else is shown


@pytest.mark.parametrize(
    ("currency", "amount"), [("", 195), ("SEK", 195), ("EUR", 19.5), ("NOK", None)]
)
def test_an_amount_is_in_the_stores_currency(currency: str, amount: Any) -> None:
    value = {"currency": "SEK", "amount": 195}
    local = [{"currency": "EUR", "amount": 19.5}]
    found = benefits.amount_in(currency, value, local)
    assert (found and float(found)) == amount


@pytest.mark.parametrize("value", [0, 101, 10.5, None])
def test_a_percentage_without_a_form_is_the_cashiers(value: Any) -> None:
    channel = {"valueType": "PERCENT", "value": value}
    assert benefits.worth(channel, "").type == "manual"


def test_consents_are_told_in_the_sites_language(mapping: Mapping) -> None:
    (news, _) = mapping.consents()
    assert (news.consent_id, news.name) == ("news", "Yes to news (terms)")


def test_purchases_are_read_to_the_end_and_shown_newest_first(
    mapping: Mapping, engage: Engage
) -> None:
    customer = engage.contact()
    engage.purchases[customer] = [
        {
            "id": str(number),
            "createdDate": f"2026-01-01T10:00:00.{number:03}Z",
            "storeName": "Umeå",
            "groupCurrency": "SEK",
            "netPriceSum": 10,
            "lineItems": [
                {"articleNumber": f"A{number}", "price": 10, "quantity": 1.5}
            ],
        }
        for number in range(250)
    ]
    shown = mapping.transactions(customer)
    assert len(shown) == 100
    assert [one.items[0].sku for one in shown[:2]] == ["A249", "A248"]
    assert str(shown[0].items[0].unit_quantity) == "1.5"


def test_a_purchase_without_lines_is_one() -> None:
    row = {"createdDate": "2026-01-01T10:00:00Z", "numberOfItems": 3, "netPriceSum": 30}
    (item,) = purchases.transaction({**row, "groupCurrency": "SEK"}).items
    assert (item.product_name, item.total) == ("3 items", 30)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"reference_field": ""}, "reference_field"),
        ({"reference_field": "email"}, "an attribute of its own"),
        ({"fields": {"shoe_size": "shoeSize"}}, "fields: knows"),
    ],
)
def test_options_that_would_do_harm_are_refused(options: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Options(**({"reference_field": REFERENCE} | options))
