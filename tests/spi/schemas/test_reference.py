"""The schemas say what the SPI reference says, property by property."""

from __future__ import annotations

from typing import Any

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow.class_registry import get_class

from bridge.spi import schemas
from tests.spi.schemas import reference

TOP = [
    schemas.AdditionalOptionsSectionSchema,
    schemas.ConsentSchema,
    schemas.CustomerSchema,
    schemas.ErrorSchema,
    schemas.RedeemSchema,
    schemas.TransactionSchema,
]


@pytest.fixture(scope="module")
def components() -> dict[str, Any]:
    """Return what the API description says about every object."""
    plugin = MarshmallowPlugin()
    spec = APISpec("SPI", "2", "3.0.3", plugins=[plugin])
    schemas.teach(plugin.converter)
    for schema in TOP:
        spec.components.schema(schema.__name__.removesuffix("Schema"), schema=schema)
    described: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    return described


@pytest.fixture(scope="module")
def objects() -> dict[str, dict[str, reference.Said]]:
    return reference.objects()


def test_the_reference_is_read(objects: Any) -> None:
    assert len(objects) == 23
    assert len(reference.scalars()) == 6
    assert sum(map(len, objects.values())) == 109
    assert objects["TransactionItem"]["quantity"].type == "integer"
    assert objects["Customer"]["sections"].read_only
    assert objects["AdditionalOption"]["type"].values[-1] == "text"


def test_every_object_is_described_and_no_other(components: Any, objects: Any) -> None:
    assert components.keys() == objects.keys()
    for name in objects:
        assert get_class(f"{name}Schema")


def test_the_same_properties(components: Any, objects: Any) -> None:
    for name, properties in objects.items():
        assert components[name]["properties"].keys() == properties.keys(), name


def test_the_same_are_required(components: Any, objects: Any) -> None:
    for name, properties in objects.items():
        required = {inner for inner, said in properties.items() if said.required}
        assert set(components[name].get("required", ())) == required, name


def test_the_same_are_read_only(components: Any, objects: Any) -> None:
    for name, properties in objects.items():
        for inner, said in properties.items():
            described = components[name]["properties"][inner]
            assert described.get("readOnly", False) == said.read_only, (name, inner)


def test_the_same_types_and_formats(components: Any, objects: Any) -> None:
    for name, properties in objects.items():
        for inner, said in properties.items():
            described = components[name]["properties"][inner]
            if said.type and said.type != "object":
                assert described["type"] == said.type, (name, inner)
            if said.type != "array" and said.format:
                assert described["format"] == said.format, (name, inner)


def test_the_same_patterns_words_and_bounds(components: Any, objects: Any) -> None:
    for name, properties in objects.items():
        for inner, said in properties.items():
            described = components[name]["properties"][inner]
            described = described.get("items", described)
            assert described.get("pattern", said.pattern) == said.pattern or (
                f"{name}.{inner}" in reference.LINKS
            )
            if said.pattern:
                assert described["pattern"] == said.pattern, (name, inner)
            if said.values:
                assert described["enum"] == said.values, (name, inner)
            assert described.items() >= said.bounds.items(), (name, inner)


def test_the_same_links(components: Any, objects: Any) -> None:
    scalars = reference.scalars()
    for path, link in reference.LINKS.items():
        name, _, inner = path.partition(".")
        described = components[name]["properties"][inner]
        if isinstance(link, list):
            assert described["type"] == "array", path
            described, link = described["items"], link[0]
        if link in scalars:
            said = scalars[link]
            assert described["type"] == "string", path
            assert described.get("pattern", "") == said.pattern, path
            words = [word for word in described.get("enum", []) if word is not None]
            assert words == said.values, path
        else:
            assert links_in(described) == set(
                link if isinstance(link, tuple) else [link]
            )


def links_in(described: dict[str, Any]) -> set[str]:
    """Return the names of the objects that a property may be."""
    parts = [described]
    for together in ("oneOf", "anyOf", "allOf"):
        parts += described.get(together, [])
    return {part["$ref"].rpartition("/")[2] for part in parts if "$ref" in part}


def test_choices_are_told_apart_by_their_type(components: Any) -> None:
    kinds = components["Promotion"]["properties"]["promotion_type"]["discriminator"]
    assert kinds["propertyName"] == "type"
    for word, target in kinds["mapping"].items():
        kind = components[target.rpartition("/")[2]]["properties"]["type"]
        assert kind["enum"] == [word]


def test_null_beside_an_object_allows_no_other_object(components: Any) -> None:
    address = components["Customer"]["properties"]["invoice_address"]
    assert address["anyOf"] == [
        {"$ref": "#/components/schemas/Address"},
        {"type": "object", "nullable": True, "enum": [None]},
    ]


def test_every_property_is_described(components: Any) -> None:
    silent = {
        f"{name}.{inner}"
        for name, component in components.items()
        for inner, described in component["properties"].items()
        if not described.get("description") and inner != "type"
    }
    assert silent == set()


def test_search_keys_are_the_reference_s() -> None:
    said = reference.scalars()["SearchKeyType"]
    key_type = schemas.SearchQuerySchema().fields["key_type"]
    assert list(key_type.validators[0].choices) == said.values  # type: ignore[attr-defined]
