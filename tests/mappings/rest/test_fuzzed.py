"""Any file and any answer: a clear sentence, never a traceback, never another host."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.config.document import _Loader
from bridge.config.json_schema import json_schema
from bridge.mapping import Mapping
from bridge.testing import described
from mappings.rest.description.shape import Description
from tests.extent import EVERYTHING
from tests.mappings.rest.described import DEMO, DIRECTUS
from tests.mappings.rest.wire import made_of, tried

EXAMPLE = yaml.load(DEMO.read_text("utf-8"), _Loader)

SCHEMA = json_schema(Description)

FUZZ = settings(
    max_examples=300 if EVERYTHING else 60,
    deadline=None,
    suppress_health_check=[*HealthCheck],
)

TEXTS = st.sampled_from(
    [
        *("", "id", "a.b", "@", "rows", "offers", "x[0]", "[?@]", "*", "&a", "`1.5`"),
        *("to_number(a)", "avg(a)", "divide(a, b)", "sort_by(a, &b)", "map(&a, b)"),
        *("multiply(a, a)", "merge(a, b)", "to_string(@)", "join('', a)", "max(a)"),
        *("/a", "/a/${customer_id}", "/${item.item_id}", "//evil.example/a", "/a?b=c"),
        *(
            "http://evil.example",
            "https://evil.example/${key}",
            "@evil.example",
            "\\\\e",
        ),
        *("/..", "/a/%2e%2e/b", "${key}", "${written}", "${steps.a.b}", "${", "${}"),
        *("${receipt.a}", "x${ref}y", "\r\nHost: evil.example", "Host", "X-A", "é\0"),
        *("GET", "POST", "DELETE", "promotion", "bonus_check", "email", "mobile"),
        *("customer_id", "gender", "additional_options", "invoice_address", "cents"),
    ]
)

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 10**30),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["", "https://evil.example/x", "//evil.example", "SPENT", "a@b.se"]
    ),
)

MEMBERS = (
    *("id", "hits", "rows", "next", "offers", "vouchers", "statement", "benefit"),
    *("percent", "cents", "spends", "no", "optIn", "agreements", "attributes"),
    *("errors", "extensions", "collection", "lines"),
    *("billTo", "values", "label", "error", "code", "about", "a", "b", "data"),
)

ANSWERS = st.recursive(
    ODD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6),
    ),
    max_leaves=12,
)


EXAMPLES_MADE = [described(one)[0] for one in (DEMO, DIRECTUS)]


@FUZZ
@given(st.sampled_from(EXAMPLES_MADE), st.lists(ANSWERS, max_size=5))
def test_any_answer(made: type[Mapping], answers: list[Any]) -> None:
    tried(made, answers)


@FUZZ
@given(st.data(), st.lists(ANSWERS, max_size=3))
def test_any_change_to_the_example(data: st.DataObject, answers: list[Any]) -> None:
    content = copy.deepcopy(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        inner: Any = content
        while True:
            keys = [*inner] if isinstance(inner, dict) else [*range(len(inner))]
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(inner[key], dict | list) and data.draw(st.integers(0, 4)):
                inner = inner[key]
                continue
            if data.draw(st.integers(0, 3)):
                inner[key] = data.draw(TEXTS | ODD.map(_plain))
            else:
                del inner[key]
            break
    if (made := made_of(content)) is not None:
        tried(made, answers)


def generated(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Make what a JSON Schema allows, and now and then what it does not."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return st.deferred(lambda: generated(SCHEMA["definitions"][name], depth + 1))
    for key in ("allOf", "anyOf"):
        if key in schema:
            return st.one_of(*(generated(one, depth) for one in schema[key]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "properties" in schema:
        parts = {
            name: generated(one, depth) for name, one in schema["properties"].items()
        }
        needed = {name: parts.pop(name) for name in schema["required"]}
        return st.fixed_dictionaries(needed, optional=parts if depth < 4 else {})
    if schema.get("type") == "object":
        inner = generated(schema["additionalProperties"], depth)
        return st.dictionaries(TEXTS, inner, max_size=2)
    plain: dict[Any, Any] = {
        "array": lambda: st.lists(generated(schema["items"], depth), max_size=2),
        "integer": lambda: st.integers(0, 9),
        "boolean": st.booleans,
        "null": st.none,
        "string": lambda: TEXTS,
        None: lambda: TEXTS | ODD.map(_plain),
    }
    made: st.SearchStrategy[Any] = plain[schema.get("type")]()
    return made


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


@FUZZ
@given(generated(SCHEMA), st.lists(ANSWERS, max_size=3))
def test_any_file_of_the_schema(content: Any, answers: list[Any]) -> None:
    if (made := made_of(content)) is not None:
        tried(made, answers)


@pytest.mark.parametrize("path", ["/a", "/a/${customer_id}"])
def test_what_is_generated_is_sometimes_right(path: str) -> None:
    """So that the tests above are not all about files that are refused."""
    content = {
        "title": "T",
        "customer": {"fields": {"customer_id": "id"}},
        "get": {"path": path},
    }
    made = made_of(content)
    assert made is not None
    tried(made, [{"id": "1"}])
