"""What the POS sends, loaded strictly.

An error names the property and the reason, and never repeats a value: what the POS
sends is personal data, and error texts end up on screens and in logs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, cast

from marshmallow import Schema, ValidationError

from bridge.errors import Garbled, Invalid
from bridge.language import Situation, _
from bridge.model import CustomerProperties, SearchKey, SearchKeyType
from bridge.spi.identity import identifiers, search_key
from bridge.spi.identity.birthday import born
from bridge.spi.identity.phone import e164
from bridge.spi.schemas.customer import AddressSchema, CustomerSchema
from bridge.spi.schemas.fields.times import NO_DAY
from bridge.spi.schemas.labels import problem, together
from bridge.spi.schemas.parts import Parts
from bridge.spi.schemas.redeem import Basket, RedeemSchema, SearchQuerySchema
from bridge.spi.schemas.required import missing

FIRST = 3
"""How many problems of one list an error tells; of all else it tells each."""

NEW = CustomerSchema()
CHANGED = CustomerSchema(dump_only=("store_id_home",))
REDEEM = RedeemSchema()
SEARCH = SearchQuerySchema()

NO_PHONE = _(
    "must be a phone number with its area code, or with + and its country code"
)

MORE = _("{number} more")

UNCERTAIN = {"phone": NO_PHONE, "mobile": NO_PHONE, "birthday": NO_DAY}
"""What is said of a property whose value may mean several things, or nothing."""

ADDRESSES = ("invoice_address", "delivery_address")

CHECKS = {
    "personal_id": identifiers.personal_id_checks,
    "company_id": identifiers.company_id_checks,
}

LISTS = ("accepts_communication", "consents", "additional_options")


def load_search(
    parameters: Mapping[str, str], country: str, *, today: date | None = None
) -> SearchKey:
    """Return the key to search for, normalised for the site's country.

    Raise ``Invalid`` without a key, or for a key type that the SPI does not have.
    """
    query = _load(SEARCH, dict(parameters))
    if not query["key"].strip():
        raise Invalid(_("Type something to search for."))
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
    body: object,
    country: str,
    *,
    creating: bool,
    required: Sequence[str] | None = (),
    today: date | None = None,
) -> CustomerProperties:
    """Return what the POS wants a customer to have, normalised for the site's country.

    What was not sent is absent.  ``None`` and ``[]`` clear; a new customer has nothing
    to clear, so there null and "" are as good as absent, and must have what is
    ``required``.  Raise ``Invalid``, with all that is not right as it stands.
    """
    properties, problems = _read(NEW if creating else CHANGED, body)
    given = [name for name in UNCERTAIN if properties.get(name) is not None]
    _normalise(properties, country, today or datetime.now(UTC).date())
    problems += [
        problem(name, UNCERTAIN[name]) for name in given if not properties[name]
    ]
    if creating:
        wrong = {one.partition(":")[0].partition(".")[0] for one in problems}
        there = properties | dict.fromkeys(wrong, True)
        problems += missing(there, required)
        properties = {
            name: value for name, value in properties.items() if value is not None
        }
    if problems:
        raise Invalid(_sentence(problems))
    for name in LISTS:
        if properties.get(name, ()) is None:
            properties[name] = []
    return cast(CustomerProperties, properties)


def load_card(
    card: Mapping[str, Any], country: str, *, today: date | None = None
) -> CustomerProperties:
    """Return what a till would say that sends back a card as it was shown.

    In the spelling of a request, so that the two can be compared.  A bound on how much
    a till may send does not matter here, and what no till could send is left out.
    """
    properties: dict[str, Any] = {}
    for name in card.keys() & CHANGED.load_fields.keys():
        field, shown = CHANGED.load_fields[name], card[name]
        with suppress(ValidationError):
            properties[name] = (
                [field.element.deserialize(one) for one in shown]
                if isinstance(field, Parts)
                else field.deserialize(shown)
            )
    _normalise(properties, country, today or datetime.now(UTC).date())
    return cast(CustomerProperties, properties)


def checked(numbers: Mapping[str, Any], country: str) -> dict[str, bool]:
    """Return for each national number whether it is valid, where anybody can tell.

    For a log: it decides nothing, because countries give numbers out that are not.
    """
    answers = {
        f"{name}_valid": check(numbers[name], country)
        for name, check in CHECKS.items()
        if numbers.get(name)
    }
    return {name: valid for name, valid in answers.items() if valid is not None}


def _normalise(properties: dict[str, Any], country: str, today: date) -> None:
    """Bring into their one spelling, in place, the properties that have one."""
    spell: dict[str, Callable[[Any], Any]] = {
        "personal_id": lambda typed: identifiers.personal_id(typed, country, today),
        "company_id": lambda typed: identifiers.company_id(typed, country, today),
        "phone": lambda typed: e164(typed, country),
        "mobile": lambda typed: e164(typed, country, mobile=True),
        "birthday": lambda moment: born(moment, country),
        "accepts_communication": lambda ways: list(dict.fromkeys(ways)),
        "consents": lambda ids: list(dict.fromkeys(ids)),
    }
    for name in ADDRESSES:
        if properties.get(name):
            AddressSchema.agree(properties[name], country)
    for name in spell.keys() & properties.keys():
        if properties[name] is not None:
            properties[name] = spell[name](properties[name])


def _load(schema: Schema, body: object) -> Any:
    loaded, problems = _read(schema, body)
    if problems:
        raise Invalid(_sentence(problems))
    return loaded


def _read(schema: Schema, body: object) -> tuple[Any, list[str]]:
    """Return what is right of a body, and what is wrong with the rest."""
    if not isinstance(body, dict):
        raise Garbled(detail="The body must be a JSON object.")
    try:
        return schema.load(body), []
    except ValidationError as error:
        return dict(error.valid_data or {}), list(_problems(error.messages))


def _sentence(problems: list[str]) -> str:
    """Put problems into one sentence; of a long list that is all wrong, the first."""
    told: list[str] = []
    lists: dict[str, int] = {}
    for one in problems:
        name, _dot, rest = one.partition(":")[0].partition(".")
        if rest[:1].isdigit():
            lists[name] = lists.get(name, 0) + 1
            if lists[name] > FIRST:
                continue
        told.append(one)
    told += [
        problem(name, Situation(MORE, number=n - FIRST))
        for name, n in lists.items()
        if n > FIRST
    ]
    return together(told)


def _problems(messages: Any, path: str = "") -> Iterator[str]:
    """Flatten marshmallow's messages into "invoice_address.country_id: must be ..."."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            # What is wrong with a whole object is told under the object's own name.
            step = "" if name == "_schema" else f".{name}"
            yield from _problems(inner, path + step)
    else:
        for message in messages:
            yield problem(path[1:], message)
