"""What is counted of redeems, of recovery, and of the Redis that they are kept in."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REDEEMS = Counter(
    "sitoo_bridge_redeems_total",
    "Redeems and undos that the POS asked for, by how they ended, in the words of the "
    "journal: redeemed, given back, or what was in the way: refused, not asked, "
    "not reached, no answer, failed, put off, shut out, held, hung up, too late, "
    "no journal",
    ["site", "operation", "outcome"],
)

OPEN_REDEEMS = Gauge(
    "sitoo_bridge_open_redeems",
    "Redeems that are not settled and that no request works on; without a site, those "
    "that cannot be read or are too many to be looked at",
    ["site"],
    multiprocess_mode="mostrecent",
)

STUCK_REDEEMS = Gauge(
    "sitoo_bridge_stuck_redeems",
    "Open redeems that recovery could not settle: a person should look",
    ["site"],
    multiprocess_mode="mostrecent",
)

OLDEST_OPEN_SECONDS = Gauge(
    "sitoo_bridge_oldest_open_redeem_seconds",
    "How long the oldest of the open redeems has been open, or 0",
    ["site"],
    multiprocess_mode="mostrecent",
)

RECOVERY_ATTEMPTS = Counter(
    "sitoo_bridge_recovery_attempts_total",
    "Tries of recovery to settle a redeem, by what came of it: settled, or the error "
    "that was in the way",
    ["site", "outcome"],
)

RECOVERY_ROUND = Gauge(
    "sitoo_bridge_recovery_last_round_timestamp_seconds",
    "When recovery last looked for open redeems and could, in Unix time",
    multiprocess_mode="mostrecent",
)

RECOVERY_SUCCESS = Gauge(
    "sitoo_bridge_recovery_last_success_timestamp_seconds",
    "When recovery last settled a redeem, in Unix time",
    ["site"],
    multiprocess_mode="mostrecent",
)

REDIS_SECONDS = Histogram(
    "sitoo_bridge_redis_seconds",
    "How long Redis took, retries included, by what the journal wanted of it",
    ["call"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)

REDIS_ERRORS = Counter(
    "sitoo_bridge_redis_errors_total",
    "What Redis did not do, by its code word (OOM, READONLY), or by the client's kind "
    "of error where it said none (TimeoutError)",
    ["code"],
)
