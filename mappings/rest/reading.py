"""From the CRM's answer to the SPI's objects: expressions, tables, forms.

Compiled once into plain functions of a record.  A record that does not have what an
object cannot do without raises one of the errors that the bridge takes for an odd
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from mappings.rest.description.parts import Case, Value
from mappings.rest.expressions import Expression, exact
from mappings.rest.kinds import Kind, properties, required
from mappings.rest.problems import Place
from mappings.rest.templates import as_text

Read = Callable[[Any], Any]

Fields = Mapping[str, str | Value]

CODES = {
    *("accepts_communication", "color", "country_id", "currency_code", "gender"),
    "type",
}
"""Properties that are a word of the SPI's, or one that everybody knows."""

Tables = Mapping[str, Mapping[str, Any]]


class Reader:
    """Compiles what a file says of answers; ``tables`` are those with names."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def record(self, kind: type, fields: Fields, place: Place) -> Read:
        """Compile an object of the SPI: a function from a record of the CRM to it."""
        members = self.members(kind, fields, place)
        return lambda record: kind(**members(record))

    def members(
        self, kind: type, fields: Fields, place: Place
    ) -> Callable[[Any], dict[str, Any]]:
        """Compile the properties of an object, by their names."""
        known = properties(kind)
        place.among(fields, known)
        for name in sorted(required(kind) - fields.keys()):
            place.wrong(f"{name} is missing: the SPI wants it")
        reads = [
            (name, self.value(known[name], one, place / name))
            for name, one in fields.items()
            if name in known
        ]

        def read(record: Any) -> dict[str, Any]:
            if not isinstance(record, dict):
                raise TypeError("a record is no object")
            return {name: one(record) for name, one in reads}

        return read

    def rows(self, kind: type, fields: Fields, rows: Any, place: Place) -> Read:
        """Compile a list of objects: a function from an answer."""
        found = (place / "rows").expression(rows)
        read = self.record(kind, fields, place / "fields")
        return lambda answer: [read(one) for one in rows_of(found(answer))]

    def value(self, kind: Kind, said: str | Value, place: Place) -> Read:
        """Compile one property."""
        if not isinstance(said, Value):
            if kind.objects:
                place.wrong("needs fields or cases of its own")
            return self._coded(place.expression(said), place)
        rows = None if said.rows is None else (place / "rows").expression(said.rows)
        found = self._coded((place / "value").expression(said.value), place)
        if said.fields or said.cases:
            return self._objects(kind, said, rows or found, place)
        if kind.objects:
            place.wrong("needs fields or cases of its own")
        return self._plain(said, rows or found, place)

    def table(self, said: str | Mapping[str, Any], place: Place) -> Mapping[str, Any]:
        """Return a table, or the one of that name."""
        if not isinstance(said, str):
            return _by_words(said)
        if said not in self._tables:
            place.wrong(f"there is no table {said} in tables")
        return _by_words(self._tables.get(said, {}))

    def _coded(self, found: Expression, place: Place) -> Expression:
        if place.path.rpartition(".")[2] in CODES:
            place.codes.update(found.names)
        return found

    def _plain(self, said: Value, found: Expression, place: Place) -> Read:
        form = FORMS[said.form] if said.form else None
        if said.table is None:
            if form is None:
                return found
            make = form
            return lambda record: _unless_null(make, found(record))
        table, default = self.table(said.table, place / "table"), said.default
        place.knows(found, table)

        def read(record: Any) -> Any:
            word = found(record)
            return default if word is None else table.get(as_text(word), default)

        return read

    def _objects(
        self, kind: Kind, said: Value, found: Expression, place: Place
    ) -> Read:
        if not kind.objects:
            place.wrong("is no object: it cannot have fields")
            return found
        cases = said.cases or (Case(fields=said.fields),)
        if said.cases and said.fields:
            place.wrong("has either fields or cases")
        choices = [
            self._case(kind, one, (place / "cases")[at] if said.cases else place)
            for at, one in enumerate(cases)
        ]

        def read(record: Any) -> Any:
            for when, make in choices:
                if when.holds(record):
                    return make(record)
            raise ValueError("no case holds")

        if not kind.many:
            return lambda record: _unless_null(read, found(record))
        return lambda record: _each(read, found(record))

    def _case(self, kind: Kind, case: Case, place: Place) -> tuple[Expression, Read]:
        target = kind.named(case.type)
        if target is None:
            (place / "type").wrong("must say which of the SPI's types it is")
            target = kind.objects[0]
        when = (place / "when").expression(case.when)
        return when, self.record(target, case.fields, place / "fields")


def _by_words(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with true and false as JSON writes them."""
    spelled = {"True": "true", "False": "false"}
    return {spelled.get(word, word): one for word, one in table.items()}


def rows_of(found: Any) -> list[Any]:
    """Return a list; ``TypeError`` for anything else, which is not an empty one."""
    if not isinstance(found, list):
        raise TypeError("what should be a list is none")
    return found


def _each(read: Read, found: Any) -> list[Any] | None:
    return None if found is None else [read(one) for one in rows_of(found)]


def _unless_null(read: Read, found: Any) -> Any:
    return None if found is None else read(found)


def _cents(value: Any) -> Decimal:
    if isinstance(value, bool) or exact(value) != exact(value).to_integral_value():
        raise ValueError("cents are a whole number")
    return exact(value) / 100


def _milliseconds(value: Any) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(value))


FORMS: dict[str, Read] = {
    "cents": _cents,
    "milliseconds": _milliseconds,
    "text": as_text,
}
