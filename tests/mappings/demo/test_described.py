"""The examples of the API's description: trying them works at once with the demo."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mappings.till import Till

FIRST = ("redeem", "undo")


def test_every_example_can_be_tried(till: Till) -> None:
    described = till("GET", "/openapi.json").json()
    operations = {
        one["operationId"]: (method.upper(), path, one)
        for path, methods in described["paths"].items()
        for method, one in methods.items()
    }
    assert {*FIRST} < {*operations}
    known: dict[str, Any] = {}
    for name in [*FIRST, *sorted({*operations} - {*FIRST})]:
        method, path, one = operations[name]
        query = {}
        for parameter in one["parameters"]:
            if reference := parameter.get("$ref"):
                part = reference.rpartition("/")[2]
                assert described["components"]["parameters"][part]["example"]
            elif parameter["in"] == "path":
                value = known.get(parameter["name"], parameter["example"])
                path = path.replace(f"{{{parameter['name']}}}", value)
            elif parameter["in"] == "query":
                query[parameter["name"]] = parameter["example"]
        body = one.get("requestBody", {"content": {"application/json": {}}})
        example = body["content"]["application/json"].get("example")
        answer = till(method, path, params=query, json=example)
        assert answer.status_code in (200, 201), (name, answer.text)
        if name == "redeem":
            known = answer.json()
        if name in ("search", "lookup"):
            assert answer.json() != []


@pytest.mark.parametrize(
    "path", ["/docs", "/journal", "/healthz", "/readyz", "/metrics"]
)
def test_the_entrance_leads_to_what_is_there(till: Till, path: str) -> None:
    page = till("GET", "/")
    assert page.status_code == 200
    assert (f'href="{path}"' in page.text) == (till("GET", path).status_code == 200)
