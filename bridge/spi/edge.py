"""Lets a request in: who asks, for which site, from where, and until when.

Knows HTTP's side of a request and nothing of what it asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from functools import cached_property

from flask import Request, current_app, g
from werkzeug.exceptions import (
    HTTPException,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from bridge.deadline import Deadline
from bridge.errors import Invalid
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.redeem import Redeemer
from bridge.site import Site
from bridge.spi import body, origin
from bridge.spi.access_log import note
from bridge.spi.auth import Doorkeeper

LARGEST = 256 * 1024
"""Bytes of a body: hundreds of times what a customer usually takes."""

EXTENSION = "sitoo_bridge.edge"


@dataclass(frozen=True)
class Edge:
    """What all requests of a process share."""

    doorkeeper: Doorkeeper
    redeemer: Redeemer
    deadline_seconds: float


@dataclass(frozen=True)
class Asked:
    """One request that has been let in."""

    site: Site
    context: Context
    deadline: Deadline
    redeemer: Redeemer

    @cached_property
    def mapping(self) -> Mapping:
        """The CRM, as this request sees it."""
        return self.site.mapping(self.context, self.deadline)


def admit(request: Request, ids: Table[str, str]) -> Asked:
    """Check the credentials first, then size, path ids and headers, in this order."""
    edge: Edge = current_app.extensions[EXTENSION]
    deadline = Deadline(edge.deadline_seconds)
    authorization = request.headers.get("Authorization")
    site = edge.doorkeeper.admit(authorization, request.remote_addr or "")
    note(site=site.name)
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    for name, value in ids.items():
        origin.checked(name, value)
    context = origin.context(site.name, request.headers, g.request_id)
    return Asked(site, context, deadline, edge.redeemer)


def parameters(request: Request, names: Iterable[str]) -> dict[str, str]:
    """Return the named parameters of the query string, as far as they are there."""
    return {name: request.args[name] for name in names if name in request.args}


def json_body(request: Request) -> object:
    """Read the body, or refuse it: 413 and 415 from here, 400 from ``body.parse``."""
    if not request.is_json:
        raise UnsupportedMediaType
    return body.parse(_received(request))


def _received(request: Request) -> bytes:
    try:
        sent = request.get_data(cache=False)
    except HTTPException:
        raise
    except Exception:
        # Every server has errors of its own for chunks that are not sound.
        raise Invalid("The body cannot be read to its end.") from None
    # A chunked body has no length to check beforehand, and werkzeug cuts it off
    # silently where its own limit is reached.
    if len(sent) > LARGEST:
        raise RequestEntityTooLarge
    if len(sent) < (request.content_length or 0):
        raise Invalid("The body is shorter than its Content-Length says.")
    return sent
