"""From the SPI's properties to what the CRM is sent: ``${written}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bridge.errors import Invalid, _
from bridge.model import Address, CustomerAdditionalOption, CustomerProperties
from mappings.rest.description.parts import Target
from mappings.rest.kinds import properties
from mappings.rest.problems import Place
from mappings.rest.reading import Reader

Write = Callable[[Any], Any]

PLACES = ("invoice_address", "delivery_address")
LISTS = ("accepts_communication", "consents")
ANSWERS = "additional_options"

NOT_KEPT = _("is not kept in your customer system: leave it empty")
NOT_KNOWN = _("one of them is not known here: choose again")
NO_WORD = _("cannot be this in your customer system: choose again, or leave it empty")


class Writer:
    """Translates the properties that are written, each into its place."""

    def __init__(
        self, said: Mapping[str, str | Target], reader: Reader, place: Place
    ) -> None:
        place.among(said, CustomerProperties.__annotations__)
        targets = {
            name: Target(to=one) if isinstance(one, str) else one  # type: ignore[arg-type]
            for name, one in said.items()
        }
        # Parts of an address that lie beside everything else, by what clears them.
        self._beside = {
            name: dict.fromkeys(one.fields.values(), one.cleared)
            for name, one in targets.items()
            if one.fields and not one.to
        }
        self._places = {
            name: one.to.split(".")
            for name, one in targets.items()
            if name not in self._beside
        }
        self._writes = {
            name: _write(name, one, reader, place / name)
            for name, one in targets.items()
            if name in CustomerProperties.__annotations__
        }
        self._cleared = {name: one.cleared for name, one in targets.items()}
        self._check(place)

    def __call__(self, sent: CustomerProperties) -> dict[str, Any]:
        """Return what is to be written; ``Invalid`` names what the CRM cannot keep."""
        given: dict[str, Any] = {**sent}
        homeless = [name for name in given if name not in self._writes and given[name]]
        if homeless:
            raise Invalid("; ".join(f"{name}: {NOT_KEPT}" for name in homeless))
        written: dict[str, Any] = {}
        for name, write in self._writes.items():
            if name not in given:
                continue
            value = write(given[name]) if given[name] else self._cleared[name]
            if name in self._beside:
                written |= value if given[name] else self._beside[name]
            else:
                _put(written, self._places[name], value)
        return written

    def _check(self, place: Place) -> None:
        """Keep the places that are none, and those that two would be written to."""
        taken = [*self._places.items()]
        for name, parts in self._beside.items():
            taken += [(name, [part]) for part in parts]
        for at, (name, path) in enumerate(taken):
            if not all(path):
                (place / name / "to").wrong(
                    "must be a name, or names with dots between"
                )
            others = [other for _, other in taken[:at] + taken[at + 1 :]]
            if any(path == other[: len(path)] for other in others):
                (place / name / "to").wrong("something else is written to this place")


def _put(written: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        written = written.setdefault(name, {})
    written[path[-1]] = value


def _write(name: str, target: Target, reader: Reader, place: Place) -> Write:
    if target.fields:
        if name not in PLACES:
            (place / "fields").wrong("is for an address only")
        (place / "fields").among(target.fields, properties(Address))
        return _address(name, target.fields)
    if target.rows:
        if name != ANSWERS:
            (place / "rows").wrong("is for additional_options only")
        (place / "rows").among(target.rows, properties(CustomerAdditionalOption))
        return _answers(target.rows)
    if target.flags:
        if name not in LISTS:
            (place / "flags").wrong("is for a list of words only")
        return _flags(name, target.flags)
    if name in (*PLACES, ANSWERS):
        place.wrong(f"needs {'rows' if name == ANSWERS else 'fields'} of its own")
    if target.table is None:
        return _plain
    table = reader.table(target.table, place / "table")
    return _worded(name, table, as_text=target.form == "text")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _address(name: str, names: Mapping[str, str]) -> Write:
    def write(parts: Mapping[str, Any]) -> dict[str, Any]:
        homeless = [part for part in parts if part not in names and parts[part]]
        if homeless:
            raise Invalid("; ".join(f"{name}.{part}: {NOT_KEPT}" for part in homeless))
        return {names[part]: parts[part] for part in parts if part in names}

    return write


def _answers(names: Mapping[str, str]) -> Write:
    return lambda answers: [
        {theirs: getattr(one, ours) for ours, theirs in names.items()}
        for one in answers
    ]


def _flags(name: str, names: Mapping[str, str]) -> Write:
    def write(words: list[str]) -> dict[str, bool]:
        if not names.keys() >= {*words}:
            raise Invalid(f"{name}: {NOT_KNOWN}")
        return {theirs: ours in words for ours, theirs in names.items()}

    return write


def _worded(name: str, table: Mapping[str, Any], *, as_text: bool) -> Write:
    """Read a table the other way about; its own words are the CRM's."""
    theirs: dict[Any, Any] = {}
    for word, ours in table.items():
        if isinstance(ours, str):
            theirs.setdefault(ours, word if as_text else _as_it_was(word))

    def write(value: Any) -> Any:
        words = value if isinstance(value, list) else [value]
        if not theirs.keys() >= {*words}:
            raise Invalid(f"{name}: {NO_WORD}")
        found = [theirs[word] for word in words]
        return found if isinstance(value, list) else found[0]

    return write


def _as_it_was(word: str) -> Any:
    """Return a word of the CRM's, which may be a number, true or false to it."""
    if word.isascii() and word.isdigit():
        return int(word)
    return {"true": True, "false": False}.get(word, word)
