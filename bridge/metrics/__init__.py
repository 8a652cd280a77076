"""What the bridge counts.  The only package that knows prometheus_client.

* ``answers``: requests, from their waiting to their answer
* ``crm``: the way to a CRM
* ``redeems``: redeems, recovery, and the journal's Redis
* ``process``: what a process says of itself
* ``sharing``: how several processes count together

No label ever carries personal data, an id or a text: only names from the
configuration, from the SPI and from this code.

Several processes write into one directory what they have counted, so that whichever is
asked answers for all of them.  Whatever becomes of that directory, counting goes on and
no request fails: see ``sharing``.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from bridge.metrics.sharing import Sharing, drop_gauges  # isort: skip - before any metric
from bridge.metrics.answers import (
    CLIENTS_REFUSED,
    PERSONAL_HEADERS,
    QUEUE_SECONDS,
    REPAIRS,
    REQUESTS,
    REQUESTS_REFUSED,
    REQUESTS_WAITING,
    SECONDS,
    SIGN_INS_REFUSED,
    THREADS,
    THREADS_BUSY,
)
from bridge.metrics.crm import (
    STALE_ANSWERS,
    UNREAD_PARTS,
    UPSTREAM_OPEN,
    UPSTREAM_REFUSED,
    UPSTREAM_RETRIES,
    UPSTREAM_SECONDS,
)
from bridge.metrics.process import BUILD, introduce
from bridge.metrics.redeems import (
    OLDEST_OPEN_SECONDS,
    OPEN_REDEEMS,
    RECOVERY_ATTEMPTS,
    RECOVERY_ROUND,
    RECOVERY_SUCCESS,
    REDEEMS,
    REDIS_ERRORS,
    REDIS_SECONDS,
    STUCK_REDEEMS,
)

__all__ = [
    "BUILD",
    "CLIENTS_REFUSED",
    "DIRECTORY",
    "OLDEST_OPEN_SECONDS",
    "OPEN_REDEEMS",
    "PERSONAL_HEADERS",
    "QUEUE_SECONDS",
    "RECOVERY_ATTEMPTS",
    "RECOVERY_ROUND",
    "RECOVERY_SUCCESS",
    "REDEEMS",
    "REDIS_ERRORS",
    "REDIS_SECONDS",
    "REPAIRS",
    "REQUESTS",
    "REQUESTS_REFUSED",
    "REQUESTS_WAITING",
    "SECONDS",
    "SIGN_INS_REFUSED",
    "STALE_ANSWERS",
    "STUCK_REDEEMS",
    "THREADS",
    "THREADS_BUSY",
    "UNREAD_PARTS",
    "UPSTREAM_OPEN",
    "UPSTREAM_REFUSED",
    "UPSTREAM_RETRIES",
    "UPSTREAM_SECONDS",
    "exposition",
    "forget_process",
    "share",
]

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names the directory."""


def share() -> None:
    """Let others read what this process counts, where a directory is named for it.

    Called once in each process; again, it does nothing.
    """
    introduce()
    if DIRECTORY in os.environ:
        _sharing(os.getpid())


@functools.lru_cache(1)
def _sharing(pid: int) -> Sharing:
    return Sharing(Path(os.environ[DIRECTORY]))


def exposition() -> tuple[bytes, str]:
    """Return Prometheus's text format and its content type.

    Over all processes; over this one alone where others' counts cannot be read.
    """
    shared = _sharing(os.getpid()).registry() if DIRECTORY in os.environ else None
    return generate_latest(shared or REGISTRY), CONTENT_TYPE_LATEST


def forget_process(pid: int) -> None:
    """Drop the gauges of a process that has ended; what it counted stays."""
    if DIRECTORY in os.environ:
        drop_gauges(Path(os.environ[DIRECTORY]), pid)
