"""What the page on data says is what the code does: each example is tried both ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import BridgeError
from bridge.model import Address, Customer
from bridge.spi import schemas
from bridge.spi.schemas.customer import CustomerSchema

PAGE = Path(__file__).parents[3] / "docs" / "data.rst"
LITERAL = re.compile("``([^`]+)``")
EXAMPLE = re.compile(r"(?:([A-Z]{2}): )?``([^`]+)`` -> ``([^`]+)``")
NOTHING = re.compile(r"left out: ((?:``[^`]+``(?:, | and )?)+)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    properties: list[str]
    examples: list[tuple[str, str, str]]
    uncertain: list[str]


def table() -> list[Line]:
    """Return the rows of the page's table, its head left out."""
    text = re.sub(r"\n {7}(?=\S)", " ", PAGE.read_text("utf-8"))
    rows = re.findall(r"^   \* - (.*(?:\n     -.*){3})$", text, re.MULTILINE)
    return [line(*re.split(r"\n     -", row)) for row in rows[1:]]


def line(names: str, _: str, examples: str, uncertain: str) -> Line:
    return Line(
        LITERAL.findall(names),
        EXAMPLE.findall(examples),
        [one for some in NOTHING.findall(uncertain) for one in LITERAL.findall(some)],
    )


TABLE = table()

EXAMPLES = [
    pytest.param(name, country or "SE", given, kept, id=f"{name} {given}")
    for line in TABLE
    for name in line.properties
    for country, given, kept in line.examples
]

UNCERTAIN = [
    pytest.param(name, given, id=f"{name} {given}")
    for line in TABLE
    for name in line.properties
    for given in line.uncertain
]


def customer(name: str, value: str) -> Customer:
    """Return a customer of the CRM; a name with a dot is an address's."""
    outer, _, part = name.partition(".")
    given: Any = Address(address="x", **{part: value}) if part else value
    return Customer(customer_id="c1", **{outer: given})


def shown(name: str, value: str, country: str) -> Any:
    answer = schemas.answer_customer(customer(name, value), country, lambda *_: None)
    return within(answer, name)


def loaded(name: str, value: str, country: str) -> Any:
    outer, _, part = name.partition(".")
    body = {outer: {"address": "x", part: value} if part else value}
    return within(schemas.load_customer_properties(body, country, creating=False), name)


def within(answer: Any, name: str) -> Any:
    for step in name.split("."):
        answer = answer.get(step) if isinstance(answer, dict) else getattr(answer, step)
    return answer if answer is None else str(answer)


def test_every_property_that_a_till_may_send_is_on_the_page() -> None:
    fields = CustomerSchema().fields.items()
    writable = {name for name, field in fields if not field.dump_only}
    said = {name.partition(".")[0] for line in TABLE for name in line.properties}
    assert writable - said == set()


@pytest.mark.parametrize(("name", "country", "given", "kept"), EXAMPLES)
def test_an_example_is_what_it_becomes_both_ways(
    name: str, country: str, given: str, kept: str
) -> None:
    assert shown(name, given, country) == kept
    assert loaded(name, given, country) == kept


@pytest.mark.parametrize(("name", "given"), UNCERTAIN)
def test_what_is_not_certain_is_not_shown_and_never_changed(
    name: str, given: str
) -> None:
    assert shown(name, given, "SE") is None
    kept = refusal = None
    try:
        kept = loaded(name, given, "SE")
    except BridgeError as error:
        refusal = error
    assert kept == given or (refusal and given not in refusal.errortext)


def test_the_page_has_examples_at_all() -> None:
    assert len(EXAMPLES) > 1
    assert UNCERTAIN
