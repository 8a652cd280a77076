"""Whatever is in any property of the model, what comes out satisfies the SPI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge import model
from bridge.errors import Unpresentable
from bridge.spi import schemas
from bridge.spi.schemas.customer import CustomerSchema
from bridge.spi.schemas.transaction import TransactionSchema
from tests.spi.schemas import examples
from tests.spi.schemas.conftest import strict

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(st.characters(), max_size=40),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.dates(),
    st.sampled_from(["", "\0", "\ud800", "x" * 2000, "SE", "1", "12.50", 10**4000]),
    st.sampled_from(["2026-01-01T00:00:00Z", "0701112233", "a@b.se", "red", "text"]),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=5,
)


def broken(example: Any) -> st.SearchStrategy[Any]:
    """Build an object of the model with junk in any of its properties, at any depth."""
    if isinstance(example, list):
        return st.lists(st.one_of(*map(broken, example), JUNK), max_size=3)
    if type(example).__module__.startswith("bridge.model"):
        properties = {
            field.name: value_or_junk(getattr(example, field.name))
            for field in fields(example)
        }
        return st.builds(type(example), **properties)
    return st.just(example)


def value_or_junk(example: Any) -> st.SearchStrategy[Any]:
    """Mostly right: an object with nothing but junk is dropped before it gets deep."""
    right = broken(example)
    return st.one_of(right, right, right, JUNK)


CUSTOMERS = broken(examples.CUSTOMER)
PURCHASES = broken(examples.PURCHASE)
CATALOGUE = broken(examples.EXAMPLES[schemas.AdditionalOptionsSectionSchema])
CONSENTS = broken(examples.CONSENT)

bounded = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

Check = Callable[[str, Any], None]


def silent(_path: str, _what: str) -> None:
    """Take a report."""


@bounded
@given(customer=CUSTOMERS)
def test_any_customer(customer: model.Customer, satisfies_reference: Check) -> None:
    try:
        shown = schemas.answer_customer(customer, "SE", silent)
    except Unpresentable:
        with pytest.raises(Unpresentable):
            schemas.answer_customers([customer], "SE", silent)
        return
    assert shown["customer_id"]
    satisfies_reference("Customer", shown)
    strict(CustomerSchema).load(shown)
    (stranger,) = schemas.answer_lookup([customer], "SE", silent)
    assert shown == stranger | {"customer_id": shown["customer_id"]}


@bounded
@given(purchases=st.lists(PURCHASES, max_size=2))
def test_any_purchases(
    purchases: list[model.Transaction], satisfies_reference: Check
) -> None:
    try:
        shown = schemas.answer_transactions(purchases, "FI", silent)
    except Unpresentable:
        assert purchases
        return
    for purchase in shown:
        satisfies_reference("Transaction", purchase)
        strict(TransactionSchema).load(purchase)


@bounded
@given(
    sections=st.lists(CATALOGUE, max_size=2), consents=st.lists(CONSENTS, max_size=2)
)
def test_any_catalogue(
    sections: list[Any], consents: list[Any], satisfies_reference: Check
) -> None:
    for title, answer, values in (
        ("AdditionalOptionsSection", schemas.answer_additional_options, sections),
        ("Consent", schemas.answer_consents, consents),
    ):
        try:
            for shown in answer(values, "SE", silent):
                satisfies_reference(title, shown)
        except Unpresentable:
            assert values


@bounded
@given(junk=JUNK)
def test_any_junk_for_an_answer(junk: Any) -> None:
    for answer in (schemas.answer_customers, schemas.answer_consents):
        if junk != []:
            with pytest.raises(Unpresentable):
                answer(junk, "SE", silent)
