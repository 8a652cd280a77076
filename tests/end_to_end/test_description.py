"""The generated OpenAPI description and the running service say the same."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_core import OpenAPI
from openapi_core.contrib.requests import (
    RequestsOpenAPIRequest,
    RequestsOpenAPIResponse,
)
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.end_to_end import reference
from tests.end_to_end.reference import JOHN
from tests.end_to_end.service import Service
from tests.extent import EVERYTHING

UNKNOWN = {"bonus_checks": [], "promotions": ["x"]}

WALK: list[tuple[str, str, Any, int]] = [
    ("GET", "/customers?key_type=email&key=john.doe@example.com", None, 200),
    ("GET", "/customers?key_type=email&key=nobody@example.com", None, 200),
    ("GET", "/customers?key_type=shoe_size&key=42", None, 400),
    ("GET", f"/customers/{JOHN}", None, 200),
    ("GET", "/customers/nobody", None, 404),
    ("POST", "/customers", {"name_first": "Åsa", "email": "asa@example.com"}, 201),
    ("POST", "/customers", reference.ADD, 400),
    ("PUT", f"/customers/{JOHN}", reference.UPDATE, 200),
    ("PUT", "/customers/nobody", {"name_first": "Åsa"}, 404),
    ("GET", f"/customers/{JOHN}/transactions", None, 200),
    ("POST", f"/customers/{JOHN}/redeem", reference.REDEEM, 200),
    ("POST", f"/customers/{JOHN}/redeem", {"promotions": []}, 400),
    (
        "POST",
        f"/customers/{JOHN}/redeem",
        reference.REDEEM | {"promotions": ["x"]},
        409,
    ),
    ("DELETE", f"/customers/{JOHN}/redeem/{'0' * 32}", None, 404),
    ("GET", "/consents", None, 200),
    ("GET", "/additional-options", None, 200),
    ("GET", "/lookup_customers?key_type=mobile&key=0701112233", None, 200),
    ("GET", "/lookup_customers?key_type=mobile", None, 400),
]


@pytest.fixture(scope="session")
def description(running: Service) -> OpenAPI:
    return OpenAPI.from_dict(running.call("GET", "/openapi.json").json())


@pytest.mark.parametrize(("method", "path", "body", "status"), WALK)
def test_every_answer_of_a_walk_is_as_described(
    service: Service,
    description: OpenAPI,
    method: str,
    path: str,
    body: Any,
    status: int,
) -> None:
    answer = service.call(method, path, json=body)
    assert answer.status_code == status
    description.validate_response(
        RequestsOpenAPIRequest(answer.request), RequestsOpenAPIResponse(answer)
    )


def test_every_customer_of_the_demo_is_as_described(
    service: Service, description: OpenAPI
) -> None:
    """They show every shape that the SPI has: see the demo CRM's seed."""
    seed = json.loads(files("demo_crm.seed").joinpath("contacts.json").read_text())
    assert len(seed) > 5
    for dossier in seed:
        for path in ("", "/transactions"):
            customer_id = dossier["contact"]["id"]
            answer = service.call("GET", f"/customers/{customer_id}{path}")
            assert answer.status_code == 200
            description.validate_response(
                RequestsOpenAPIRequest(answer.request), RequestsOpenAPIResponse(answer)
            )


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_generated_requests_meet_no_server_error(
    service: Service, mode: GenerationMode
) -> None:
    """Both what the description allows and what it forbids."""
    schema = schemathesis.openapi.from_url(service.url + "/openapi.json")
    schema.config.update(base_url=service.url)
    names = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        names.add(operation.label)

        @given(operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=25 if EVERYTHING else 10,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def send(case: schemathesis.Case) -> None:
            case.call_and_validate(session=service.session, checks=CHECKS)

        send()
    assert len(names) == 10
