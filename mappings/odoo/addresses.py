"""A contact's addresses as the two that the SPI knows, and back.

The invoice address is the contact's own, unless there is one below it of the type
"invoice"; the delivery address is one below it of the type "delivery".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bridge import model
from bridge.errors import Invalid
from mappings.odoo.protocol import Domain, Json, either, exactly

TYPES = {"invoice_address": "invoice", "delivery_address": "delivery"}
PARTS = {"address": "street", "address2": "street2", "zip": "zip", "city": "city"}
PLACED = (*PARTS.values(), "state_id", "country_id")
ADDRESS = (*PARTS.values(), "state_id", "country_code")
"""What is read of an address; of one below a contact, its type and name besides."""

BELOW = ("type", "name", *ADDRESS)

COUNTRY_IN_STATE = re.compile(r" \([A-Z]{2}\)$")
"""Odoo writes a state as ``California (US)``."""


@dataclass(frozen=True)
class Places:
    """The countries and states that are named, as Odoo has them."""

    countries: list[Json]
    states: list[Json]

    def country(self, code: str | None) -> int | bool:
        """Return a country's id; ``False`` is how Odoo writes nothing."""
        return _id(code, [row for row in self.countries if row["code"] == code])

    def state(self, name: str | None, country: str | None) -> int | bool:
        spelled = (name or "").casefold()
        found = [
            row
            for row in self.states
            if spelled in (row["name"].casefold(), row["code"].casefold())
            and _country_of(row) == country
        ]
        return _id(name, found)


@dataclass(frozen=True)
class Moves:
    """What makes a contact's addresses what was sent."""

    own: Json = field(default_factory=dict)
    """Fields of the contact."""

    below: list[list[Any]] = field(default_factory=list)
    """Commands for the addresses below it."""

    later: list[Json] = field(default_factory=list)
    """Addresses to be put below it in two steps.

    The first address below a contact without one of its own becomes the contact's, too
    (``_handle_first_contact_creation``, res_partner.py, 18.0): unless it is empty when
    it is added.
    """


def below(rows: list[Json], key: str) -> Json | None:
    """Return the address of its own that a contact has for something."""
    return next((row for row in rows if row["type"] == TYPES[key]), None)


def address(row: Json | None, *, named: bool = True) -> model.Address | None:
    """Return what the SPI shows; a contact's own address has the contact's name."""
    if row is None:
        return None
    found = model.Address(
        **{ours: row[theirs] or None for ours, theirs in PARTS.items()},
        name=(row["name"] or None) if named else None,
        state=COUNTRY_IN_STATE.sub("", row["state_id"][1]) if row["state_id"] else None,
        country_id=row["country_code"] or None,
    )
    return None if found == model.Address() else found


def shown(contact: Json, rows: list[Json], key: str) -> model.Address | None:
    row = below(rows, key)
    if row is None and key == "invoice_address":
        return address(contact, named=False)
    return address(row)


def moves(sent: Json, contact: Json, rows: list[Json], places: Places) -> Moves:
    """Return how the addresses become what was sent: only parts that were are written.

    Whom an invoice address of its own is made out to, Odoo keeps below the contact.
    """
    found = Moves()
    for key in (key for key in TYPES if key in sent):
        parts, row = sent[key], below(rows, key)
        if parts is None:
            parts = dict.fromkeys((*PARTS, "name", "state", "country_id"))
        if key == "invoice_address" and row is None:
            if not _names_another(parts, contact):
                found.own.update(_written(parts, contact, places))
                continue
            parts = _parts(contact) | parts
        _below(found, row, TYPES[key], parts, places)
    own = {name: contact[name] for name in (*PARTS.values(), "state_id")} | found.own
    if not any(own.values()) and not contact["country_code"]:
        _postpone(found)
    return found


def countries_in(sent: Json) -> Domain:
    """Return which countries are named, as a domain; empty for none."""
    codes = {one["country_id"] for one in _sent(sent) if one.get("country_id")}
    return [["code", "in", sorted(codes)]] if codes else []


def states_in(sent: Json) -> Domain:
    """Return which states are named, as a domain; empty for none."""
    names = sorted({one["state"] for one in _sent(sent) if one.get("state")})
    return either(
        [[what, "=ilike", exactly(name)] for name in names for what in ("name", "code")]
    )


def _below(
    found: Moves, row: Json | None, type_: str, parts: Json, places: Places
) -> None:
    """Add what is to become of one address below a contact; an empty one is put aside.

    What was put aside can be had back in Odoo, so that less than deleting will do.
    """
    values = _written(parts, row, places)
    if "name" in parts:
        values["name"] = parts["name"] or False
    now = {name: row[name] for name in ("name", *ADDRESS)} if row else {}
    if values.get("country_id") is False:
        now["country_code"] = False
    if not any((now | values).values()):
        if row:
            found.below.append([1, row["id"], {"active": False}])
    elif row:
        found.below.append([1, row["id"], values])
    else:
        found.below.append([0, 0, {"type": type_, **values}])


def _postpone(found: Moves) -> None:
    added = [command for command in found.below if command[0] == 0]
    for command in added:
        found.below.remove(command)
        found.later.append(command[2])


def _written(parts: Json, row: Json | None, places: Places) -> Json:
    """Return Odoo's fields for the parts of an address that were sent."""
    values = {PARTS[name]: parts[name] or False for name in PARTS if name in parts}
    country = parts.get("country_id", row["country_code"] if row else None) or None
    if "country_id" in parts:
        values["country_id"] = places.country(parts["country_id"])
    if "state" in parts:
        values["state_id"] = places.state(parts["state"], country)
    elif row and row["state_id"] and country != row["country_code"]:
        # A state of another country is none: Odoo's own form drops it as well.
        values["state_id"] = False
    return values


def _names_another(parts: Json, contact: Json) -> bool:
    return bool(parts.get("name")) and parts["name"] != contact["name"]


def _parts(contact: Json) -> Json:
    """Return a contact's own address, as far as it goes, as the SPI's parts."""
    own = address(contact, named=False)
    if own is None:
        return {}
    names = (*PARTS, "state", "country_id")
    return {name: getattr(own, name) for name in names if getattr(own, name)}


def _sent(sent: Json) -> Iterator[Json]:
    return (sent[key] for key in TYPES if sent.get(key))


def _country_of(state: Json) -> str | None:
    """Return the code of a state's country, which Odoo shows behind its name."""
    found = re.search(r"\(([A-Z]{2})\)$", state["display_name"])
    return found[1] if found else None


def _id(name: str | None, found: list[Json]) -> int | bool:
    if name and not found:
        raise Invalid("country_id: the country or the state is not known")
    return int(found[0]["id"]) if name else False
