"""A customer's addresses as the two that the SPI knows, and back.

Vendure ticks one address of a customer as the default for billing, and one, maybe the
same, as that for shipping.  Ticking one takes the tick off another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from bridge import model
from bridge.errors import Invalid
from mappings.vendure.options import Options
from mappings.vendure.protocol import Json

ADDRESS = """addresses {
    id fullName streetLine1 streetLine2 city province postalCode country { code }
    defaultBillingAddress defaultShippingAddress
}"""

PURPOSES = {
    "invoice_address": "defaultBillingAddress",
    "delivery_address": "defaultShippingAddress",
}
PARTS = {
    "name": "fullName",
    "address": "streetLine1",
    "address2": "streetLine2",
    "zip": "postalCode",
    "city": "city",
    "state": "province",
}

COUNTRIES = """query ($codes: [String!]!) {
    countries(options: { filter: { code: { in: $codes } } }) { items { code } }
}"""

CREATE = "createCustomerAddress(customerId: $customer, input: ${0}) {{ id }}"
UPDATE = "updateCustomerAddress(input: ${0}) {{ id }}"
INPUTS = {CREATE: "CreateAddressInput", UPDATE: "UpdateAddressInput"}

Move = tuple[str, Json]
"""``CREATE`` or ``UPDATE``, and its input."""


def address_for(customer: Json, tick: str) -> Json | None:
    rows: list[Json] = customer["addresses"]
    return next((row for row in rows if row[tick]), None)


def address(row: Json | None) -> model.Address | None:
    if row is None:
        return None
    parts = {ours: row[theirs] or None for ours, theirs in PARTS.items()}
    return model.Address(**parts, country_id=row["country"]["code"])


def moves(sent: Json, customer: Json, options: Options) -> Iterator[Move]:
    """Yield the changes that make a customer's addresses what was sent.

    What is cleared only loses its tick: to delete an address, Vendure asks for the
    right to delete customers.  Of an address with both ticks, the other one stays, and
    the one that moves gets a copy.
    """
    for key, tick in PURPOSES.items():
        if key not in sent:
            continue
        row, parts = address_for(customer, tick), sent[key]
        other = next(one for one in PURPOSES.values() if one != tick)
        if parts is None:
            if row:
                yield UPDATE, {"id": row["id"], tick: False}
        elif row and not row[other]:
            yield UPDATE, {"id": row["id"], **values(parts)}
        else:
            shown = address(row)
            whole = (asdict(shown) if shown else {}) | parts
            yield CREATE, {tick: True, **located(values(whole), options.country)}


def mutation(chosen: Sequence[Move]) -> str:
    """Return the GraphQL that makes changes, with variables ``move0``, ``move1``."""
    named = {f"move{place}": kind for place, (kind, _) in enumerate(chosen)}
    declared = [f"${name}: {INPUTS[kind]}!" for name, kind in named.items()]
    if CREATE in named.values():  # what is declared must be used
        declared.append("$customer: ID!")
    members = [f"{name}: {kind.format(name)}" for name, kind in named.items()]
    return f"mutation ({', '.join(declared)}) {{ {' '.join(members)} }}"


def values(parts: Json) -> Json:
    """Return Vendure's fields for the parts that are to be written.

    It has no address without a country: one that is cleared stays what it was.
    """
    written = {PARTS[name]: parts[name] or "" for name in PARTS if name in parts}
    if parts.get("country_id"):
        written["countryCode"] = parts["country_id"]
    return written


def located(written: Json, otherwise: str) -> Json:
    """Return the fields of a new address, which must have a street and a country."""
    country = written.get("countryCode") or otherwise
    if not country:
        raise Invalid("country_id: is required")
    return {"streetLine1": "", **written, "countryCode": country}


def countries_in(chosen: Sequence[Move]) -> list[str]:
    return sorted(
        {given["countryCode"] for _, given in chosen if "countryCode" in given}
    )
