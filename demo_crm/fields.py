"""What a field of a contact may hold.  Anything else is refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from demo_crm.refusal import Refusal
from demo_crm.state import Json

Check = Callable[[Any], bool]

SEXES = {0, 1, 2, 9}
"""ISO/IEC 5218: not known, male, female, not applicable."""

ADDRESS = {"attention", "street", "street2", "postcode", "town", "region", "country"}
PLACES = {"billTo", "shipTo"}
LONGEST_TEXT = 1024
ATTRIBUTE = {"key", "values", "text"}
CHANNELS = {"email", "sms", "post"}


def text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT


def day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def address(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= ADDRESS
        and all(part is None or text(part) for part in value.values())
    )


def switches(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= CHANNELS
        and all(isinstance(on, bool) for on in value.values())
    )


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(text, value))


def attributes(value: Any) -> bool:
    return isinstance(value, list) and all(map(attribute, value))


def attribute(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= ATTRIBUTE
        and text(value.get("key"))
        and (value.get("values") is None or texts(value["values"]))
        and (value.get("text") is None or text(value["text"]))
    )


FIELDS: dict[str, Check] = {
    "cardNo": text,
    "givenName": text,
    "familyName": text,
    "email": lambda value: text(value) and "@" in value,
    "cell": text,
    "landline": text,
    "nationalId": text,
    "company": text,
    "orgNo": text,
    "sex": lambda value: type(value) is int and value in SEXES,
    "bornOn": day,
    "billTo": address,
    "shipTo": address,
    "optIn": switches,
    "agreements": texts,
    "attributes": attributes,
    "homeShop": text,
}
"""What a caller may write; ``null`` is always allowed and clears."""

CLEARED: dict[str, Any] = {
    "optIn": dict.fromkeys(sorted(CHANNELS), False),
    "agreements": [],
    "attributes": [],
}
"""What is left of a field that was cleared, where that is not ``null``."""


def checked(body: Json) -> Json:
    """Return the fields of ``body`` as they are kept, or refuse the first bad one."""
    only(body, *FIELDS)
    for field, value in body.items():
        if value is not None and not FIELDS[field](value):
            raise Refusal(422, "BAD_FIELD", about=field)
    return {field: kept(field, value) for field, value in body.items()}


def kept(field: str, value: Any) -> Any:
    """Return a checked value as it is kept: cleared, completed or as it is."""
    if value is None:
        return CLEARED.get(field)
    if field == "optIn":
        return CLEARED["optIn"] | value
    if field in PLACES and value.get("country"):
        return value | {"country": value["country"].lower()}
    return value


def merged(contact: Json, given: Json) -> Json:
    """Return checked fields with what stays of those that have parts."""
    whole = dict(given)
    for field in PLACES & given.keys():
        if given[field] is not None:
            place = (contact[field] or {}) | given[field]
            whole[field] = place if any(place.values()) else None
    if given.get("attributes"):
        kept = {one["key"]: one for one in contact["attributes"]}
        kept |= {one["key"]: one for one in given["attributes"]}
        whole["attributes"] = [
            one for one in kept.values() if one.get("values") or one.get("text")
        ]
    return whole


def only(body: Json, *fields: str) -> None:
    """Refuse a field that nobody asked for."""
    for field in body:
        if field not in fields:
            raise Refusal(422, "UNKNOWN_FIELD", about=field)


def text_of(body: Json, field: str) -> str:
    """Return a required text."""
    value: Any = body.get(field)
    if not text(value):
        raise Refusal(422, "BAD_FIELD", about=field)
    return str(value)
