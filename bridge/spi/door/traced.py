"""One span for every request, where traces are switched on.

Knows nothing of what was asked for: a route has names in the places of ids, and no
query string.
"""

from __future__ import annotations

import re
import time

from flask import Flask, Response, g, request

from bridge import traces
from bridge.spi.door import origin
from bridge.spi.door.access_log import METHODS, PROBES, note

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
"""A name in a route, as Flask has it."""


def install(app: Flask) -> None:
    """Follow every request of the application but those of monitoring."""
    if traces.spans is not None:
        app.before_request(_begin)
        app.after_request(_finish)


def _begin() -> None:
    if traces.spans is None or request.endpoint in PROBES:
        return
    method = request.method if request.method in METHODS else "_OTHER"
    waited = time.monotonic() - g.arrival.at
    came_with = origin.traceparent(request.headers)
    g.span = step = traces.spans.request(method, came_with, waited)
    if step.trace_id:
        note(trace_id=step.trace_id)
    if request.url_rule is not None:
        route = PLACE.sub(r"{\1}", request.url_rule.rule)
        step.name(f"{method} {route}")
        step.note({"http.route": route})


def _finish(response: Response) -> Response:
    if "span" not in g:
        return response
    g.span.note(
        {
            "http.response.status_code": response.status_code,
            "sitoo_bridge.site": g.noted.get("site", ""),
        }
    )
    if "error" in g.noted:
        g.span.note({"sitoo_bridge.outcome": g.noted["error"]})
    if response.status_code >= 500:
        g.span.fail(str(response.status_code))
    g.span.end()
    return response
