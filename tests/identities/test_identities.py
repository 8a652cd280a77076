"""What people type, in sixteen countries: one form in a key, a request and a card."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bridge.errors import Invalid
from bridge.model import Address, Customer, SearchKeyType
from bridge.spi import schemas
from bridge.spi.door import body
from bridge.spi.identity.letters import written
from tests.identities.corpus import COUNTRIES, PROPERTIES, Row, rows

TODAY = date(2026, 11, 1)
NORDIC = {"SE", "NO", "FI", "DK", "IS"}

ROWS = [row for country in COUNTRIES for row in rows(country)]
EVERY = pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.country} {row.kind} {row.typed}"
)


def test_sixteen_countries_have_a_table() -> None:
    others = "DE NL GB US EE LV LT PL FR ES IT"
    assert set(COUNTRIES) == NORDIC | set(others.split())


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_table_is_long_enough_and_has_every_kind(country: str) -> None:
    table = list(rows(country))
    assert len(table) >= (25 if country in NORDIC else 10)
    assert len(set(table)) == len(table)
    without = {"vat"} if country == "US" else set()
    assert {row.kind for row in table} == PROPERTIES.keys() - without


def carded(row: Row) -> Any:
    """Return what the card shows of what the CRM has."""
    customer = Customer(customer_id="c1", **crm(row))
    card = schemas.answer_customer(customer, row.country, lambda *_: None)
    return card.get("invoice_address", card).get(row.property)


def crm(row: Row) -> dict[str, Any]:
    if row.property == "zip":
        return {"invoice_address": Address(address="x", zip=row.typed)}
    return {row.property: row.typed}


def sent(row: Row) -> Any:
    """Return what a till's request makes of it."""
    typed: Any = {row.property: row.typed}
    if row.property == "zip":
        typed = {"invoice_address": {"address": "x", **typed}}
    loaded: Any = schemas.load_customer_properties(
        body.all_written(typed), row.country, creating=True, today=TODAY
    )
    return loaded.get("invoice_address", loaded)[row.property]


@EVERY
def test_a_request_has_the_one_form_or_is_refused(row: Row) -> None:
    if row.form is None:
        with pytest.raises(Invalid, match=f"{row.property}: must be a phone number"):
            sent(row)
    else:
        assert sent(row) == row.form


@EVERY
def test_a_card_shows_the_one_form_or_nothing(row: Row) -> None:
    assert carded(row) == row.form


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.property in set(SearchKeyType)],
    ids=lambda row: f"{row.country} {row.kind} {row.typed}",
)
def test_a_key_finds_whoever_s_card_shows_it(row: Row) -> None:
    key = schemas.load_search(
        {"key": written(row.typed), "key_type": row.property}, row.country, today=TODAY
    )
    assert key.key == (row.form or row.typed)


@EVERY
def test_the_one_form_is_its_own(row: Row) -> None:
    if row.form is not None:
        again = Row(row.country, row.kind, row.form, row.form)
        assert sent(again) == carded(again) == row.form
