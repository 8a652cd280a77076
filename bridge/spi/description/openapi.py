"""Describes the SPI in OpenAPI 3, from the very declarations that carry it out.

The only file that knows apispec.  Views and schemas know nothing of it.
"""

from __future__ import annotations

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask

from bridge import __version__
from bridge.spi.description.examples import BODIES, PARAMETERS
from bridge.spi.door import origin
from bridge.spi.operations.operation import Body, Operation, Query
from bridge.spi.operations.redeem import REDEEM_ID
from bridge.spi.schemas import ErrorSchema, teach

ABOUT = """What Sitoo POS asks of a CRM, answered by a bridge to the CRM that is there.

All errors are one object, with the HTTP status in it. Texts never repeat what was sent.
Every answer carries an `X-Request-ID`, the caller's own where it sent one
that a machine has made (16 hexadecimal digits or more, or a ULID)."""

ALWAYS = (400, 401, 413, 429, 500, 502, 503, 504)
"""What every operation may answer, whatever it is about."""

REFUSALS = {
    400: "A parameter, header or property is missing or wrong; the text names it.",
    401: "A valid user name and password are required.",
    403: "The CRM behind this bridge does not offer this.",
    404: "There is no such customer or redeem.",
    409: "It cannot be redeemed or undone; the text says why.",
    413: "The body is larger than 256 KiB.",
    415: "The body is not declared as JSON.",
    429: "Too many failed sign-ins, or the CRM has had enough for now.",
    500: "A mistake in the bridge. The X-Request-ID leads to it in the log.",
    501: "There is no register to look in.",
    502: "The CRM's answer cannot be used, or it does not let the bridge in.",
    503: "The CRM or the journal cannot be reached right now.",
    504: "The CRM did not answer in time.",
}

PLAIN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]*$"
"""Text without control characters, for the regular expressions of JavaScript."""

ENCODED = "^[!-~]*$"
"""What is left of any text after percent-encoding."""

PATH_IDS = {
    "customer_id": ("The customer's id in the CRM.", PLAIN),
    "redeem_id": ("What the redeem answered.", f"^{REDEEM_ID.pattern}$"),
}

HEADERS = {
    "Store-ID": "The store that asks, percent-encoded UTF-8.",
    "Staff-ID": "The member of staff who asks, percent-encoded UTF-8.",
    "Register-ID": "The register that asks, percent-encoded UTF-8.",
}


def describe(app: Flask) -> dict[str, Any]:
    """Return the description of every operation that the application routes to."""
    marshmallow = MarshmallowPlugin()
    spec = APISpec(
        title="Sitoo CRM SPI",
        version=__version__,
        openapi_version="3.0.3",
        plugins=[marshmallow],
        info={"description": ABOUT},
        security=[{"basic": []}],
    )
    assert marshmallow.converter is not None
    teach(marshmallow.converter)
    _components(spec)
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], "operation", None)
        if declared is not None:
            (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            described = _operation(declared, rule.endpoint, rule.arguments)
            spec.path(path, operations={method.lower(): described})
    whole: dict[str, Any] = spec.to_dict()
    _with_examples(whole)
    return whole


def _with_examples(described: dict[str, Any]) -> None:
    """Put the SPI's examples where they belong, so that trying it needs no typing."""
    operations = [one for path in described["paths"].values() for one in path.values()]
    parameters = [one for each in operations for one in each["parameters"]]
    for one in [*parameters, *described["components"]["parameters"].values()]:
        if one.get("name") in PARAMETERS:
            one["example"] = PARAMETERS[one["name"]]
    for each in operations:
        if each["operationId"] in BODIES:
            content = each["requestBody"]["content"]["application/json"]
            content["example"] = BODIES[each["operationId"]]


def _components(spec: APISpec) -> None:
    """Describe once what many operations refer to."""
    spec.components.security_scheme("basic", {"type": "http", "scheme": "basic"})
    for name, about in HEADERS.items():
        spec.components.parameter(name, "header", _text(about, ENCODED))
    for status, about in REFUSALS.items():
        spec.components.response(f"Error{status}", _error(status, about))


def _operation(declared: Operation, endpoint: str, ids: set[str]) -> dict[str, Any]:
    blueprint, _, name = endpoint.rpartition(".")
    described: dict[str, Any] = {
        "operationId": name,
        "tags": [blueprint],
        "summary": declared.summary,
        "description": declared.about,
        "parameters": _parameters(declared, ids),
        "responses": {str(declared.success.status): _success(declared)},
    }
    for status in sorted({*ALWAYS, *declared.refuses}):
        described["responses"][str(status)] = f"Error{status}"
    if isinstance(declared.takes, Body):
        body = _json(declared.takes.schema)
        described["requestBody"] = {"required": True, **body}
    return described


def _parameters(declared: Operation, ids: set[str]) -> list[Any]:
    parameters: list[Any] = [
        {"name": name, "in": "path", "required": True, **_text(*PATH_IDS[name])}
        for name in sorted(ids)
    ]
    if isinstance(declared.takes, Query):
        parameters.append({"in": "query", "schema": declared.takes.schema})
    parameters += HEADERS
    parameters += [
        {"name": name, "in": "header", **_text(about, ENCODED)}
        for name, about in declared.headers
    ]
    return parameters


def _success(declared: Operation) -> dict[str, Any]:
    success = declared.success
    content = {} if success.schema is None else _json(success.schema)
    return {"description": success.about, **content}


def _error(status: int, about: str) -> dict[str, Any]:
    described: dict[str, Any] = {"description": about, **_json(ErrorSchema())}
    if status == 401:
        described["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if status in (429, 503):
        retry = {"schema": {"type": "integer", "minimum": 1}}
        described["headers"] = {"Retry-After": {"description": "Seconds.", **retry}}
    return described


def _json(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _text(about: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": origin.LONGEST, "pattern": pattern}
    return {"description": about, "schema": schema}
