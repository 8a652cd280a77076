"""A party's addresses as the two that the SPI knows, and back.

An address of Tryton's is ticked for invoices, for deliveries, for both or for neither,
and bears the name of the company that an invoice is made out to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from bridge import model
from bridge.errors import Invalid
from mappings.tryton.protocol import Domain, Json, exactly

ADDRESS = tuple(
    f"addresses.{name}"
    for name in (
        *("attn", "party_name", "street", "postal_code", "city", "subdivision.name"),
        *("country.code", "invoice", "delivery"),
    )
)
STRUCTURE: Json = dict.fromkeys(
    (
        *("street_name", "building_name", "building_number", "unit_number"),
        *("floor_number", "room_number", "post_box", "private_bag", "post_office"),
    )
)
"""The parts of a street: as long as one is there, Tryton shows nothing else."""

PURPOSES = {"invoice_address": "invoice", "delivery_address": "delivery"}
PARTS = {"name": "attn", "zip": "postal_code", "city": "city"}
"""What is only called something else; street, state and country are more than that."""

EMPTIED = dict.fromkeys(field.name for field in fields(model.Address))
"""An address that was cleared."""


@dataclass(frozen=True)
class Places:
    """The countries and states that are named, as Tryton has them."""

    countries: list[Json]
    subdivisions: list[Json]

    def country(self, code: str | None) -> int | None:
        return _id(code, [row for row in self.countries if row["code"] == code])

    def subdivision(self, state: str | None, country: str | None) -> int | None:
        return _id(
            state, [row for row in self.subdivisions if _is(row, state, country)]
        )


def countries_in(sent: Json, party: Json) -> Domain:
    """Return which countries are named, as a domain; empty for none."""
    codes = {one.country_id for one in _wanted(sent, party) if one.country_id}
    return [["code", "in", sorted(codes)]] if codes else []


def subdivisions_in(sent: Json, party: Json) -> Domain:
    """Return which states are named, as a domain; empty for none."""
    meant = [_meant(one) for one in _wanted(sent, party) if one.state]
    return ["OR", *meant] if meant else []


def address_for(party: Json, purpose: str) -> Json | None:
    """Return the address with the purpose's tick; for invoices, any without ticks."""
    rows: list[Json] = party["addresses"]
    found = [row for row in rows if row[purpose]]
    if purpose == "invoice":
        found += [row for row in rows if not row["invoice"] and not row["delivery"]]
    return found[0] if found else None


def address(row: Json | None) -> model.Address | None:
    """Return what the SPI shows; a structured street is put together by Tryton."""
    if row is None:
        return None
    first, rest = lines(row)
    found = model.Address(
        address=first or None,
        address2=rest.replace("\n", ", ") or None,
        name=row["attn"] or None,
        zip=row["postal_code"] or None,
        city=row["city"] or None,
        state=row["subdivision"] and row["subdivision"]["name"],
        country_id=row["country"] and row["country"]["code"],
    )
    return None if found == model.Address() else found


def lines(row: Json | None) -> tuple[str, str]:
    """Return the first line of a street, and the others as they are."""
    first, _, rest = ((row and row["street"]) or "").partition("\n")
    return first, rest


def address_changes(sent: Json, party: Json, places: Places) -> Domain:
    """Return the commands that make a party's addresses what was sent.

    Of one address that serves both purposes, only what was sent may change: the purpose
    that moves gets a copy.
    """
    commands: list[Any] = []
    for key, purpose in PURPOSES.items():
        row = address_for(party, purpose)
        name = row and row["party_name"]
        new = {"party_name": name}
        if purpose == "invoice" and "company" in sent:
            new["party_name"] = sent["company"]
        moved = key in sent and bool(row or sent[key])
        if not moved and new["party_name"] == name:
            continue
        if moved:
            emptied = sent[key] is None
            parts = dict(EMPTIED if emptied else sent[key])
            if emptied and purpose == "delivery":
                new["party_name"] = None
            if row and row["invoice"] and row["delivery"]:
                commands.append(["write", [row["id"]], {purpose: False}])
                parts = parts_of(row) | parts
                row[purpose], row = False, None
            new |= _values(parts, row, places)
        if row:
            gone = moved and emptied and not new["party_name"]
            change = {"active": False} if gone else {purpose: True, **new}
            commands.append(["write", [row["id"]], change])
        elif any(new.values()):
            commands.append(["create", [{purpose: True, **new}]])
    return commands


def parts_of(row: Json | None) -> Json:
    """Return the parts of an address that the SPI shows, under its names."""
    shown = address(row)
    return {} if shown is None else asdict(shown)


def _values(parts: Json, row: Json | None, places: Places) -> Json:
    """Return Tryton's fields; the parts of a street go only if another one comes."""
    whole = parts_of(row) | parts
    values = {PARTS[name]: parts[name] for name in PARTS if name in parts}
    if parts.keys() & {"address", "address2"}:
        first, rest = lines(row)
        first = (parts["address"] or "") if "address" in parts else first
        rest = (parts["address2"] or "") if "address2" in parts else rest
        street = "\n".join(filter(None, (first, rest)))
        values |= {"street_unstructured": street, **STRUCTURE}
    if parts.keys() & {"country_id", "state"}:
        country, state = whole.get("country_id"), whole.get("state")
        values["country"] = places.country(country)
        values["subdivision"] = places.subdivision(state, country)
    return values


def _wanted(sent: Json, party: Json) -> Iterable[model.Address]:
    """Return the addresses that are written to, as they shall be."""
    for key, purpose in PURPOSES.items():
        if sent.get(key):
            had = parts_of(address_for(party, purpose))
            yield model.Address(**had | sent[key])


def _meant(one: model.Address) -> Domain:
    """Find a state by its name or by its code: ``CA`` is ``US-CA`` in Tryton."""
    named = ["name", "ilike", exactly(one.state or "")]
    coded = ["code", "ilike", exactly(f"{one.country_id}-{one.state}")]
    return [["country.code", "=", one.country_id], ["OR", named, coded]]


def _is(row: Json, state: str | None, country: str | None) -> bool:
    names = (row["name"].casefold(), row["code"].casefold())
    spelled = (state or "").casefold()
    within = row["country"]["code"] == country
    return within and (spelled in names or f"{country}-{spelled}".casefold() in names)


def _id(name: str | None, found: list[Json]) -> int | None:
    if name and not found:
        raise Invalid("country_id: the country or the state is not known")
    return found[0]["id"] if name else None
