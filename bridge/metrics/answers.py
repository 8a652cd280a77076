"""What is counted of requests: their answers, their waiting, what was refused."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

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

QUEUE_SECONDS = Histogram(
    "sitoo_bridge_queue_seconds",
    "How long a request that was there waited for a thread",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8),
)

THREADS = Gauge(
    "sitoo_bridge_threads",
    "Threads that there are to carry requests out, of all workers",
    multiprocess_mode="livesum",
)

THREADS_BUSY = Gauge(
    "sitoo_bridge_threads_busy",
    "Threads that carry a request out, of all workers",
    multiprocess_mode="livesum",
)

REQUESTS_WAITING = Gauge(
    "sitoo_bridge_requests_waiting",
    "Requests that wait for a thread, of all workers",
    multiprocess_mode="livesum",
)

REQUESTS_REFUSED = Counter(
    "sitoo_bridge_requests_refused_total",
    "Requests that were answered 503 unread, because too many were waiting",
)

CLIENTS_REFUSED = Counter(
    "sitoo_bridge_clients_refused_total",
    "Clients that were too slow with a head or a body, or had too many connections",
    ["what"],
)

SIGN_INS_REFUSED = Counter(
    "sitoo_bridge_sign_ins_refused_total",
    "Sign-ins that were refused, by the door (spi, journal) and why",
    ["door", "why"],
)

PERSONAL_HEADERS = Counter(
    "sitoo_bridge_personal_headers_total",
    "Headers that should have been ids and looked like somebody's personal data",
    ["site", "header"],
)

REPAIRS = Counter(
    "sitoo_bridge_repairs_total",
    "Properties of a CRM's answers that were repaired, left out or dropped",
    ["site", "property", "what"],
)
