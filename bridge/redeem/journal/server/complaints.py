"""What Redis complains of, as the journal's own errors.  Knows nothing of redeems.

Redis begins what it refuses with a code word (NOPERM, OOM), which says what to do; the
rest of its sentence may quote a key, and goes nowhere.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from time import perf_counter
from typing import ParamSpec, TypeVar

import redis

from bridge import metrics, traces
from bridge.errors import JournalError

P = ParamSpec("P")
T = TypeVar("T")

COMPLAINTS = (redis.RedisError, redis.exceptions.RedisClusterException, OSError)
"""What redis-py raises: a cluster's own complaints are no ``RedisError``."""


class Unreadable(JournalError):
    """Nothing can be redeemed or undone right now. Call support."""

    detail = "The journal holds something that is no redeem of this bridge."


CODES: dict[type[Exception], str] = {
    redis.exceptions.NoPermissionError: "NOPERM",
    redis.exceptions.OutOfMemoryError: "OOM",
    redis.exceptions.ReadOnlyError: "READONLY",
    redis.exceptions.BusyLoadingError: "LOADING",
    redis.exceptions.ClusterDownError: "CLUSTERDOWN",
    redis.exceptions.MasterDownError: "MASTERDOWN",
}
"""The code words that redis-py takes away, for a class of its own."""

TOLD = {
    *CODES.values(),
    *("ASK", "BUSY", "CROSSSLOT", "ERR", "EXECABORT", "MISCONF", "MOVED", "NOAUTH"),
    *("NOREPLICAS", "NOSCRIPT", "TRYAGAIN", "UNBLOCKED", "UNKILLABLE", "WRONGPASS"),
    *("WAIT", "WRONGTYPE"),
}
"""Code words that are counted by name; a module of somebody's may have any other."""

MENDS = {
    "NOPERM": "the user in redis.url may not do all that the journal does: give it the "
    "rights that docs/retailers/install.rst lists",
    "OOM": "its memory is full: give it more, or lower redeem.keep_days",
    "NOREPLICAS": "min-replicas-to-write wants more replicas than are connected: start "
    "them, or lower it",
    "MISCONF": "it could not write to its disk: see to the disk and its log",
    "READONLY": "it is a replica: let redis.url name the master, or use "
    "redis+sentinel://",
    "LOADING": "it is still loading its data: wait, and ask again",
    "WAIT": "fewer replicas have it in time than wait_replicas wants: start them, or "
    "lower it in the way that docs/retailers/availability.rst says",
    "DENIED": "it is in protected mode, which lets only its own machine in: give it a "
    "password (requirepass, or a user) and write that into redis.url",
    "AuthenticationError": "it does not know user and password: correct redis.url",
    "AuthenticationWrongNumberOfArgsError": "it is older than Redis 6 and knows no "
    "users, and the bridge needs 7.0: take a newer one",
}
"""What to do, by code word or else by the error's class."""


def complaint(error: Exception) -> str:
    """Name an error by its class and Redis's code word: ``ResponseError MISCONF``."""
    return f"{type(error).__name__} {_code(error)}".strip()


def count(error: Exception) -> None:
    """Count an error by its code word, or by its class where Redis has said none."""
    code = _code(error) or type(error).__name__
    known = code in TOLD or not isinstance(error, redis.ResponseError)
    metrics.REDIS_ERRORS.labels(code if known else "other").inc()


def answered(error: JournalError) -> bool:
    """Whether Redis was there, and would not."""
    name, _, code = error.complaint.partition(" ")
    return bool(code) or name in MENDS


def mend(error: JournalError) -> str:
    """Say what to do about it."""
    name, _, code = error.complaint.partition(" ")
    if not answered(error):
        return "start it, or correct redis.url"
    return MENDS.get(code) or MENDS.get(name) or "see its log"


def _code(error: Exception) -> str:
    for kind, code in CODES.items():
        if isinstance(error, kind):
            return code
    # redis-py says first which command of a pipeline it was.
    said = str(error).rpartition("caused error: ")[2]
    found = re.match(r"[A-Z]{3,}\b", said)
    return found[0] if found and isinstance(error, redis.ResponseError) else ""


def guarded(call: Callable[P, T]) -> Callable[P, T]:
    """Turn whatever Redis complains of into a ``JournalError``.

    ``Unreadable`` when Redis is well and only what it holds is not.  Each call is
    counted by its name, with the time that it took.
    """
    took = functools.cache(lambda: metrics.REDIS_SECONDS.labels(call.__name__))

    @functools.wraps(call)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if traces.spans is None:
            return counted(*args, **kwargs)
        with traces.spans.journal(call.__name__):
            return counted(*args, **kwargs)

    def counted(*args: P.args, **kwargs: P.kwargs) -> T:
        began = perf_counter()
        try:
            return call(*args, **kwargs)
        except COMPLAINTS as error:
            count(error)
            kind = Unreadable if "WRONGTYPE" in str(error) else JournalError
            raise kind(complaint=complaint(error)) from error
        finally:
            took().observe(perf_counter() - began)

    return guarded
