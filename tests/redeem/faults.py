"""Ways to break a redeem: workers that die, CRMs that fail, journals that meddle.

A dead worker stays dead: once its fuse has blown, its threads get no further.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bridge.errors import BridgeError
from bridge.mapping import Mapping
from bridge.model import Item, Receipt
from bridge.redeem import Journal
from tests.redeem.crm import LedgerMapping

WRITES = {"create", "save", "open", "close", "reserve", "claim_key", "give_key"}
WRITES |= {"set_aside", "forget"}


class Killed(BaseException):
    """Not an Exception, so nothing in the code under test can swallow it."""


class Fuse:
    """Lets so many steps pass, then none ever again."""

    def __init__(self, steps: float) -> None:
        self.left = steps
        self.burnt = 0
        self._calls = 0
        self._lock = threading.Condition()

    def burn(self) -> None:
        with self._lock:
            self.left -= 1
            self.burnt += 1
            if self.left <= 0:
                raise Killed

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Count a call to the CRM that is under way."""
        with self._lock:
            self._calls += 1
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                self._lock.notify_all()

    def burnt_down(self) -> None:
        """Wait until no thread of a dead worker is inside a call any more."""
        with self._lock:
            assert self._lock.wait_for(lambda: not self._calls, 30)

    @property
    def blown(self) -> bool:
        return self.left <= 0


def hangs_up(fuse: Fuse, step: float) -> Callable[[], bool]:
    """Say whether a till has gone that hangs up at a step, whoever may die."""
    return lambda: fuse.burnt >= step


class FragileJournal:
    """A journal whose worker may die before and after each write."""

    def __init__(self, journal: Journal, fuse: Fuse) -> None:
        self._journal, self._fuse = journal, fuse

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._journal, name)
        if name not in WRITES:
            return inner

        def call(*args: Any) -> Any:
            self._fuse.burn()
            result = inner(*args)
            self._fuse.burn()
            return result

        return call


Fault = tuple[str, int, type[BridgeError], bool]
"""A verb, its how-manieth call, the error, and whether it is done all the same."""


def mortal(fuse: Fuse, *faults: Fault) -> type[Mapping]:
    """A mapping whose worker may die around each call, over a CRM that fails so."""
    left = list(faults)
    calls: dict[str, int] = {}
    lock = threading.Lock()

    def carry_out(verb: str, work: Callable[[], Any]) -> Any:
        with fuse.calling():
            return within(verb, work)

    def within(verb: str, work: Callable[[], Any]) -> Any:
        fuse.burn()
        with lock:
            calls[verb] = nth = calls.get(verb, 0) + 1
            fault = next((f for f in left if f[:2] == (verb, nth)), None)
        result = None
        if fault is None or fault[3]:
            result = work()
        fuse.burn()
        if fault:
            raise fault[2]
        return result

    class Mortal(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            work = super().redeem_item
            receipt: Receipt = carry_out("redeem", lambda: work(item, ref))
            return receipt

        def find_receipt(self, item: Item, ref: str) -> Receipt | None:
            work = super().find_receipt
            found: Receipt | None = carry_out("find", lambda: work(item, ref))
            return found

        def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
            work = super().undo_item
            carry_out("undo", lambda: work(item, ref, receipt))

    return Mortal


@contextmanager
def killed(fuse: Fuse | None = None) -> Iterator[None]:
    """Go on after the worker has died with all its threads, or has given up."""
    with suppress(Killed, BridgeError):
        yield
    if fuse:
        fuse.burnt_down()


class Meddling:
    """A journal where something else happens right before or after some call.

    ``Meddling(journal, before_close=act)`` calls ``act`` before the first ``close``,
    once: what it does may close other redeems.
    """

    def __init__(self, journal: Any, **acts: Callable[[], Any]) -> None:
        self._journal, self._acts = journal, acts

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._journal, name)
        if not callable(inner):
            return inner

        def call(*args: Any, **named: Any) -> Any:
            self._acts.pop(f"before_{name}", _nothing)()
            result = inner(*args, **named)
            self._acts.pop(f"after_{name}", _nothing)()
            return result

        return call


def _nothing() -> None:
    pass
