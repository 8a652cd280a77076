"""Contacts of Odoo's as customers: found, shown, added and changed."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import Invalid, Missing, OutcomeUnknown, Refused
from bridge.model import CustomerAdditionalOption, SearchKey, SearchKeyType
from mappings.odoo import Mapping
from tests.mappings.conftest import Configure, Connect
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office


def found(mapping: Mapping, kind: str, key: str) -> list[str | None]:
    hits = mapping.search(SearchKey(SearchKeyType(kind), key))
    return [hit.customer_id for hit in hits]


# Looking up


def test_a_number_is_found_however_it_was_written(
    mapping: Mapping, office: Office
) -> None:
    anna = office.customer(mobile="0701 23 45 67", email="Anna@Example.com")
    assert found(mapping, "mobile", "+46701234567") == [anna]
    assert found(mapping, "email", "anna@example.com") == [anna]


@pytest.mark.parametrize("written", ["5566778899", "556677-8899"])
def test_a_company_is_found_and_not_its_contacts(
    mapping: Mapping, office: Office, written: str
) -> None:
    company = office.customer(
        name="Kahvila AB", is_company=True, company_registry=written
    )
    kim = office.customer(name="Kim", parent_id=int(company))
    office.customer(name="Dock", parent_id=int(company), type="delivery")
    assert found(mapping, "company_id", "5566778899") == [company]
    shown = mapping.get(kim)
    assert (shown.name_first, shown.company) == ("Kim", "Kahvila AB")
    assert shown.company_id == written


def test_a_sole_trader_is_found_by_the_number(mapping: Mapping, office: Office) -> None:
    trader = office.customer(name="Eva Ek", company_registry="556677-8899")
    assert found(mapping, "company_id", "5566778899") == [trader]


@pytest.mark.parametrize("kept", ["199001019802", "19900101-9802", "900101-9802"])
def test_a_personal_id_is_found_however_it_was_written(
    mapping: Mapping, office: Office, kept: str
) -> None:
    anna = office.customer(x_personal_id=kept)
    assert found(mapping, "personal_id", "199001019802") == [anna]


def test_who_was_put_aside_is_nobody(mapping: Mapping, office: Office) -> None:
    gone = office.customer(email="gone@example.com", active=False)
    assert found(mapping, "email", "gone@example.com") == []
    with pytest.raises(Missing):
        mapping.get(gone)
    with pytest.raises(Missing):
        mapping.update(gone, {"name_first": "Eva"})
    assert office.read("res.partner", gone, "name")["name"].startswith("Kit")


def test_an_address_below_a_contact_is_nobody(mapping: Mapping, office: Office) -> None:
    anna = office.customer(street="Storgatan 1")
    dock = office.customer(parent_id=int(anna), type="delivery", ref="M-1")
    with pytest.raises(Missing):
        mapping.get(dock)
    assert found(mapping, "member_number", "M-1") == []


# Names


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Anna Maria Svensson", "Anna Maria", "Svensson"),
        ("Madonna", "Madonna", None),
        ("Anna  Ek", "Anna ", "Ek"),
    ],
)
def test_a_name_is_split_and_joined_as_it_was(
    mapping: Mapping, office: Office, name: str, first: str, last: str | None
) -> None:
    anna = office.customer(name=name)
    shown = mapping.get(anna)
    assert (shown.name_first, shown.name_last) == (first, last)
    mapping.update(anna, {"name_last": shown.name_last, "email": "a@example.com"})
    assert office.read("res.partner", anna, "name")["name"] == name


def test_a_new_last_name_leaves_the_second_first_name(
    mapping: Mapping, office: Office
) -> None:
    anna = office.customer(name="Anna Maria Svensson")
    shown = mapping.update(anna, {"name_last": "Ek"})
    assert (shown.name_first, shown.name_last) == ("Anna Maria", "Ek")


def test_nobody_is_without_a_name(mapping: Mapping, office: Office) -> None:
    anna = office.customer(name="Anna")
    for attempt in (
        lambda: mapping.create({"email": "nameless@example.com"}),
        lambda: mapping.update(anna, {"name_first": None}),
    ):
        with pytest.raises(Invalid, match="name_first"):
            attempt()


def test_a_company_is_added_and_renamed(mapping: Mapping, office: Office) -> None:
    made = mapping.create({"company": "Kahvila AB", "company_id": "5566778899"})
    assert made.customer_id
    row = office.read("res.partner", made.customer_id, "is_company", "name")
    assert row == {
        "id": int(made.customer_id),
        "is_company": True,
        "name": "Kahvila AB",
    }
    assert (made.company, made.name_first, made.name_last) == ("Kahvila AB", None, None)
    renamed = mapping.update(made.customer_id, {"company": "Kafferi AB"})
    assert renamed.company == "Kafferi AB"
    with pytest.raises(Refused, match="must be empty for a company"):
        mapping.update(made.customer_id, {"name_first": "Kim"})


def test_a_person_may_say_for_whom_they_buy(mapping: Mapping, office: Office) -> None:
    made = mapping.create({"name_first": "Kim", "company": "Kahvila AB"})
    assert (made.name_first, made.company) == ("Kim", "Kahvila AB")
    employed = office.customer(
        name="Eva Ek", parent_id=int(office.customer(name="Kafferi", is_company=True))
    )
    for change in ({"company": "Kahvila AB"}, {"company_id": "5566778899"}):
        with pytest.raises(Refused, match="contact of a company"):
            mapping.update(employed, change)  # type: ignore[arg-type]


# Addresses


def test_a_delivery_address_does_not_become_the_contacts_own(
    mapping: Mapping, office: Office
) -> None:
    """Odoo would copy the first address below a contact that has none."""
    sent: Any = {"delivery_address": {"address": "Hamngatan 1", "country_id": "SE"}}
    anna = office.customer()
    for shown in (
        mapping.update(anna, sent),
        mapping.create({"name_first": "Eva", **sent}),
    ):
        assert shown.delivery_address
        assert shown.delivery_address.address == "Hamngatan 1"
        assert shown.delivery_address.country_id == "SE"
        assert shown.invoice_address is None


def test_only_parts_that_were_sent_are_written(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    anna = office.customer(street="Storgatan 1", zip="11122", city="Stockholm")
    dock = office.customer(
        name="Dock", parent_id=int(anna), type="delivery", street="Kajen 2"
    )
    sent: Any = {
        "invoice_address": {"city": "Solna"},
        "delivery_address": {"address2": "Port 3", "address": None},
    }
    shown = mapping.update(anna, sent)
    row = office.read("res.partner", anna, "street", "zip", "city")
    assert row == {
        "id": int(anna),
        "street": "Storgatan 1",
        "zip": "11122",
        "city": "Solna",
    }
    row = office.read("res.partner", dock, "name", "street", "street2")
    assert (row["name"], row["street"], row["street2"]) == ("Dock", False, "Port 3")
    assert shown.delivery_address
    assert shown.delivery_address.name == "Dock"


def test_an_invoice_to_somebody_else_is_an_address_of_its_own(
    mapping: Mapping, office: Office
) -> None:
    anna = office.customer(name="Anna Ek", street="Storgatan 1", city="Stockholm")
    sent: Any = {"invoice_address": {"name": "Ekonomi AB", "city": "Solna"}}
    shown = mapping.update(anna, sent).invoice_address
    assert shown
    assert (shown.name, shown.address, shown.city) == (
        "Ekonomi AB",
        "Storgatan 1",
        "Solna",
    )
    assert office.read("res.partner", anna, "city")["city"] == "Stockholm"
    same: Any = {"invoice_address": {"name": "Anna Ek"}}
    other = office.customer(name="Anna Ek", street="Storgatan 1")
    mapping.update(other, same)
    assert office.read("res.partner", other, "child_ids")["child_ids"] == []


def test_an_address_that_is_cleared_is_put_aside(
    mapping: Mapping, office: Office
) -> None:
    anna = office.customer(street="Storgatan 1")
    dock = office.customer(parent_id=int(anna), type="delivery", street="Kajen 2")
    cleared: Any = {"delivery_address": None}
    assert mapping.update(anna, cleared).delivery_address is None
    row = office.read("res.partner", dock, "active", "street")
    assert (row["active"], row["street"]) == (False, "Kajen 2")


def test_countries_and_states(mapping: Mapping, office: Office) -> None:
    anna = office.customer()
    there: Any = {
        "address": "1 Main St",
        "country_id": "US",
        "state": "california",
    }
    shown = mapping.update(anna, {"invoice_address": there}).invoice_address
    assert shown
    assert (shown.state, shown.country_id) == ("California", "US")
    moved: Any = {"invoice_address": {"country_id": "SE"}}
    shown = mapping.update(anna, moved).invoice_address
    assert shown
    assert (shown.state, shown.country_id) == (None, "SE")
    for nowhere in ({"country_id": "XX"}, {"country_id": "SE", "state": "CA"}):
        sent: Any = {"invoice_address": nowhere}
        with pytest.raises(Invalid, match="country or the state"):
            mapping.update(anna, sent)


# Twins, tags and fields


@pytest.mark.parametrize(
    ("theirs", "sent"),
    [
        ({"email": "Anna@Example.com"}, {"email": "anna@example.com"}),
        ({"mobile": "0701 23 45 67"}, {"mobile": "+46701234567"}),
        ({"ref": "M-7"}, {"member_number": "M-7"}),
        ({"x_personal_id": "900101-9802"}, {"personal_id": "199001019802"}),
    ],
)
def test_nobody_gets_what_is_somebody_elses(
    mapping: Mapping, office: Office, theirs: Any, sent: Any
) -> None:
    office.customer(**theirs)
    other = office.customer()
    for attempt in (
        lambda: mapping.create({"name_first": "New", **sent}),
        lambda: mapping.update(other, sent),
    ):
        with pytest.raises(Refused, match="already a customer"):
            attempt()


def test_consents_and_choices_are_tags(mapping: Mapping, office: Office) -> None:
    newsletter, sms = mapping.consents()
    vip = office("res.partner.category", "create", {"name": "VIP"})
    anna = office.customer(category_id=[[6, 0, [vip]]])
    roast = CustomerAdditionalOption(id="Roast", enum_values=["dark"])
    milk = CustomerAdditionalOption(id="x_milk", text="oat")
    sent: Any = {
        "consents": [newsletter.consent_id],
        "accepts_communication": ["email", "mail"],
        "additional_options": [roast, milk],
    }
    shown = mapping.update(anna, sent)
    assert shown.consents == [newsletter.consent_id]
    assert shown.accepts_communication == ["email", "mail"]
    assert shown.additional_options == [roast, milk]
    shown = mapping.update(
        anna,
        {
            "consents": [sms.consent_id],
            "accepts_communication": [],
            "additional_options": [CustomerAdditionalOption(id="x_milk")],
        },
    )
    assert shown.consents == [sms.consent_id]
    assert shown.additional_options == [roast]
    tags = office.read("res.partner", anna, "category_id")["category_id"]
    assert vip in tags
    assert len(tags) == 3


@pytest.mark.parametrize(
    "sent",
    [
        {"consents": ["999"]},
        {"accepts_communication": ["phone"]},
        {"additional_options": [CustomerAdditionalOption(id="Sugar", text="2")]},
        {"store_id_home": "200"},
    ],
)
def test_what_is_not_kept_is_said_so(
    mapping: Mapping, office: Office, sent: Any
) -> None:
    with pytest.raises(Invalid):
        mapping.update(office.customer(), sent)


def test_who_is_added_speaks_the_shops_language(
    connect: Connect, configure: Configure, office: Office
) -> None:
    swedish = connect(
        configure(**{"currency: SEK": "currency: SEK\n      language: sv_SE"})
    )
    made = swedish.create({"name_first": "Åsa"})
    assert office.read("res.partner", made.customer_id, "lang")["lang"] == "sv_SE"


# Several companies


def test_each_company_has_its_customers_and_those_of_all(
    connect: Connect, configure: Configure, office: Office, odoo: FakeOdoo
) -> None:
    other = odoo.tables.add("res.company", name="Other", country_id=196)
    user = odoo.tables.rows["res.users"][3]
    odoo.tables.change("res.users", user["id"], company_ids=[1, other])
    odoo.tables.commit()
    mine = connect(configure(**{"currency: SEK": "currency: SEK\n      company: 1"}))
    made = mine.create({"name_first": "Åsa", "email": "asa@example.com"})
    assert (
        office.read("res.partner", made.customer_id, "company_id")["company_id"][0] == 1
    )
    theirs = odoo.tables.add(
        "res.partner", name="Eva", email="eva@example.com", company_id=other
    )
    everybodys = office.customer(email="all@example.com")
    assert found(mine, "email", "all@example.com") == [everybodys]
    assert found(mine, "email", "eva@example.com") == []
    with pytest.raises(Missing):
        mine.get(str(theirs))
    assert mine.create({"name_first": "Eva", "email": "eva@example.com"}).email


# When it goes wrong half way


def test_an_address_that_could_not_be_filled_is_not_called_undone(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    anna = office.customer()
    sent: Any = {"delivery_address": {"address": "Hamngatan 1"}}
    with (
        odoo.failing("res.partner write", "odoo.exceptions.ValidationError"),
        pytest.raises(OutcomeUnknown),
    ):
        mapping.update(anna, sent)
    assert office.read("res.partner", anna, "street")["street"] is False
