"""What the POS would see of what a mapping returns: nothing of it may get lost.

In production the SPI edge leaves out what it cannot show, and goes on.  About a
customer whom the test itself has put there, that is a mistake in a translation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge.errors import Unpresentable
from bridge.model import Address, Customer, CustomerProperties
from bridge.spi.schemas import (
    Report,
    answer_additional_options,
    answer_consents,
    answer_customer,
    answer_customers,
    answer_lookup,
    answer_transactions,
)

Show = Callable[[Any, str, Report], Any]

ANSWERS: dict[str, Show] = {
    "search": answer_customers,
    "get": answer_customer,
    "create": answer_customer,
    "update": answer_customer,
    "lookup": answer_lookup,
    "transactions": answer_transactions,
    "consents": answer_consents,
    "additional_options": answer_additional_options,
}


def as_customer(properties: CustomerProperties) -> Customer:
    """Return a customer who has nothing but these properties."""
    given: dict[str, Any] = dict(properties)
    for name in ("invoice_address", "delivery_address"):
        if given.get(name):
            given[name] = Address(**given[name])
    return Customer(customer_id="-", **given)


def lacking(
    card: dict[str, Any], properties: CustomerProperties, country: str
) -> dict[str, Any]:
    """Return which properties a card does not show; of an address, a part is enough."""
    wanted = seen("get", as_customer(properties), country)
    del wanted["customer_id"]
    return {
        name: value
        for name, value in wanted.items()
        if not _within(value, card.get(name))
    }


def _within(wanted: Any, shown: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(shown, dict):
        # A street that no update speaks of is shown as an empty one.
        parts = {name: part for name, part in wanted.items() if part != ""}
        return bool(parts.items() <= shown.items())
    return bool(wanted == shown)


def seen(verb: str, value: object, country: str) -> Any:
    """Return the SPI's answer, or fail for what would get lost on the way."""
    lost: list[str] = []

    def report(name: str, what: str) -> None:
        if what != "repaired":
            lost.append(f"{name} is {what}")

    try:
        answer = ANSWERS[verb](value, country, report)
    except Unpresentable as error:
        raise AssertionError(f"{verb}: {error.for_support}") from None
    assert not lost, (
        f"{verb}: the POS would not see all of it, because a value is not what the SPI "
        f"allows: {'; '.join(sorted(set(lost)))}"
    )
    return answer
