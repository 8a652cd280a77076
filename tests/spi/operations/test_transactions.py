from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bridge.errors import AccessRefused, Elsewhere, Missing, Throttled, Unavailable
from bridge.model import Transaction, TransactionItem
from tests.spi.till import error_of

COAT = TransactionItem(
    sku="1", product_name="Kappa", quantity=1, total="490", vat="98", vat_value=25
)
BOUGHT = Transaction(
    date_created=datetime(2021, 11, 18, 12, 47, 55, tzinfo=UTC),
    store_name="Malmö",
    currency_code="SEK",
    items=[COAT],
)


def test_purchases_are_shown_as_the_spi_wants_them(till, crm):
    crm.answers["transactions"] = [BOUGHT]
    response = till.get("/customers/c1/transactions")
    assert response.status_code == 200
    (shown,) = response.json
    assert shown["date_created"] == 1637239675
    assert shown["items"][0]["total"] == "490.00"
    assert crm.calls == [("transactions", "c1")]


def test_no_decimal_is_left_in_the_json(till, crm):
    item = replace(COAT, total=Decimal("1E+2"), vat_value=Decimal("12.5"))
    crm.answers["transactions"] = [replace(BOUGHT, items=[item])]
    (shown,) = till.get("/customers/c1/transactions").json
    assert shown["items"][0]["total"] == "100.00"
    assert shown["items"][0]["vat_value"] == 12.5


def test_a_purchase_that_cannot_be_shown_does_not_hide_the_others(till, crm):
    crm.answers["transactions"] = [replace(BOUGHT, currency_code="kronor"), BOUGHT]
    assert len(till.get("/customers/c1/transactions").json) == 1


def test_when_none_can_be_shown_that_is_said(till, crm):
    crm.answers["transactions"] = [replace(BOUGHT, currency_code="kronor")]
    assert error_of(till.get("/customers/c1/transactions"))[0] == 502


def history(error: Exception, *read: Transaction) -> Iterator[Transaction]:
    yield from read
    raise error


@pytest.mark.parametrize("error", [Unavailable(), Throttled(), Elsewhere()])
def test_what_was_read_in_time_is_shown(till, crm, error, caplog):
    crm.answers["transactions"] = history(error, BOUGHT, BOUGHT)
    response = till.get("/customers/c1/transactions")
    assert (response.status_code, len(response.json)) == (200, 2)
    assert "not all of a history could be read" in caplog.text


def test_but_nothing_is_not_shown_as_no_purchases(till, crm):
    crm.answers["transactions"] = history(Unavailable("Not now."))
    assert error_of(till.get("/customers/c1/transactions")) == (503, "Not now.")


@pytest.mark.parametrize(
    ("error", "status"), [(Missing(), 404), (AccessRefused(), 502), (KeyError(), 502)]
)
def test_an_error_that_is_not_about_time_is_one(till, crm, error, status):
    crm.answers["transactions"] = history(error, BOUGHT)
    assert error_of(till.get("/customers/c1/transactions"))[0] == status
