"""Every property of every SPI object, in both directions, from one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from marshmallow import ValidationError

from bridge.errors import Unpresentable
from bridge.spi.schemas.answer import AnswerSchema
from bridge.spi.schemas.fields.property import Property, Written
from bridge.spi.schemas.fields.texts import Kind
from bridge.spi.schemas.parts import OneOf, Part, Parts
from tests.spi.schemas.conftest import strict
from tests.spi.schemas.examples import EXAMPLES, NEVER, case

Check = Callable[[str, Any], None]


def properties() -> Iterator[Any]:
    """Every property of every object that a mapping hands over."""
    for schema in EXAMPLES:
        for name, field in schema._declared_fields.items():
            label = f"{schema.__name__.removesuffix('Schema')}.{name}"
            yield pytest.param(schema, name, field, id=label)


def simple() -> Iterator[Any]:
    """Those that are neither objects nor lists."""
    for parameters in properties():
        if not isinstance(parameters.values[2], Part | Parts | OneOf | Kind):
            yield parameters


EVERY = pytest.mark.parametrize(("schema", "name", "field"), [*properties()])
SIMPLE = pytest.mark.parametrize(("schema", "name", "field"), [*simple()])


class Answered:
    """What one answer said, and what was reported about it."""

    def __init__(self, schema: type[AnswerSchema], value: Any) -> None:
        self.reports: list[tuple[str, str]] = []
        self.json = schema.answer(value, "SE", lambda *told: self.reports.append(told))


def with_value(schema: type[AnswerSchema], name: str, value: Any) -> Answered:
    return Answered(schema, replace(EXAMPLES[schema], **{name: value}))


@pytest.mark.parametrize("schema", EXAMPLES, ids=lambda schema: schema.__name__)
def test_the_example_needs_no_repair(
    schema: type[AnswerSchema], satisfies_reference: Check
) -> None:
    answered = Answered(schema, EXAMPLES[schema])
    assert answered.reports == []
    assert answered.json.keys() == schema._declared_fields.keys()
    satisfies_reference(schema.__name__.removesuffix("Schema"), answered.json)
    strict(schema).load(answered.json)


@SIMPLE
def test_a_right_value_is_shown(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    for value, shown in case(field).right:
        answered = with_value(schema, name, value)
        assert (type(answered.json[name]), answered.json[name]) == (type(shown), shown)
        assert answered.reports == []


@SIMPLE
def test_a_certain_repair_is_made_and_reported(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    for value, shown in case(field).repaired:
        answered = with_value(schema, name, value)
        assert (type(answered.json[name]), answered.json[name]) == (type(shown), shown)
        assert answered.reports == [(name, "repaired")]


def is_moved(schema: type[AnswerSchema], name: str, value: Any) -> bool:
    """Whether a wrong value is a right one of another property."""
    if schema.prepare is None:
        return False
    prepared = schema.prepare(replace(EXAMPLES[schema], **{name: value}))
    return getattr(prepared, name) is not value


@SIMPLE
def test_a_wrong_value_is_left_out_or_makes_the_object_wrong(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    for value in [*case(field).wrong, *NEVER]:
        if is_moved(schema, name, value):
            continue
        if field.required or field.essential:
            with pytest.raises(Unpresentable, match=f'"{name}"'):
                with_value(schema, name, value)
        else:
            answered = with_value(schema, name, value)
            assert name not in answered.json
            assert answered.json.keys() == schema._declared_fields.keys() - {name}
            assert answered.reports in ([(name, "left out")], [])
            assert answered.reports or value == ""


@EVERY
def test_none_is_left_out_or_makes_the_object_wrong(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    if not field.required:
        answered = with_value(schema, name, None)
        assert name not in answered.json
        assert answered.reports == []
    elif field.absent is not None:
        answered = with_value(schema, name, None)
        assert answered.reports == [(name, "repaired")]
        if not callable(field.absent):
            assert answered.json[name] == field.absent
    else:
        with pytest.raises(Unpresentable, match=f'"{name}"'):
            with_value(schema, name, None)


@EVERY
def test_what_no_property_can_be_never_gets_out(
    schema: type[AnswerSchema], name: str, field: Property, satisfies_reference: Check
) -> None:
    for value in [*NEVER, 1.5, "\0", 7, "x"]:
        try:
            answered = with_value(schema, name, value)
        except Unpresentable:
            assert field.required or field.essential
        else:
            title = schema.__name__.removesuffix("Schema")
            satisfies_reference(title, answered.json)
            strict(schema).load(answered.json)


@SIMPLE
def test_strict_json_is_loaded(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    for value in case(field).strict:
        strict(schema).load(example_json(schema) | {name: value})


@SIMPLE
def test_bad_json_is_refused_by_the_property_s_name(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    for value in case(field).bad:
        with pytest.raises(ValidationError) as refused:
            strict(schema).load(example_json(schema) | {name: value})
        assert list(refused.value.normalized_messages()) == [name], value


@EVERY
def test_a_wrong_type_is_refused_by_the_property_s_name(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    wrong = [5.5, {"x": 1}] if isinstance(field, Parts) else [5.5, ["x"], [{}]]
    for value in wrong:
        if isinstance(value, float) and example_json(schema)[name] == 25:
            continue  # vat_value is the one number that may have decimals
        with pytest.raises(ValidationError) as refused:
            strict(schema).load(example_json(schema) | {name: value})
        assert list(refused.value.normalized_messages()) == [name], value


@EVERY
def test_a_missing_property_is_refused_only_if_it_is_required(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    json = example_json(schema)
    del json[name]
    if not field.required:
        strict(schema).load(json)
        return
    with pytest.raises(ValidationError) as refused:
        strict(schema).load(json)
    assert refused.value.messages == {name: ["is required"]}


@EVERY
def test_null_clears_only_what_the_pos_may_clear(
    schema: type[AnswerSchema], name: str, field: Property
) -> None:
    json = example_json(schema) | {name: None}
    if field.allow_none:
        strict(schema).load(json)
        if isinstance(field, Written):
            strict(schema).load(json | {name: " "})
    else:
        with pytest.raises(ValidationError) as refused:
            strict(schema).load(json)
        assert refused.value.messages == {name: ["must not be null"]}


def example_json(schema: type[AnswerSchema]) -> dict[str, Any]:
    return Answered(schema, EXAMPLES[schema]).json
