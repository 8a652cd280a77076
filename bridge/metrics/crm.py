"""What is counted on the way to a CRM."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

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
