"""Workers that die in the middle of a redeem, over a live CRM."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from bridge.deadline import Deadline
from bridge.errors import OutcomeUnknown
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.redeem import Recovery, Redeem, Redeemer
from bridge.site import Site
from tests.redeem.conftest import SETTINGS, Clock
from tests.redeem.test_crash import Fuse


@dataclass
class Worker:
    """A bridge that may die, and the clock that goes on without it."""

    site: Site
    journal: Any
    clock: Clock
    pool: Executor

    def __post_init__(self) -> None:
        self.redeemer = Redeemer(
            self.journal,
            SETTINGS,
            clock=self.clock,
            pause=self.clock.pass_,
            pool=self.pool,
        )

    def redeem(self, customer: str, check: str, promotion: str) -> Redeem:
        context = Context(site="shop", store_id="200", register_id="1")
        deadline = Deadline(8, self.clock)
        return self.redeemer.redeem(
            self.site, context, customer, [check], [promotion], deadline=deadline
        )

    def undo(self, customer: str, redeem_id: str) -> None:
        context, deadline = Context(site="shop"), Deadline(8, self.clock)
        self.redeemer.undo(self.site, context, customer, redeem_id, deadline=deadline)

    def recover(self) -> None:
        recovery = Recovery(self.redeemer, {"shop": self.site})
        for _ in range(3):
            self.clock.pass_(61)
            recovery.run_once()


def mortal(mapping: type[Mapping], fuse: Fuse, lost: str = "") -> type[Mapping]:
    """A mapping that may die around each request, and loses the answer to one kind."""

    class Mortal(mapping):  # type: ignore[misc, valid-type]
        def __init__(self, options: Any, upstream: Any, context: Context) -> None:
            super().__init__(options, upstream, context)
            call = upstream.call

            def perilous(method: str, path: str, **how: Any) -> Any:
                fuse.burn()
                answer = call(method, path, **how)
                fuse.burn()
                if lost and lost in str(how.get("json")):
                    raise OutcomeUnknown
                return answer

            upstream.call = perilous

    return Mortal
