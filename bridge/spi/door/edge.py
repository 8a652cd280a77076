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

from bridge import traces
from bridge.arrival import Arrival
from bridge.deadline import Deadline
from bridge.errors import Garbled, HungUp, TooLate
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.redeem import Newcomers, Redeemer
from bridge.site import Site
from bridge.spi.door import body, origin
from bridge.spi.door.access_log import note
from bridge.spi.door.auth import Doorkeeper
from bridge.spi.identity.letters import written

LARGEST = 256 * 1024
"""Bytes of a body: hundreds of times what a customer usually takes."""

EXTENSION = "sitoo_bridge.edge"


@dataclass(frozen=True)
class Edge:
    """What all requests of a process share."""

    doorkeeper: Doorkeeper
    redeemer: Redeemer
    newcomers: Newcomers
    deadline_seconds: float


@dataclass(frozen=True)
class Asked:
    """One request that has been let in."""

    site: Site
    context: Context
    deadline: Deadline
    redeemer: Redeemer
    newcomers: Newcomers

    @cached_property
    def mapping(self) -> Mapping:
        """The CRM, as this request sees it."""
        return self.site.mapping(self.context, self.deadline)

    def still_there(self) -> None:
        """Raise ``HungUp`` if nobody would hear of what is about to be done."""
        if self.deadline.hung_up():
            raise HungUp


def admit(request: Request, ids: Table[str, str]) -> Asked:
    """Check the credentials first, then size, path ids and headers, in this order.

    The time that the answer may take counts from the request's arrival.
    """
    edge: Edge = current_app.extensions[EXTENSION]
    arrival: Arrival = g.arrival
    deadline = Deadline(
        edge.deadline_seconds, since=arrival.at, hung_up=arrival.hung_up
    )
    if deadline.passed:
        raise TooLate(retry_after=1)
    authorization = request.headers.get("Authorization")
    site = edge.doorkeeper.admit(authorization, request.remote_addr or "")
    g.language = site.language
    note(site=site.name)
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    for name, value in ids.items():
        origin.checked(name, value)
    context = origin.context(site, request.headers, g.request_id)
    _note(site, context)
    return Asked(site, context, deadline, edge.redeemer, edge.newcomers)


def _note(site: Site, context: Context) -> None:
    """Have the request's line say which till asked, and in which trace; so do calls."""
    if context.traceparent and traces.spans is None:
        traces.under_way.set(traces.Trace(context.traceparent))
    fields = {
        "store": origin.told(site, context.store_id),
        "register": origin.told(site, context.register_id),
        "trace_id": context.traceparent[3:35],
    }
    note(**{name: value for name, value in fields.items() if value})


def parameters(request: Request, names: Iterable[str]) -> dict[str, str]:
    """Return the named parameters of the query string, as far as they are there.

    In one way of writing (``letters.py``): a key was typed, pasted or scanned.
    """
    return {name: written(request.args[name]) for name in names if name in request.args}


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
        raise Garbled(detail="The body cannot be read to its end.") from None
    # A chunked body has no length to check beforehand, and werkzeug cuts it off
    # silently where its own limit is reached.
    if len(sent) > LARGEST:
        raise RequestEntityTooLarge
    if len(sent) < (request.content_length or 0):
        raise Garbled(detail="The body is shorter than announced.")
    return sent
