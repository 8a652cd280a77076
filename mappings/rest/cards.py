"""A customer's card: the CRM's record of them, and parts that are read beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bridge.model import (
    BonusCheck,
    Customer,
    CustomerSection,
    Promotion,
    unread,
)
from mappings.rest.asking import Asked, Conversation
from mappings.rest.description.verbs import Card, Get, Part
from mappings.rest.problems import Place
from mappings.rest.reading import Reader

KINDS: dict[str, type] = {
    "promotions": Promotion,
    "bonus_checks": BonusCheck,
    "sections": CustomerSection,
}

BENEFITS = {"promotions": "promotions", "bonus_checks": "bonus checks"}
"""Parts that must never be taken for none, as a person calls them."""

Json = dict[str, Any]


class Cards:
    """Reads and puts together what the POS shows of a customer."""

    def __init__(
        self, card: Card, get: Get | None, reader: Reader, place: Place
    ) -> None:
        own = place / "customer"
        self._members = reader.members(Customer, card.fields, own / "fields")
        asked = place.having("customer_id", "context")
        self._get = Asked(get, asked / "get") if get else None
        record = get.record if get else "@"
        self._record = (place / "get" / "record").expression(record)
        self._parts = {
            name: _Part(name, part, reader, _within(own / name, asked))
            for name in KINDS
            if (part := getattr(card, name)) is not None
        }
        for name in {*self._parts} & {*card.fields}:
            (own / name).wrong("is in fields as well: remove one of the two")
        self._none: Json = {
            name: []
            for name in BENEFITS
            if name not in self._parts and name not in card.fields
        }
        self._unread = dict.fromkeys(self._parts)

    @property
    def can_get(self) -> bool:
        """Whether a customer can be read by their id."""
        return self._get is not None

    def read(
        self, talk: Conversation, scope: Mapping[str, Any], record: Any = None
    ) -> Customer:
        """Read a card, but for the record itself where it is there already."""
        if not self._parts:
            return self.shown(talk, record or self._whole(talk, scope))
        first = (lambda: record) if record else (lambda: self._whole(talk, scope))
        reads = [part.reading(talk, scope) for part in self._parts.values()]
        record, *parts = talk.upstream.together(first, *reads)
        return self.shown(talk, record, dict(zip(self._parts, parts, strict=True)))

    def shown(
        self, talk: Conversation, record: Any, parts: Mapping[str, Any] | None = None
    ) -> Customer:
        """Put a card together; what is not in ``parts`` could not be read."""
        members = {**self.members(talk, record), **(parts or self._unread)}
        missing = [
            word for name, word in BENEFITS.items() if members.get(name, []) is None
        ]
        if missing:
            members["status"] = unread(*missing, known=members.get("status"))
        return talk.understood(lambda: Customer(**members))

    def members(self, talk: Conversation, record: Any) -> Json:
        """Return what the record itself says."""
        return self._none | talk.understood(lambda: self._members(record))

    def _whole(self, talk: Conversation, scope: Mapping[str, Any]) -> Any:
        assert self._get is not None
        answer = self._get.ask(talk, scope)
        return talk.understood(lambda: _object(self._record(answer)))


class _Part:
    """One part, with its own request."""

    def __init__(self, name: str, said: Part, reader: Reader, place: Place) -> None:
        self._what = BENEFITS.get(name, name)
        self._asked = Asked(said, place)
        self._rows = reader.rows(KINDS[name], said.fields, said.rows, place)
        self._needed = said.needed

    def reading(
        self, talk: Conversation, scope: Mapping[str, Any]
    ) -> Callable[[], Any]:
        """Return what reads it; without it there is a card, unless it is needed."""

        def read() -> Any:
            answer = self._asked.ask(talk, scope)
            return talk.understood(lambda: self._rows(answer))

        return read if self._needed else talk.upstream.optional(read, self._what)


def _object(found: Any) -> Any:
    if not isinstance(found, dict) or not found:
        raise TypeError("a customer is no object")
    return found


def _within(place: Place, scope: Place) -> Place:
    return place.having(*(scope.scope or ()))
