"""What answers are judged by: the reference's text, and our own strict schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from marshmallow import Schema

from tests.spi.schemas import reference


def strict(schema: type[Schema]) -> Schema:
    """Return a schema that loads its read-only properties too."""
    loading = schema()
    for field in loading.fields.values():
        field.dump_only = False
    loading.load_fields = loading.fields
    return loading


@pytest.fixture(scope="session")
def satisfies_reference() -> Callable[[str, Any], None]:
    """Return what raises if JSON is not the SPI object of that name."""
    schemas = reference.json_schemas()

    def check(name: str, value: Any) -> None:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()  # half of a surrogate pair would not be UTF-8
        schema = schemas | {"$ref": f"#/$defs/{name}"}
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))

    return check
