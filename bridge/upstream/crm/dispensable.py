"""A read that the rest of an answer can do without.

It has less time than what is needed, and it knows by its context, so that however the
CRM hangs, no thread is kept for longer either.  How it fails says nothing about the
CRM as a whole: what is needed of it must not be refused for that.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, TypeVar

from bridge.deadline import Deadline
from bridge.errors import Silent, UpstreamError

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How long somebody waits for the read that is being made."""

    until: Deadline
    crms: tuple[object, ...]
    """The CRMs whose answer can do without it.  Another one is asked for the sake of
    theirs: for that one, it may well be needed."""


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


def soonest(deadline: Deadline) -> Deadline:
    """Return a deadline, or the end of the patience with this read: what is sooner."""
    patience = _patience.get()
    if patience is None:
        return deadline
    return min(deadline, patience.until, key=Deadline.remaining)


def is_needed(crm: object) -> bool:
    """Whether an answer of this CRM's cannot do without the read that is being made."""
    patience = _patience.get()
    return patience is None or crm not in patience.crms


class Dispensable(Generic[T]):
    """A read that the rest can do without: it gives ``None`` when it fails."""

    def __init__(
        self,
        read: Callable[[], T],
        missed: Callable[[UpstreamError], None],
        crm: object = None,
    ) -> None:
        """``missed`` hears why there is nothing: once.  ``crm`` stands for the one
        whose answer can do without it.
        """
        self._read = read
        self._missed = missed
        self._crm = crm
        self._over = False

    def __call__(self) -> T | None:
        """Read; only what the CRM did not give is forgiven."""
        try:
            return self._read()
        except UpstreamError as error:
            self._miss(error)
            return None

    def within(self, until: Deadline) -> T | None:
        """Read, as long as somebody waits for it."""
        around = _patience.get()
        crms = (self._crm, *(around.crms if around else ()))
        token = _patience.set(Patience(soonest(until), crms))
        try:
            return self()
        finally:
            _patience.reset(token)

    def give_up(self) -> None:
        """Go on without it: it takes too long."""
        self._miss(Silent())

    def _miss(self, error: UpstreamError) -> None:
        if not self._over:
            self._over = True
            self._missed(error)
