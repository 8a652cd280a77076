from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from bridge import errors
from bridge.errors import BridgeError, UpstreamError
from bridge.spi.description.openapi import ALWAYS

PATHS = {
    "/customers": {"get", "post"},
    "/customers/{customer_id}": {"get", "put"},
    "/customers/{customer_id}/transactions": {"get"},
    "/customers/{customer_id}/redeem": {"post"},
    "/customers/{customer_id}/redeem/{redeem_id}": {"delete"},
    "/consents": {"get"},
    "/additional-options": {"get"},
    "/lookup_customers": {"get"},
}

NOT_THE_SPI = {
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/{filename}",
    "/docs/swagger-ui/{name}",
}


@pytest.fixture
def described(stranger):
    response = stranger.get("/openapi.json")
    assert response.status_code == 200
    return response.json


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_description_is_valid(described):
    OpenAPIV30SpecValidator(described).validate()


def test_the_spi_is_described_and_nothing_else(described):
    assert {path: set(some) for path, some in described["paths"].items()} == PATHS


def test_every_route_is_either_described_or_none_of_the_spi(app, described):
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(r)) for r in app.url_map.iter_rules()
    }
    assert routes == set(PATHS) | NOT_THE_SPI


def test_every_operation_has_its_own_name_words_and_place(described):
    some = [operation for _, operation in operations(described)]
    assert len({operation["operationId"] for operation in some}) == len(some)
    for operation in some:
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]


def test_every_operation_takes_the_three_headers(described):
    for name, operation in operations(described):
        headers = {p["$ref"] for p in operation["parameters"] if "$ref" in p}
        assert headers == {
            f"#/components/parameters/{header}"
            for header in ("Store-ID", "Staff-ID", "Register-ID")
        }, name
    for header in ("Store-ID", "Staff-ID", "Register-ID"):
        parameter = described["components"]["parameters"][header]
        assert (parameter["in"], parameter.get("required")) == ("header", None)


def test_basic_authentication_is_for_all(described):
    assert described["security"] == [{"basic": []}]
    assert described["components"]["securitySchemes"]["basic"]["scheme"] == "basic"


def test_every_error_is_the_spi_s_error(described):
    for response in described["components"]["responses"].values():
        (content,) = response["content"].values()
        assert content["schema"]["$ref"] == "#/components/schemas/Error"


@pytest.mark.parametrize(
    ("operation", "besides"),
    [
        ("get /customers", {200, 403}),
        ("get /lookup_customers", {200, 501}),
        ("post /customers", {201, 403, 415}),
        ("get /customers/{customer_id}", {200, 403, 404}),
        ("put /customers/{customer_id}", {200, 403, 404, 415}),
        ("get /customers/{customer_id}/transactions", {200, 404}),
        ("get /consents", {200}),
        ("get /additional-options", {200}),
        ("post /customers/{customer_id}/redeem", {200, 404, 409, 415}),
        ("delete /customers/{customer_id}/redeem/{redeem_id}", {200, 404, 409}),
    ],
)
def test_every_status_is_written_down(described, operation, besides):
    statuses = dict(operations(described))[operation]["responses"]
    assert set(map(int, statuses)) == {*ALWAYS, *besides}


ASKED = {
    "get /customers": "search",
    "get /lookup_customers": "lookup",
    "post /customers": "create",
    "get /customers/{customer_id}": "get",
    "put /customers/{customer_id}": "update",
    "get /customers/{customer_id}/transactions": "transactions",
    "get /consents": "consents",
    "get /additional-options": "additional_options",
}


def every(error: type[BridgeError]) -> Iterator[type[BridgeError]]:
    yield error
    for kind in error.__subclasses__():
        yield from every(kind)


FROM_A_MAPPING = {
    *every(UpstreamError),
    *(errors.NotFound, errors.Invalid, errors.Unsupported, errors.Unpresentable),
}

FROM_THE_REDEEMER = {
    *FROM_A_MAPPING,
    *(errors.KeyReused, errors.RedeemBusy, errors.ItemHeld),
    *(errors.JournalError, errors.LostClaim),
}


@pytest.mark.parametrize(("name", "verb"), ASKED.items())
def test_no_error_of_a_mapping_has_an_undocumented_status(
    till, crm, described, name, verb
):
    documented = dict(operations(described))[name]["responses"]
    method, path = name.split()
    path = path.replace("{customer_id}", "c1")
    if method == "get" and path.endswith("customers"):
        path += "?key_type=email&key=a@b.se"
    for error in FROM_A_MAPPING:
        crm.answers[verb] = error()
        body = {"name_first": "Åsa"} if method in ("post", "put") else None
        response = till(method.upper(), path, json=body)
        assert str(response.status_code) in documented, error
    reads_first = {"get"} if verb == "update" else set()
    assert {asked[0] for asked in crm.calls} == {verb} | reads_first


@pytest.mark.parametrize("method", ["post", "delete"])
def test_nor_has_an_error_of_a_redeem(till, redeemer, described, method):
    path = "/customers/{customer_id}/redeem"
    path += "/{redeem_id}" if method == "delete" else ""
    documented = described["paths"][path][method]["responses"]
    path = path.format(customer_id="c1", redeem_id=redeemer.redeem_id)
    for error in FROM_THE_REDEEMER:
        redeemer.error = error()
        basket = {"bonus_checks": [], "promotions": ["p1"]}
        body = basket if method == "post" else None
        response = till(method.upper(), path, json=body)
        assert str(response.status_code) in documented, error
    assert len(redeemer.calls) == len(FROM_THE_REDEEMER)


def test_a_search_needs_both_parameters(described):
    for path in ("/customers", "/lookup_customers"):
        parameters = {
            p["name"]: p
            for p in described["paths"][path]["get"]["parameters"]
            if "name" in p
        }
        assert parameters["key"]["required"]
        assert parameters["key_type"]["required"]
        assert len(parameters["key_type"]["schema"]["enum"]) == 5


def test_only_a_redeem_takes_an_idempotency_key(described):
    taking = [
        name
        for name, operation in operations(described)
        if any(p.get("name") == "Idempotency-Key" for p in operation["parameters"])
    ]
    assert taking == ["post /customers/{customer_id}/redeem"]


def test_an_undo_answers_no_body(described):
    undo = described["paths"]["/customers/{customer_id}/redeem/{redeem_id}"]["delete"]
    assert "content" not in undo["responses"]["200"]


def test_read_only_properties_are_marked(described):
    customer = described["components"]["schemas"]["Customer"]["properties"]
    for name in ("customer_id", "status", "promotions", "bonus_checks", "sections"):
        assert customer[name]["readOnly"], name
    assert "readOnly" not in customer["email"]


def test_there_is_one_of_each_schema(described):
    assert not [
        name for name in described["components"]["schemas"] if name[-1].isdigit()
    ]


def test_it_is_the_same_every_time(stranger):
    assert stranger.get("/openapi.json").data == stranger.get("/openapi.json").data
