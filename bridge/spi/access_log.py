"""One log line and two metrics for every request, whoever answered it.

Knows nothing of what was asked for: never the query string, a body or a customer.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from flask import Flask, Response, g, request

from bridge import log as logs
from bridge import metrics
from bridge.spi import origin

log = logging.getLogger(__name__)

PROBES = ("health.alive", "health.ready", "health.exposition")
"""Asked every few seconds by machines: logged for debugging only."""


def install(app: Flask) -> None:
    """Follow every request of the application, the ones without a route included."""
    app.before_request(_begin)
    app.after_request(_finish)


def note(**fields: Any) -> None:
    """Add fields to the request's line: no personal data, nothing that was typed."""
    g.noted.update(fields)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = origin.request_id(request.headers)
    g.noted = {}
    logs.request_id.set(g.request_id)


def _finish(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    response.headers["X-Request-ID"] = g.request_id
    operation = (request.endpoint or "none").rpartition(".")[2]
    site = g.noted.get("site", "")
    metrics.REQUESTS.labels(site, operation, response.status_code).inc()
    metrics.SECONDS.labels(site, operation).observe(seconds)
    log.log(
        logging.DEBUG if request.endpoint in PROBES else logging.INFO,
        "request answered",
        extra={
            "operation": operation,
            "method": request.method,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            **g.noted,
        },
    )
    return response
