"""Holds requests and answers against a vendor's own description of its API.

For CRMs that cannot be run here: what the mapping sends has to be as described, and so
has what our fake answers, or the mapping would be proved against something else.

A vendor's document says less than it knows: objects are open, so that a misspelt field
passes, and alternatives overlap, so that what fits two of them fits none.  So it is
read in a stricter and in a laxer way: an object has the properties that are described
and no others, and what fits one alternative at least is fine.

The documents are not part of this project.  They are looked for in ``shared/vendors``
beside the checkout, or where ``BRIDGE_VENDORS`` says.  Where they are not, the CRM's
other tests run all the same, and those of the description say why they do not; in CI
they must be there.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema.exceptions import best_match
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.responses.exceptions import ResponseFinderError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from bridge.testing import Call
from tests.extent import EVERYTHING, without
from tests.mappings.live.cache import ROOT

Json = dict[str, Any]

HERE = "http://crm.example"
APART = "unevaluatedProperties"


def documents(vendor: str) -> Path:
    """Return the directory of a vendor's documents; without it the test is skipped."""
    return _documents(vendor) or without(
        f"no description of {vendor}'s API: put it into ../shared/vendors/{vendor}, or "
        "say with BRIDGE_VENDORS where the vendors' documents are"
    )


def documents_if_any(vendor: str) -> Path | None:
    """Return the same, or ``None``; in CI they must be there."""
    if EVERYTHING:
        return documents(vendor)
    return _documents(vendor)


def _documents(vendor: str) -> Path | None:
    places = (place / vendor for place in _places())
    return next((place for place in places if place.is_dir()), None)


def _places() -> Iterator[Path]:
    if said := os.environ.get("BRIDGE_VENDORS"):
        yield Path(said)
        return
    yield ROOT.parent / "shared" / "vendors"
    # A worktree may be anywhere; what is beside its main checkout is meant.
    common = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if common.returncode == 0:
        yield Path(common.stdout.strip()).parents[1] / "shared" / "vendors"


class _Request:
    """A call as openapi-core wants it."""

    host_url = HERE
    content_type = "application/json"

    def __init__(self, call: Call) -> None:
        self.call = call
        # Once only: openapi-core puts what it finds in the path here.
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(call.query), header=Headers(call.headers)
        )

    @property
    def path(self) -> str:
        return self.call.path

    @property
    def method(self) -> str:
        return self.call.method.lower()

    @property
    def body(self) -> bytes | None:
        return None if self.call.body is None else json.dumps(self.call.body).encode()


@dataclass(frozen=True)
class _Answer:
    status_code: int
    data: bytes
    content_type: str = "application/json"
    headers: Any = field(default_factory=dict)


class Description:
    """What a vendor says of its API, in one document or more."""

    def __init__(
        self,
        *documents: Json,
        error: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Read documents as the vendor has them.

        ``error`` names the schema of answers that no operation describes.  ``headers``
        every request has to have, "" for any value.
        """
        # Their own mistakes, such as a default of another type, are not ours to find.
        asis = Config(spec_validator_cls=None)
        read = [strict(one) for one in documents]
        self._apis = [(OpenAPI.from_dict(one, asis), one) for one in read]
        self._error = error
        self._headers = headers or {}

    def problems(self, call: Call, status: int, body: Any) -> Iterator[str]:
        """Yield what of a call and its answer is not as described."""
        yield from self.problems_of_request(call)
        request, where = _Request(call), f"{call.method} {call.path}: its {status}"
        answer = _Answer(status, b"" if body is None else json.dumps(body).encode())
        for api, document in self._apis:
            try:
                api.validate_response(request, answer)
            except PathError:
                continue
            except ResponseFinderError:
                yield from self._odd_error(document, where, status, body)
            except OpenAPIError as error:
                yield f"{where}: {_why(error)}"
            return

    def problems_of_request(self, call: Call) -> Iterator[str]:
        """Yield what of a call is not as described."""
        where = f"{call.method} {call.path}"
        for name, wanted in self._headers.items():
            sent = call.headers.get(name.lower())
            if not sent or (wanted and sent != wanted):
                yield f"{where}: needs the header {name}"
        for api, document in self._apis:
            try:
                api.validate_request(_Request(call))
            except PathError:
                continue
            except OpenAPIError as error:
                yield f"{where}: {_why(error)}"
            yield from self._undeclared(document, call)
            return
        yield f"{where}: no document has this"

    def _undeclared(self, document: Json, call: Call) -> Iterator[str]:
        """Yield what no document speaks of, and openapi-core lets pass."""
        where = f"{call.method} {call.path}"
        path = _path(document, call.path)
        if call.body is not None and "requestBody" not in path[call.method.lower()]:
            yield f"{where}: takes no body"
        declared = {one["name"] for one in _parameters(document, path, call.method)}
        for name in call.query.keys() - declared:
            yield f"{where}: there is no parameter {name}"

    def _odd_error(
        self, document: Json, where: str, status: int, body: Any
    ) -> Iterator[str]:
        if status < 400 or not self._error:
            yield f"{where} is not described"
            return
        wanted = document["components"]["schemas"][self._error]
        if not isinstance(body, dict) or not {*wanted["required"]} <= body.keys():
            yield f"{where} is no {self._error}"
        elif not body.keys() <= wanted["properties"].keys():
            yield f"{where} has more than a {self._error}"


@dataclass
class Witness:
    """Sees what goes over the wire, and judges it afterwards: no till can wait for it.

    Without a description it has nothing to say.
    """

    description: Description | None
    exchanges: dict[str, tuple[Call, int, Any]] = field(default_factory=dict)

    def __call__(self, call: Call, status: int, body: Any) -> None:
        self.exchanges.setdefault(repr((call, status, body)), (call, status, body))

    def problems(self) -> list[str]:
        """Return what of all exchanges so far is not as described, and forget them."""
        exchanges, self.exchanges = self.exchanges, {}
        if self.description is None:
            return []
        found = itertools.starmap(self.description.problems, exchanges.values())
        return list(dict.fromkeys(itertools.chain.from_iterable(found)))


def _path(document: Json, path: str) -> Json:
    """Return the path of a document that a request is for: one without braces first."""
    paths: Json = document["paths"]
    fits = (
        one
        for template, one in paths.items()
        if re.fullmatch(re.sub("{[^}]+}", "[^/]+", template), path)
    )
    return paths[path] if path in paths else next(fits)


def _parameters(document: Json, path: Json, method: str) -> Iterator[Json]:
    operation = path.get(method.lower(), {})
    for one in [*path.get("parameters", ()), *operation.get("parameters", ())]:
        name = one.get("$ref", "").rpartition("/")[2]
        yield document["components"]["parameters"][name] if name else one


def strict(document: Json) -> Json:
    """Return an OpenAPI 3.0 document as a 3.1 whose objects are closed.

    Of several ways to show who asks, those with keys in headers are left.
    """
    document = {**document, "openapi": "3.1.0", "servers": [{"url": HERE}]}
    components = document["components"]
    schemas = components["schemas"]
    changed = {name: _schema(schemas, one, inner=True) for name, one in schemas.items()}
    keys = {
        name
        for name, one in components.get("securitySchemes", {}).items()
        if one["type"] == "apiKey"
    }
    document = _with_schemas(schemas, document)
    for path in document["paths"].values():
        for operation in path.values():
            if "security" in operation:
                ways = [way for way in operation["security"] if way.keys() <= keys]
                operation["security"] = ways
    return document | {"components": components | {"schemas": changed}}


def _with_schemas(schemas: Json, node: Any) -> Any:
    """Return paths and parameters with their schemas changed."""
    if isinstance(node, list):
        return [_with_schemas(schemas, one) for one in node]
    if not isinstance(node, dict):
        return node
    changed = {}
    for key, one in node.items():
        if key in ("components", "examples", "example"):
            changed[key] = one
        elif key == "schema":
            schema = _schema(schemas, one)
            changed[key] = schema if "in" in node else _body(schema)
        else:
            changed[key] = _with_schemas(schemas, one)
    return changed


def _body(schema: Json) -> Json:
    """Return a body's schema: openapi-core forgets what stands beside a name there."""
    if "$ref" not in schema:
        return schema
    beside = {name: one for name, one in schema.items() if name != "$ref"}
    return {**beside, "allOf": [{"$ref": schema["$ref"]}]}


def _schema(schemas: Json, schema: Json, *, inner: bool = False) -> Json:
    """Return a schema of 3.1; ``inner`` is part of another, which will be closed."""
    changed: Json = {}
    for key, value in schema.items():
        if key in ("allOf", "anyOf", "oneOf"):
            parts = [_schema(schemas, one, inner=True) for one in value]
            changed["anyOf" if key == "oneOf" else key] = parts
        elif key == "properties":
            changed[key] = {n: _schema(schemas, one) for n, one in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            changed[key] = _schema(schemas, value)
        elif key not in ("nullable", "example", "discriminator", "title"):
            changed[key] = value
    if not inner and _has_properties(schemas, schema):
        changed[APART] = False
    return {"anyOf": [changed, {"type": "null"}]} if schema.get("nullable") else changed


def _has_properties(schemas: Json, schema: Json) -> bool:
    """Whether a schema says what is in an object: else there may be anything in it."""
    if "$ref" in schema:
        # A document may name what it does not have, where nobody asks.
        return _has_properties(
            schemas, schemas.get(schema["$ref"].rpartition("/")[2], {})
        )
    parts = [one for key in ("allOf", "anyOf", "oneOf") for one in schema.get(key, ())]
    return "properties" in schema or any(_has_properties(schemas, one) for one in parts)


def _why(error: Exception) -> str:
    """Return what is wrong, down to the field."""
    cause = error.__cause__ or error
    found = getattr(cause, "schema_errors", None)
    if not found:
        return f"{error}: {cause}" if cause is not error else str(error)
    # What is wrong inside makes what is around it look unknown as well.
    inside = [one for one in found if one.validator != APART]
    deepest = max(found, key=lambda one: len(one.absolute_path))
    worst = best_match(inside) or deepest
    return f"{'/'.join(map(str, worst.absolute_path))}: {worst.message}"
