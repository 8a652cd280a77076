"""Whether what a verb came to is true, after something went wrong on the way.

An error says whether the CRM may have changed, and the till and the redeem kernel act
on it.  So the question is never whether a verb failed, but whether what it says is so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from bridge.errors import (
    AccessRefused,
    BridgeError,
    NotDone,
    NotFound,
    OutcomeUnknown,
    RequestError,
    Unavailable,
    Unpresentable,
    UpstreamError,
)
from bridge.model import Customer
from bridge.testing.bench import Outcome
from bridge.testing.faults import Fault

READ_ERRORS: dict[str, tuple[type[Exception], ...]] = {
    "401": (AccessRefused, Unavailable),
    "403": (AccessRefused, Unavailable),
    "404": (NotDone, NotFound, Unpresentable),
    "409": (NotDone, Unpresentable),
}
"""What a read may raise after each fault; where nothing stands, ``CANNOT_SAY``."""

CANNOT_SAY = (Unavailable, Unpresentable)

WRITE_ERRORS: dict[str, tuple[type[Exception], ...]] = {
    "401": (AccessRefused, Unavailable),
    "403": (AccessRefused, Unavailable),
    "404": (NotDone, NotFound),
    "409": (NotDone,),
    "429": (Unavailable,),
}
"""The same for a write, besides ``OutcomeUnknown``; else ``Unavailable``."""

PARTS = ("promotions", "bonus_checks")
"""What must never look as if there were none."""


def lies_of_a_read(fault: Fault, clean: Any, outcome: Outcome) -> Iterator[str]:
    """Yield what is not true of a read that met a fault; ``clean`` is what it reads."""
    error = outcome.error
    if error is None:
        yield from _lies_of_a_value(fault, clean, outcome.value)
    elif not isinstance(error, BridgeError):
        yield _escaped(error)
    elif isinstance(error, OutcomeUnknown):
        yield (
            "raised OutcomeUnknown, but a read changes nothing: say reads=True where a "
            "POST only reads"
        )
    elif not isinstance(error, READ_ERRORS.get(fault.name, CANNOT_SAY)):
        yield f"raised {_named(error)}, but the CRM has not said that"


def lies_of_a_write(fault: Fault, done: bool | None, outcome: Outcome) -> Iterator[str]:
    """Yield what is not true of a write that met a fault.

    ``done`` says whether it has happened, ``None`` where that cannot be found out.
    """
    error, trip = outcome.error, outcome.trip
    if error is None:
        if done is False:
            yield "returned as if it had happened, but it has not"
        return
    if not isinstance(error, BridgeError):
        yield _escaped(error)
    elif not isinstance(error, UpstreamError | RequestError):
        yield (
            f"raised {_named(error)}, which does not say whether the CRM may have "
            "changed: raise OutcomeUnknown"
        )
    elif not isinstance(error, OutcomeUnknown):
        if done or (done is None and not fault.telling and trip.writes(trip.place)):
            yield (
                f"raised {_named(error)}, which says that nothing has happened, but it "
                "may have: raise OutcomeUnknown"
            )
        elif not isinstance(error, _write_errors(fault, outcome)):
            yield f"raised {_named(error)}, but the CRM has not said that"
    elif fault.telling and trip.place == 0:
        yield "raised OutcomeUnknown, but the CRM has said no to the only request"


def _write_errors(fault: Fault, outcome: Outcome) -> tuple[type[Exception], ...]:
    """Return what says "it has not happened" truly, whatever else was asked."""
    trip = outcome.trip
    if trip.place < len(trip.calls) - 1:
        return (UpstreamError, RequestError)  # what was asked later may have told more
    return WRITE_ERRORS.get(fault.name, (Unavailable,))


def _lies_of_a_value(fault: Fault, clean: Any, value: Any) -> Iterator[str]:
    if clean is None:
        if fault.name != "empty":  # nothing to read is nothing to be read wrongly
            yield "returned as if all was well"
    elif value == clean:
        return
    elif fault.name == "404" and (value is None or value == []):
        return  # the CRM has said that there is none
    elif _are_customers(clean) and (value == [] or _are_customers(value)):
        yield from _lies_of_cards(_listed(clean), _listed(value))
    else:
        yield "returned as if all was well, but it cannot know that"


def _lies_of_cards(clean: list[Customer], cards: list[Customer]) -> Iterator[str]:
    if len(cards) < len(clean):
        yield "returned nobody, but it cannot know that"
    for whole, card in zip(clean, cards, strict=False):
        names = [one.name for one in dataclasses.fields(Customer)]
        differing = [n for n in names if getattr(card, n) != getattr(whole, n)]
        for name in differing:
            if getattr(card, name) is not None and name != "status":
                yield f"shows other {name} than there are: None says that it was unread"
        unread = [name for name in PARTS if name in differing]
        told = card.status is not None and card.status.text
        if unread and not ("status" in differing and told):
            yield f"does not say in the status that it could not read {unread[0]}"


def _are_customers(value: Any) -> bool:
    return bool(_listed(value)) and all(
        isinstance(one, Customer) for one in _listed(value)
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _escaped(error: Exception) -> str:
    return f"let {type(error).__name__} escape ({error})"


def _named(error: BridgeError) -> str:
    return type(error).__name__
