"""A whole file, compiled: everything that its verbs need, and all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.mapping import Signals
from bridge.model import (
    AdditionalOption,
    AdditionalOptionEnumValue,
    AdditionalOptionsSection,
    Consent,
    Customer,
    Transaction,
)
from mappings.rest.asking import Asked, Conversation
from mappings.rest.cards import Cards
from mappings.rest.description.shape import Description, Signs
from mappings.rest.description.verbs import Catalogue, Change, Rows
from mappings.rest.finding import Finder
from mappings.rest.paging import Paging
from mappings.rest.problems import NOTHING, Place
from mappings.rest.reading import Reader, rows_of
from mappings.rest.refusals import Explainer
from mappings.rest.spending import Spender
from mappings.rest.templates import path
from mappings.rest.writing import Writer

CARDS = ("search", "get", "create", "update")


class Crm:
    """What a file describes.  ``problems`` says what is wrong with it."""

    def __init__(self, said: Description) -> None:
        self.problems: list[str] = []
        place = Place(self.problems)
        self.page = (
            path(said.crm_url, (place / "crm_url").having("customer_id"))
            if said.crm_url
            else None
        )
        reader = Reader(said.tables)
        self.signals = _signals(said.signals, place / "signals")
        self.explain = Explainer(said.refusals, reader, place / "refusals")
        self.cards = (
            Cards(said.customer, said.get, reader, place) if said.customer else None
        )
        self.search = Finder(said.search, place / "search") if said.search else None
        self.rereads = bool(said.search and said.search.reread)
        writer = Writer(said.written, reader, place / "written")
        self.create = (
            Changing(said.create, writer, place / "create") if said.create else None
        )
        self.update = (
            Changing(said.update, writer, (place / "update").having("customer_id"))
            if said.update
            else None
        )
        self.transactions = (
            Listed(said.transactions, Transaction, reader, place / "transactions")
            if said.transactions
            else None
        )
        self.consents = _catalogue(said, "consents", Consent, reader, place)
        self.additional_options = _catalogue(
            said, "additional_options", AdditionalOptionsSection, reader, place
        )
        self.lookup = (
            LookedUp(
                Finder(said.lookup, place / "lookup"),
                reader.record(
                    Customer, said.lookup.fields, place / "lookup" / "fields"
                ),
            )
            if said.lookup
            else None
        )
        self.redeem = Spender(said.redeem, place / "redeem") if said.redeem else None
        self.irreversible = said.redeem.irreversible if said.redeem else frozenset()
        self.probe = (
            Asked(said.probe, (place / "probe").having("context"))
            if said.probe
            else None
        )
        place.names.update(self.signals.faults)
        self.vocabulary = place.vocabulary
        self._check(said, place)

    def _check(self, said: Description, place: Place) -> None:
        """Keep what is wrong between the sections."""
        wanted = [verb for verb in CARDS if getattr(said, verb) is not None]
        if wanted and said.customer is None:
            (place / "customer").wrong(f"is missing: {wanted[0]} shows one")
        if not said.get:
            for verb in wanted:
                if getattr(getattr(said, verb), "reread", False):
                    (place / verb / "reread").wrong("needs get")
        shows = said.customer
        if shows and "customer_id" not in shows.fields:
            (place / "customer" / "fields" / "customer_id").wrong(
                "is missing: nothing finds the customer again"
            )
        if (said.create or said.update) and not said.written:
            (place / "written").wrong("is missing: where do the properties go?")
        if said.create and said.create.reread and said.create.customer_id is None:
            (place / "create" / "customer_id").wrong("is missing: who is read?")


class Changing:
    """A verb that writes a customer."""

    def __init__(self, said: Change, writer: Writer, place: Place) -> None:
        self.written = writer
        self.asked = Asked(said, place.having("written", "context"))
        self.record = (place / "record").expression(said.record)
        self.reread = said.reread
        text = said.customer_id
        self.customer_id = (
            NOTHING if text is None else (place / "customer_id").expression(text)
        )


class Listed:
    """A list that is read page by page."""

    def __init__(self, said: Rows, kind: type, reader: Reader, place: Place) -> None:
        found = (place / "rows").expression(said.rows)
        paging = Paging(said.next, found, place / "next") if said.next else None
        self.asked = Asked(said, place.having("customer_id", "context"), paging)
        self.rows = reader.rows(kind, said.fields, said.rows, place)


class LookedUp:
    """People of a register."""

    def __init__(self, finder: Finder, read: Any) -> None:
        self.finder = finder
        self.read = read


class Offered:
    """What can be agreed to or chosen."""

    def __init__(
        self, said: Catalogue, kind: type, reader: Reader, place: Place
    ) -> None:
        self._fixed = _fixed(said, kind, place)
        self._asked = None
        if said.fixed is None:
            if said.rows is None:
                (place / "rows").wrong("is missing: where is the list in the answer?")
            self._asked = Asked(said, place.having("context"))
            self._rows = reader.rows(kind, said.fields, said.rows or "@", place)

    def read(self, talk: Conversation, scope: Mapping[str, Any]) -> list[Any]:
        """Return the list."""
        if self._asked is None:
            return [*self._fixed]
        answer = self._asked.ask(talk, scope)
        return talk.understood(lambda: self._rows(answer))


def _catalogue(
    said: Description, verb: str, kind: type, reader: Reader, place: Place
) -> Offered | None:
    section = getattr(said, verb)
    return Offered(section, kind, reader, place / verb) if section else None


def _fixed(said: Catalogue, kind: type, place: Place) -> list[Any]:
    """Return what stands in the file itself."""
    if said.fixed is None:
        return []
    if said.path or said.rows or said.fields:
        (place / "fixed").wrong("stands in the place of a request: remove one of them")
    made = []
    for at, one in enumerate(said.fixed):
        try:
            made.append(_made(kind, one))
        except (TypeError, KeyError, ValueError):
            (place / "fixed")[at].wrong(f"is no {kind.__name__} of the SPI")
    return made


INNER: dict[type, dict[str, type]] = {
    AdditionalOptionsSection: {"options": AdditionalOption},
    AdditionalOption: {"enum_options": AdditionalOptionEnumValue},
}


def _made(kind: type, said: Any) -> Any:
    inner = INNER.get(kind, {})
    given = {
        name: [_made(inner[name], each) for each in rows_of(one)]
        if name in inner and one is not None
        else one
        for name, one in {**said}.items()
    }
    return kind(**given)


def _signals(said: Signs, place: Place) -> Signals:
    throttled = set()
    for status, text in said.throttled.items():
        if not (status.isascii() and status.isdigit()):
            (place / "throttled" / status).wrong("is no HTTP status")
            continue
        throttled.add((int(status), str(text)))
    return Signals(
        throttled=frozenset(throttled),
        retry_after=tuple(map(str, said.retry_after)),
        retry_at=tuple(map(str, said.retry_at)),
        faults=tuple(map(str, said.faults)),
    )
