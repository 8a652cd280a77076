"""A party of Tryton's as the SPI's customer.

A party has one name, any number of addresses, contact mechanisms and identifiers, and
categories.  It has no gender, birthday, home store or further choices: those are kept
as contact mechanisms of the type "other" under a name, which need no module, are seen
and searched in Tryton's own client, and go when Tryton's wizard erases the party.
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge import model
from bridge.model import Customer
from mappings.tryton.addresses import ADDRESS, PURPOSES, address, address_for
from mappings.tryton.options import Options
from mappings.tryton.protocol import Json

PARTY = (
    *("name", "categories.name", "categories.parent.name"),
    *("contact_mechanisms.type", "contact_mechanisms.value", "contact_mechanisms.name"),
    *("identifiers.type", "identifiers.code", *ADDRESS),
)
MECHANISMS = ("email", "phone", "mobile")
NOTES = {"gender": "Gender:", "birthday": "Birthday:", "store_id_home": "Home store:"}
"""Names with a colon, which no additional option's id has."""

CHANNELS = ("email", "sms", "mail")
NAMES = ("name_first", "name_last", "company")


def customer(party: Json, options: Options) -> Customer:
    # Backwards, so that of two with one name the first is shown, as of the others.
    notes = {row["name"]: row["value"] for row in party["contact_mechanisms"][::-1]}
    consents = below(options.consents_category, party["categories"])
    ways = below(options.communication_category, party["categories"])
    shown: Json = {
        **dict(zip(NAMES, names(party, options), strict=True)),
        **{kind: mechanism(party, kind) for kind in MECHANISMS},
        **{key: identifier(party, kind) for key, kind in options.identifiers.items()},
        **{key: address(address_for(party, one)) for key, one in PURPOSES.items()},
        **{key: notes.get(name) for key, name in NOTES.items()},
    }
    return Customer(
        customer_id=str(party["id"]),
        consents=[str(row["id"]) for row in consents],
        accepts_communication=[row["name"] for row in ways if row["name"] in CHANNELS],
        additional_options=[
            choice(option, notes[option.id])
            for option in declared(options)
            if option.id in notes
        ],
        **shown,
    )


def mechanism(party: Json, kind: str) -> str | None:
    rows = party["contact_mechanisms"]
    return next((row["value"] for row in rows if row["type"] == kind), None)


def identifier(party: Json, kind: str | None) -> str | None:
    rows = party["identifiers"]
    return next((row["code"] for row in rows if row["type"] == kind), None)


def names(party: Json, options: Options) -> tuple[str | None, str | None, str | None]:
    """Return first name, last name and company.

    Tryton has one name for whoever it is.  A person's company is whom their invoices
    are made out to; a party with a company's number and no such name is the company.
    """
    name = party["name"] or ""
    company = (address_for(party, "invoice") or {}).get("party_name")
    kind = options.company_id_type
    if not company and kind and identifier(party, kind):
        company = name
    if company and company == name:
        return None, None, company
    first, _, last = name.rpartition(" ") if " " in name else (name, "", "")
    return first or None, last or None, company or None


def below(root: str, categories: list[Json]) -> list[Json]:
    """Return the categories right below a root one."""
    return [row for row in categories if (row["parent"] or {}).get("name") == root]


def choice(
    option: model.AdditionalOption, value: str
) -> model.CustomerAdditionalOption:
    if option.type == "text":
        return model.CustomerAdditionalOption(id=option.id, text=value)
    return model.CustomerAdditionalOption(id=option.id, enum_values=value.split(","))


def declared(options: Options) -> Iterable[model.AdditionalOption]:
    return (one for section in options.additional_options for one in section.options)
