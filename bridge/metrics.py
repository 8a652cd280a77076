"""What the bridge counts.  The only file that knows prometheus_client.

No label ever carries personal data, an id or a text: only names from the
configuration, from the SPI and from this code.

Several processes count into one directory, so that whichever is asked answers for all
of them.  It has to be named before prometheus_client is imported for the first time,
which is why ``bridge.server`` sets it for the processes that it starts.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names the directory."""

REQUESTS = Counter(
    "sitoo_bridge_requests_total",
    "Requests that were answered, by the answer's HTTP status",
    ["site", "operation", "status"],
)

SECONDS = Histogram(
    "sitoo_bridge_request_seconds",
    "How long an answer took, from its first to its last line of code",
    ["site", "operation"],
    # The POS wants an answer within 1 s, and gives up after 10.
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 10),
)

REPAIRS = Counter(
    "sitoo_bridge_repairs_total",
    "Properties of a CRM's answers that were repaired, left out or dropped",
    ["site", "property", "what"],
)

REDEEMS = Counter(
    "sitoo_bridge_redeems_total",
    "Redeems and undos that the POS asked for, by how they ended",
    ["site", "operation", "outcome"],
)

OPEN_REDEEMS = Gauge(
    "sitoo_bridge_open_redeems",
    "Redeems that are not settled, of all sites",
    multiprocess_mode="mostrecent",
)

STUCK_REDEEMS = Gauge(
    "sitoo_bridge_stuck_redeems",
    "Open redeems that recovery could not settle: a person should look",
    multiprocess_mode="mostrecent",
)


UPSTREAM_SECONDS = Histogram(
    "sitoo_bridge_upstream_seconds",
    "How long the CRM took for one try, by its answer's class or what went wrong",
    ["site", "method", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8),
)

UPSTREAM_RETRIES = Counter(
    "sitoo_bridge_upstream_retries_total",
    "Tries that were made because the one before had failed",
    ["site"],
)

UPSTREAM_OPEN = Gauge(
    "sitoo_bridge_upstream_open",
    "Processes that leave the CRM alone because it does not answer",
    ["site"],
    multiprocess_mode="livesum",
)

UPSTREAM_REFUSED = Counter(
    "sitoo_bridge_upstream_refused_total",
    "Calls that were not made because too many were waiting for the CRM",
    ["site"],
)

UNREAD_PARTS = Counter(
    "sitoo_bridge_unread_parts_total",
    "Optional parts of an answer that the CRM did not give",
    ["site", "what"],
)

STALE_ANSWERS = Counter(
    "sitoo_bridge_stale_answers_total",
    "Catalogue answers that were older than they should be, as the CRM gave no others",
    ["site", "what"],
)


def exposition() -> tuple[bytes, str]:
    """Return Prometheus's text format, over all processes, and its content type."""
    registry = REGISTRY
    if DIRECTORY in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def forget_process(pid: int) -> None:
    """Drop the gauges of a process that has ended; what it counted stays."""
    if DIRECTORY in os.environ:
        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
