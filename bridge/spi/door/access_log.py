"""One log line and a few metrics for every request, whoever answered it.

Knows nothing of what was asked for: never the query string, a body or a customer.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from flask import Flask, Response, g, request
from flask.globals import app_ctx

from bridge import log as logs
from bridge import metrics, traces
from bridge.arrival import ENVIRON, Arrival
from bridge.errors import BridgeError, JournalError
from bridge.spi.door import origin

log = logging.getLogger(__name__)

PROBES = ("health.alive", "health.ready", "health.exposition")
"""Asked every few seconds by machines: logged for debugging only."""


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Any other one may be anything that a client has typed."""


def install(app: Flask) -> None:
    """Follow every request of the application, the ones without a route included."""
    app.before_request(_begin)
    app.after_request(_finish)


def note(**fields: Any) -> None:
    """Add fields to the request's line: no personal data, nothing that was typed."""
    g.noted.update(fields)


def note_error(error: BridgeError) -> None:
    """Add what a request failed with, and what Redis said if it was to blame."""
    note(error=type(error).__name__)
    if error.detail:
        note(detail=error.detail)
    if isinstance(error, JournalError) and error.complaint:
        note(redis=error.complaint)


def _begin() -> None:
    # Each look at ``g`` finds out anew which thread asks.
    here = app_ctx.g
    here.began = time.perf_counter()
    here.arrival = request.environ.get(ENVIRON) or Arrival()
    here.request_id = origin.request_id(request.headers)
    here.noted = {}
    logs.request_id.set(here.request_id)
    traces.under_way.set(traces.NONE)


def _finish(response: Response) -> Response:
    here, method = app_ctx.g, request.method
    seconds = time.perf_counter() - here.began
    noted, queued = here.noted, here.arrival.queued
    response.headers["X-Request-ID"] = here.request_id
    endpoint = request.endpoint or "none"
    operation, site = endpoint.rpartition(".")[2], noted.get("site", "")
    metrics.REQUESTS.labels(site, operation, response.status_code).inc()
    metrics.SECONDS.labels(site, operation).observe(seconds)
    metrics.QUEUE_SECONDS.observe(queued)
    log.log(
        logging.DEBUG if endpoint in PROBES else logging.INFO,
        "request answered",
        extra={
            "operation": operation,
            "method": method if method in METHODS else "other",
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "queued_ms": round(queued * 1000, 1),
            **noted,
        },
    )
    return response
