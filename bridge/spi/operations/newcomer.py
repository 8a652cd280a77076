"""How a mapping adds one customer, and how it looks for them where that is unsure."""

from __future__ import annotations

from bridge.errors import NotFound
from bridge.mapping import Mapping, offers
from bridge.model import (
    Address,
    Customer,
    CustomerProperties,
    SearchKey,
    SearchKeyType,
)
from bridge.redeem import Addition
from bridge.spi import schemas
from bridge.spi.door.edge import Asked
from bridge.spi.operations.written import surely

NAMES = ("name_first", "name_last", "company")


def addition(asked: Asked, properties: CustomerProperties) -> Addition:
    """Return how to add a customer, to search for them and to show them."""
    mapping, country = asked.mapping, asked.site.country

    def create() -> Customer:
        asked.still_there()
        return surely(mapping, lambda: mapping.create(properties))

    def show(customer_id: str) -> Customer:
        if offers(type(mapping), "get"):
            return mapping.get(customer_id)
        return as_sent(customer_id, properties)

    return Addition(create, lambda: find(mapping, properties, country), show)


def as_sent(customer_id: str, properties: CustomerProperties) -> Customer:
    """Return a customer of a CRM that shows none: what was sent is what is known."""
    given: dict[str, object] = dict(properties)
    for name in ("invoice_address", "delivery_address"):
        parts = given.get(name)
        given[name] = Address(**parts) if isinstance(parts, dict) else None
    return Customer(customer_id=customer_id, **given)  # type: ignore[arg-type]


def find(
    mapping: Mapping, properties: CustomerProperties, country: str
) -> Customer | None:
    """Search by each thing that a customer is found by.

    Somebody of another name is not who was added, though they share a phone.
    """
    if not offers(type(mapping), "search"):
        return None
    keys = {one: properties.get(one.value) for one in SearchKeyType}
    named = {name: properties.get(name) for name in NAMES}
    for key_type, key in keys.items():
        for found in _found(mapping, SearchKey(key_type, str(key))) if key else ():
            if not schemas.difference(named, found, country):  # type: ignore[arg-type]
                return found
    return None


def _found(mapping: Mapping, key: SearchKey) -> list[Customer]:
    try:
        return mapping.search(key)[:1]
    except NotFound:
        return []
