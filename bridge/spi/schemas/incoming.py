"""What the POS sends, loaded strictly.

An error names the property and the reason, and never repeats a value: what the POS
sends is personal data, and error texts end up on screens and in logs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from marshmallow import Schema, ValidationError

from bridge.errors import Invalid
from bridge.model import Address, CustomerProperties, SearchKey, SearchKeyType
from bridge.spi import identifiers, search_key
from bridge.spi.phone import e164
from bridge.spi.schemas.customer import CustomerSchema
from bridge.spi.schemas.redeem import Basket, RedeemSchema, SearchQuerySchema

FIRST = 5
"""How many problems an error tells: a cashier reads no more."""

NEW = CustomerSchema()
CHANGED = CustomerSchema(dump_only=("store_id_home",))
REDEEM = RedeemSchema()
SEARCH = SearchQuerySchema()

PHONES = ("phone", "mobile")
LISTS = ("accepts_communication", "consents", "additional_options")


def load_search(
    parameters: Mapping[str, str], country: str, *, today: date | None = None
) -> SearchKey:
    """Return the key to search for, normalised for the site's country.

    Raise ``Invalid`` without a key, or for a key type that the SPI does not have.
    """
    query = _load(SEARCH, dict(parameters))
    if not query["key"].strip():
        raise Invalid("key: must not be empty")
    key_type = SearchKeyType(query["key_type"])
    return search_key.normalise(key_type, query["key"], country, today=today)


def load_redeem(body: object) -> Basket:
    """Return what is to be redeemed.  Raise ``Invalid`` for anything but two lists."""
    return cast(Basket, _load(REDEEM, body))


def body_customer_id(body: object) -> str | None:
    """Return the customer_id that a body has in it, though it is read-only."""
    customer_id = body.get("customer_id") if isinstance(body, dict) else None
    return customer_id if isinstance(customer_id, str) and customer_id else None


def load_customer_properties(
    body: object, country: str, *, creating: bool, today: date | None = None
) -> CustomerProperties:
    """Return what the POS wants a customer to have, normalised for the site's country.

    What was not sent is absent.  ``None`` and ``[]`` clear; a new customer has nothing
    to clear, so there null and "" are as good as absent.  Raise ``Invalid`` for what is
    not right as it stands.
    """
    properties = _load(NEW if creating else CHANGED, body)
    dialled = [name for name in PHONES if properties.get(name) is not None]
    _normalise(properties, country, today or datetime.now(UTC).date())
    lost = [
        f"{name}: must be a phone number" for name in dialled if not properties[name]
    ]
    if lost:
        raise Invalid(_sentence(lost))
    if creating:
        properties = {
            name: value for name, value in properties.items() if value is not None
        }
    for name in LISTS:
        if properties.get(name, ()) is None:
            properties[name] = []
    return cast(CustomerProperties, properties)


def _normalise(properties: dict[str, Any], country: str, today: date) -> None:
    """Bring into their one spelling, in place, the properties that have one."""
    spell: dict[str, Callable[[Any], Any]] = {
        "member_number": str.strip,
        "personal_id": lambda typed: identifiers.personal_id(typed, country, today),
        "company_id": lambda typed: identifiers.company_id(typed, country, today),
        "phone": lambda typed: e164(typed, country),
        "mobile": lambda typed: e164(typed, country),
        "accepts_communication": lambda ways: list(dict.fromkeys(ways)),
        "consents": lambda ids: list(dict.fromkeys(ids)),
        # An address with nothing in it is none.
        "invoice_address": lambda address: address if address != Address() else None,
        "delivery_address": lambda address: address if address != Address() else None,
    }
    for name in spell.keys() & properties.keys():
        if properties[name] is not None:
            properties[name] = spell[name](properties[name])


def _load(schema: Schema, body: object) -> Any:
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object.")
    try:
        return schema.load(body)
    except ValidationError as error:
        raise Invalid(_sentence(list(_problems(error.messages)))) from None


def _sentence(problems: list[str]) -> str:
    told = "; ".join(problems[:FIRST])
    more = len(problems) - FIRST
    return f"{told}; and {more} more" if more > 0 else told


def _problems(messages: Any, path: str = "") -> Iterator[str]:
    """Flatten marshmallow's messages into "invoice_address.country_id: must be ..."."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            # What is wrong with a whole object is told under the object's own name.
            step = "" if name == "_schema" else f".{name}"
            yield from _problems(inner, path + step)
    else:
        for message in messages:
            yield f"{path[1:]}: {message}" if path else message
