"""What an update would change: what a till sends, less what the card showed.

A till sends the whole card back when one property of it was corrected.  A card cannot
show everything that a CRM has, and a customer must not lose what it left out.  So both
sides are brought into the one spelling that a request gets, and only what differs then
is for the CRM: what was never shown is never written over, and never cleared.

This is decided here alone; a mapping is told the outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from bridge.model import (
    AddressProperties,
    Customer,
    CustomerAdditionalOption,
    CustomerProperties,
)
from bridge.spi.schemas.customer import CustomerSchema
from bridge.spi.schemas.fields.property import Wrong
from bridge.spi.schemas.fields.texts import Id
from bridge.spi.schemas.incoming import load_card
from bridge.spi.schemas.outgoing import answer_customer
from bridge.spi.schemas.parts import Parts

SAME = object()
"""Nothing of a property is to be written."""

Compare = Callable[[Any, Any], Any]
"""Takes what was sent and what was shown; returns what to write, or ``SAME``."""


def difference(
    sent: CustomerProperties,
    customer: Customer,
    country: str,
    *,
    today: date | None = None,
) -> CustomerProperties:
    """Return what is to be written so that ``customer`` becomes what was sent.

    ``customer`` is as the CRM has it now.  What was not sent is absent, as is what was
    sent just as the card shows it, in whatever spelling.  Raise ``Unpresentable`` for a
    customer whose card could not be shown at all: nobody can have corrected it.
    """
    card = answer_customer(customer, country, lambda name, what: None)
    shown = load_card(card, country, today=today)
    found: dict[str, Any] = {}
    for name, wanted in sent.items():
        written = COMPARE.get(name, _value)(wanted, shown.get(name))
        if written is not SAME:
            found[name] = written
    for name in LISTS & found.keys():
        found[name] = _kept(name, getattr(customer, name), found[name], country)
    return cast(CustomerProperties, found)


def _value(sent: Any, shown: Any) -> Any:
    return SAME if _bare(sent) == _bare(shown) else sent


def _bare(value: Any) -> Any:
    """Leave out what nobody sees of a text: blanks around it, or all of it."""
    return (value.strip() or None) if isinstance(value, str) else value


def _address(sent: AddressProperties | None, shown: AddressProperties | None) -> Any:
    """Return the parts that differ.  Of an address that was emptied nothing stays."""
    if not sent:
        return None if shown else SAME
    had: dict[str, Any] = dict(shown or {})
    wanted: dict[str, Any] = dict(sent)
    names = [*wanted, *(name for name in had if name not in wanted)]
    parts = {
        name: wanted.get(name)
        for name in names
        if _bare(wanted.get(name)) != _bare(had.get(name))
    }
    return parts or SAME


def _list(sent: list[Any], shown: list[Any] | None) -> Any:
    """Compare without regard to order: neither list has one."""
    return SAME if set(sent) == set(shown or ()) else [*sent]


def _answers(
    sent: list[CustomerAdditionalOption], shown: list[CustomerAdditionalOption] | None
) -> Any:
    """Return the answers that differ; one that was shown and is gone is cleared."""
    wanted = {answer.id: answer for answer in sent}
    had = {answer.id: answer for answer in shown or ()}
    gone = [name for name in had if name not in wanted]
    answers = [
        _whole(name, wanted.get(name))
        for name in [*wanted, *gone]
        if _said(wanted.get(name)) != _said(had.get(name))
    ]
    return answers or SAME


def _said(answer: CustomerAdditionalOption | None) -> Any:
    if answer is None:
        return frozenset(), None
    return frozenset(answer.enum_values or ()), _bare(answer.text)


def _whole(
    name: str, answer: CustomerAdditionalOption | None
) -> CustomerAdditionalOption:
    values, text = _said(answer)
    if answer is None or not (values or text):
        return CustomerAdditionalOption(id=name, enum_values=[])
    return answer


def _kept(name: str, there: Any, listed: list[Any], country: str) -> list[Any]:
    """Return a list with what of it in the CRM no card can show.

    Ids are the CRM's own: one that is shown in another spelling would be lost there.
    """
    field = CustomerSchema._declared_fields[name]
    assert isinstance(field, Parts)
    present = field.element.presenter(name)
    own: dict[Any, Any] = {}
    unshown: list[Any] = []
    for one in there if isinstance(there, list | tuple) else ():
        try:
            own.setdefault(present(one, country, lambda name, what: None), one)
        except Wrong:
            unshown.append(one)
    ids = isinstance(field.element, Id)
    kept = [own.get(one, one) if ids else one for one in listed]
    return kept + [one for one in unshown if one not in kept]


COMPARE: dict[str, Compare] = {
    "invoice_address": _address,
    "delivery_address": _address,
    "accepts_communication": _list,
    "consents": _list,
    "additional_options": _answers,
}

LISTS = {"accepts_communication", "consents"}
"""Lists that are handed over whole."""
