"""How often Redis is asked again: as long as somebody waits for the answer.

A Redis that stands still, or has just been replaced, lets every call wait for its
time-out.  Several tries of several calls in a row would take longer than the POS waits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from redis.cluster import RedisCluster
from redis.retry import Retry

from bridge.deadline import Deadline
from bridge.errors import JournalError
from bridge.redeem.journal.server import complaints

P = ParamSpec("P")
T = TypeVar("T")

_waited_for: ContextVar[Deadline | None] = ContextVar("waited_for", default=None)
"""Unset where nobody waits: what recovery does is tried as often as it takes."""


def while_waited_for(call: Callable[P, T]) -> Callable[P, T]:
    """Have a call's ``deadline`` bound the tries of whatever it asks of Redis.

    On every thread that takes the context along; once it is over, each call is tried
    once.
    """

    @functools.wraps(call)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> T:
        deadline: Any = kwargs["deadline"]
        token = _waited_for.set(deadline)
        try:
            return call(*args, **kwargs)
        finally:
            _waited_for.reset(token)

    return bounded


class WhileWaitedFor(Retry):
    """redis-py's own retry, which ends when nobody waits any more."""

    def call_with_retry(self, do: Any, fail: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what ``do`` does, or raise what it last raised."""

        def failed(error: Exception, *tries: int) -> None:
            fail(error, *tries)
            if _in_vain():
                raise error

        return super().call_with_retry(do, failed, *args, **kwargs)


class ClusterWhileWaitedFor(RedisCluster):
    """redis-py's own cluster: its loop of tries asks no ``Retry``, and ends just so."""

    def _execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Return what one try brings, or raise what the loop does not try again."""
        try:
            return super()._execute_command(*args, **kwargs)  # type: ignore[no-untyped-call]
        except self.ERRORS_ALLOW_RETRY as error:
            if _in_vain():
                complaints.count(error)
                raise JournalError(complaint=complaints.complaint(error)) from error
            raise


def _in_vain() -> bool:
    """Whether nobody waits any more."""
    deadline = _waited_for.get()
    return deadline is not None and deadline.passed
