"""Two systems behind one site: customers in one CRM, their benefits in another.

To the rest of the bridge the two are one mapping, made of the verbs that each offers;
neither knows of the other.  A customer card is put together from both, side by side
wherever the one need not wait for the other.  Benefits that cannot be read are said to
be so, and never shown as none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bridge.deadline import Deadline
from bridge.errors import CannotRedeem, NotFound, Refused
from bridge.language import Situation, _
from bridge.mapping import ALL_AT_ONCE, ONE_BY_ONE, Mapping, offers
from bridge.model import (
    Context,
    Customer,
    CustomerProperties,
    CustomerStatus,
    SearchKey,
    SearchKeyType,
    unread,
)
from bridge.site.settings import FoundBy
from bridge.site.system import System

Spell = Callable[[SearchKeyType, str], SearchKey]
"""Writes a value as a search key: as the POS's own are, so that it is found."""

CARDS = ("search", "get", "create", "update")
"""Verbs of the customers' system whose answer the benefits belong to."""

CUSTOMERS = ("transactions", "consents", "additional_options", "lookup")
"""Verbs that are the customers' system's alone."""

BENEFITS = (*ONE_BY_ONE, *ALL_AT_ONCE, "prepare", "holds")
"""Verbs that are the other system's alone."""

NOTHING = Customer(promotions=[], bonus_checks=[])
"""What is shown of somebody whom the system of the benefits does not know."""

SEVERAL = _("Several customers have this. Call support.")

UNKNOWN = _(
    "Can't redeem: this customer is not known where promotions are kept. Call support."
)


@dataclass(frozen=True)
class Pairing:
    """Which two systems, and how a customer of the one is found in the other."""

    customers: System
    benefits: System
    found_by: FoundBy
    spell: Spell

    @cached_property
    def mapping_class(self) -> type[Pair]:
        """What the two can do together."""
        return paired(self.customers.mapping_class, self.benefits.mapping_class)

    def mapping(self, context: Context, deadline: Deadline) -> Mapping:
        """Return both as one mapping object, for one request."""
        customers = self.customers.mapping(context, deadline)
        benefits = self.benefits.mapping(context, deadline)
        return self.mapping_class(customers, benefits, self)


class Pair(Mapping):
    """Both systems of a site, as one mapping object for one request."""

    def __init__(self, customers: Mapping, benefits: Mapping, pairing: Pairing) -> None:
        super().__init__(None, customers.upstream, customers.context)
        self.customers = customers
        self.benefits = benefits
        self.irreversible = benefits.irreversible
        self._found_by = pairing.found_by
        self._spell = pairing.spell

    def holder(self, customer_id: str) -> str:
        """Return a customer's id in the system of the benefits, or raise why not."""
        if self._found_by == "customer_id":
            return customer_id
        value = getattr(self.customers.get(customer_id), self._found_by)
        found = self._known(value) if value else NOTHING
        if not found.customer_id:
            raise CannotRedeem(UNKNOWN)
        return found.customer_id

    # What makes a card

    def _search(self, key: SearchKey) -> list[Customer]:
        if key.key_type.value != self._found_by:
            return self._first_with_benefits(self.customers.search(key))
        found, benefits = self._side_by_side(
            lambda: self.customers.search(key), lambda: self._known(key.key)
        )
        if not all(self._is(one, key) for one in found[:1]):
            # Found by another address of theirs: those are not this card's benefits.
            return self._first_with_benefits(list(found))
        return [*(_card(one, benefits) for one in found[:1]), *found[1:]]

    def _get(self, customer_id: str) -> Customer:
        if self._found_by != "customer_id":
            return self._with_benefits(self.customers.get(customer_id))
        customer, benefits = self._side_by_side(
            lambda: self.customers.get(customer_id), lambda: self._known(customer_id)
        )
        return _card(customer, benefits)

    def _create(self, properties: CustomerProperties) -> Customer:
        return self._with_benefits(self.customers.create(properties))

    def _update(self, customer_id: str, properties: CustomerProperties) -> Customer:
        return self._with_benefits(self.customers.update(customer_id, properties))

    def _first_with_benefits(self, found: list[Customer]) -> list[Customer]:
        """Complete the best match alone: the POS shows no other."""
        return [self._with_benefits(one) for one in found[:1]] + found[1:]

    def _with_benefits(self, customer: Customer) -> Customer:
        value = getattr(customer, self._found_by)
        if not value:
            return _card(customer, NOTHING)
        (benefits,) = self.upstream.together(self._optional(lambda: self._known(value)))
        return _card(customer, benefits)

    def _known(self, value: str) -> Customer:
        """Read somebody in the system of the benefits; ``NOTHING`` for a stranger."""
        try:
            if self._found_by == "customer_id":
                return self.benefits.get(value)
            found = self.benefits.search(self._key(value))
        except NotFound:
            return NOTHING
        if len(found) > 1:
            # Somebody else's promotions must not be shown, nor spent.
            raise Refused(SEVERAL)
        return found[0] if found else NOTHING

    def _is(self, customer: Customer, key: SearchKey) -> bool:
        value = getattr(customer, self._found_by)
        return bool(value) and self._key(value) == key

    def _key(self, value: str) -> SearchKey:
        return self._spell(SearchKeyType(self._found_by), value)

    def _side_by_side(
        self, customers: Callable[[], Any], benefits: Callable[[], Customer]
    ) -> Sequence[Any]:
        return self.upstream.together(customers, self._optional(benefits))

    def _optional(self, read: Callable[[], Customer]) -> Callable[[], Customer | None]:
        return self.upstream.optional(read, "benefits")

    # Health

    def probe(self) -> None:
        """Make sure of both."""
        self.customers.probe()
        self.benefits.probe()

    def problems(self) -> list[str]:
        """Say what is wrong with either."""
        return [*self.customers.problems(), *self.benefits.problems()]


def paired(customers: type[Mapping], benefits: type[Mapping]) -> type[Pair]:
    """Return the class of what two systems can do together.

    It offers what its halves offer; so a pair whose second half redeems nothing answers
    as a mapping that redeems nothing.
    """
    verbs = {
        verb: getattr(Pair, f"_{verb}") for verb in CARDS if offers(customers, verb)
    }
    verbs |= {
        verb: _asked_of("customers", verb)
        for verb in CUSTOMERS
        if offers(customers, verb)
    }
    verbs |= {
        verb: _asked_of("benefits", verb) for verb in BENEFITS if offers(benefits, verb)
    }
    title = f"{customers.title} with {benefits.title}"
    given = {"title": title, "irreversible": benefits.irreversible}
    return type("Mapping", (Pair,), {**given, **verbs})


def _asked_of(half: str, verb: str) -> Callable[..., Any]:
    def ask(self: Pair, *asked: Any) -> Any:
        return getattr(getattr(self, half), verb)(*asked)

    return ask


def _card(customer: Customer, benefits: Customer | None) -> Customer:
    """Put a card together; ``None`` is what could not be read."""
    if benefits is None:
        status = unread("promotions", "bonus checks", known=customer.status)
        return replace(customer, promotions=None, bonus_checks=None, status=status)
    sections = [*(customer.sections or []), *(benefits.sections or [])]
    passwords = [*(customer.voucher_passwords or [])]
    passwords += [
        one for one in benefits.voucher_passwords or [] if one not in passwords
    ]
    return replace(
        customer,
        promotions=benefits.promotions,
        bonus_checks=benefits.bonus_checks,
        sections=sections if sections else customer.sections,
        voucher_passwords=passwords if passwords else customer.voucher_passwords,
        status=_both(customer.status, benefits),
    )


def _both(known: CustomerStatus | None, benefits: Customer) -> CustomerStatus | None:
    """Return the customers' own status, unless the benefits' says what is missing."""
    incomplete = benefits.promotions is None or benefits.bonus_checks is None
    if not incomplete or benefits.status is None:
        return known
    text: str = benefits.status.text
    if known and known.text:
        text = Situation("{known} {unread}", known=known.text, unread=text)
    return replace(benefits.status, text=text)
