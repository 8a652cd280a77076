"""Reads the tables beside it: what people type in a country, and its one form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLES = Path(__file__).parent
COUNTRIES = sorted(table.stem.upper() for table in TABLES.glob("*.txt"))

ROW = re.compile(r"(?P<kind>\w+) +\| (?P<typed>.*?) *\| (?P<form>.*?) +# .+")
"""The comment at its end says where the number, or the rule, is from."""

ESCAPED = re.compile(r"\\u([0-9a-f]{4})")

PROPERTIES = {
    "mobile": "mobile",
    "phone": "phone",
    "personal_id": "personal_id",
    "company_id": "company_id",
    "vat": "company_id",
    "postcode": "zip",
}
"""Which property a kind of row is about."""


@dataclass(frozen=True)
class Row:
    """One line of a table; ``\\u200b`` in it is the character."""

    country: str
    kind: str
    typed: str
    form: str | None
    """``None`` where it is refused, and left out of a card."""

    @property
    def property(self) -> str:
        return PROPERTIES[self.kind]


def rows(country: str) -> Iterator[Row]:
    """Return the rows of a country's table."""
    for line in (TABLES / f"{country.lower()}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        match = ROW.fullmatch(line)
        assert match, f"{country}: no row, or one without a source: {line}"
        typed = ESCAPED.sub(lambda code: chr(int(code[1], 16)), match["typed"])
        yield Row(country, match["kind"], typed, _form(match["form"], typed))


def _form(said: str, typed: str) -> str | None:
    word, colon, why = said.partition(": ")
    if not colon:
        return said
    assert word in {"refused", "as typed"}, said
    assert why, said
    return typed if word == "as typed" else None
