"""A contact of Odoo's as the SPI's customer.

Community has one name for a contact, and neither gender nor birthday nor anything for
consents: those are tags, and fields that a retailer adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge import model
from bridge.model import Customer
from mappings.odoo.addresses import ADDRESS, TYPES, shown
from mappings.odoo.options import Options
from mappings.odoo.protocol import Json

PLAIN = {
    "email": "email",
    "mobile": "mobile",
    "phone": "phone",
    "member_number": "ref",
    "company_id": "company_registry",
}
NAMES = ("name_first", "name_last", "company")
NAMED = ("name", "is_company", "parent_id", "commercial_company_name")
CHANNELS = ("email", "sms", "mail")


def fields(options: Options) -> tuple[str, ...]:
    """Return what is read of a contact."""
    own = (*options.fields.values(), *options.own_fields)
    return (*NAMED, *PLAIN.values(), "category_id", *ADDRESS, *own)


def customer(
    contact: Json, rows: list[Json], tags: list[Json], options: Options
) -> Customer:
    """``rows`` are the addresses below the contact, ``tags`` those of the site."""
    has = set(contact["category_id"])
    kept: Json = dict(zip(NAMES, names(contact), strict=True))
    for ours, theirs in (PLAIN | options.fields).items():
        kept[ours] = contact[theirs] or None
    places: Json = {key: shown(contact, rows, key) for key in TYPES}
    ways = {tag["name"] for tag in below(options.communication_tag, tags, has)}
    return Customer(
        customer_id=str(contact["id"]),
        **kept,
        **places,
        consents=[str(tag["id"]) for tag in below(options.consents_tag, tags, has)],
        accepts_communication=[way for way in CHANNELS if way in ways],
        additional_options=[*_choices(contact, tags, has, options)],
    )


def names(contact: Json) -> tuple[str | None, str | None, str | None]:
    """Return first name, last name and company.

    Odoo Community has one name for whoever it is.  The last word is the last name, so
    that a second first name stays one; a company has no other names.
    """
    name, company = contact["name"] or "", contact["commercial_company_name"] or None
    if contact["is_company"]:
        return None, None, name or company
    first, _, last = name.rpartition(" ") if " " in name else (name, "", "")
    return first or None, last or None, company


def below(root: str, tags: list[Json], only: set[int] | None = None) -> list[Json]:
    """Return the tags right below a root one, or which of them are in a set."""
    return [
        tag
        for tag in tags
        if root_of(tag) == root and (only is None or tag["id"] in only)
    ]


def root_of(tag: Json) -> str | None:
    """Return the name of the tag above; Odoo shows it with those above that one."""
    above = tag["parent_id"]
    return above[1].rpartition(" / ")[2] if above else None


def _choices(
    contact: Json, tags: list[Json], has: set[int], options: Options
) -> Iterator[model.CustomerAdditionalOption]:
    for option in options.choices:
        kept: Any = contact.get(option.id) or None
        if option.type == "text":
            answer: Json = {"text": kept}
        elif option.id in options.own_fields:
            answer = {"enum_values": kept.split(",") if kept else []}
        else:
            chosen = below(option.id, tags, has)
            answer = {"enum_values": [tag["name"] for tag in chosen]}
        if any(answer.values()):
            yield model.CustomerAdditionalOption(id=option.id, **answer)
