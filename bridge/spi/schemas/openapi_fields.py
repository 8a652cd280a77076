"""What apispec cannot tell by itself from our properties.

Imports nothing of apispec: ``converter`` is its ``OpenAPIConverter``.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from bridge.spi.schemas.parts import OneOf


def teach(converter: Any) -> None:
    """Teach ``plugin.converter``, once its ``APISpec`` has been made."""
    converter.add_attribute_function(one_of_to_properties)
    converter.add_attribute_function(null_to_properties)


def one_of_to_properties(converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """Describe a choice between objects that are told apart by their ``type``."""
    if not isinstance(field, OneOf):
        return {}
    references = {
        word: converter.resolve_nested_schema(schema)
        for word, schema in field.variants.items()
    }
    mapping = {word: reference["$ref"] for word, reference in references.items()}
    return {
        "oneOf": list(references.values()),
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }


def null_to_properties(_: Any, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
    """Let null stand beside an object, but not any other object.

    OpenAPI 3.0 has no type for null; apispec's way of saying it allows everything.
    """
    if not (isinstance(field, fields.Nested) and field.allow_none and "anyOf" in ret):
        return {}
    null = {"type": "object", "nullable": True, "enum": [None]}
    return {"anyOf": [null if "nullable" in part else part for part in ret["anyOf"]]}
