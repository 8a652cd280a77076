"""The bridge's processes: the real kernel, which dies and starts again."""

from __future__ import annotations

from typing import Any

from bridge.deadline import Deadline
from bridge.errors import BridgeError, JournalError
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.redeem import (
    Journal,
    Recovery,
    Redeemer,
    RedeemSettings,
    RedisSettings,
    Store,
)
from bridge.redeem.desk.looking import Found
from bridge.redeem.desk.people import People
from bridge.redeem.pools import OnePool
from bridge.redeem.recovery import Handout
from bridge.site import Site
from bridge.upstream import Cache
from tests.simulation.crm_line import CRMGateway
from tests.simulation.history import Request
from tests.simulation.redis_line import RedisLine
from tests.simulation.scheduler import Pool, Process, Promise, Scheduler
from tests.simulation.trouble import Trouble

SETTINGS = RedeemSettings(
    retry_seconds=2,
    retry_at_most_seconds=60,
    doubt_seconds=30,
    attempt_seconds=10,
    recovery_parallel=2,
    poll_seconds=4,
)
"""A call is sent within ``attempt_seconds`` of being written down, and has an effect
within ``crm_line.LATE`` of that: together, and with clocks apart, less than the doubt.
"""

DEADLINE_SECONDS = 8.0

SPARED = 0.9
"""Of so many rounds in which recovery would find nothing, nothing is played."""

ROUND_SECONDS = 1.0
"""More than it takes to ask what is due."""

REDIS = RedisSettings(url="redis://simulated")


class Machine:
    """One machine with one process of the bridge, over and over again."""

    def __init__(
        self,
        name: str,
        skew: float,
        kind: type[Mapping],
        gateway: CRMGateway,
        line: RedisLine,
    ) -> None:
        self.name = name
        self.skew = skew
        self.scheduler: Scheduler = gateway.scheduler
        self.trouble: Trouble = gateway.trouble
        self._line = line
        self.ending: list[Process] = []
        """Processes that were told to end, and do so once they have answered."""
        way: Any = gateway
        self.site = Site(
            name="shop",
            country="SE",
            mapping_class=kind,
            options=None,
            gateway=way,
            users={},
            catalogue=Cache("shop", 60),
        )
        self._start()

    @property
    def busy(self) -> bool:
        """Whether anything but recovery is at work."""
        alive = [one for one in (self.process, *self.ending) if one.alive]
        return any(len(process.tasks) > 1 for process in alive)

    def serve(self, request: Request) -> Promise:
        """Have a request answered: what is promised is there once it has ended."""
        promise = Promise(self.scheduler)
        redeemer, process = self.redeemer, self.process
        request.process, request.asked_at = process, self.scheduler.now

        def work() -> None:
            try:
                self._answer(request, redeemer)
            finally:
                promise.set_result(process.alive)

        self.scheduler.spawn(request.name, process, work)
        return promise

    def _start(self) -> None:
        self.process = Process(self.name, self.skew)
        self.process.ended = self._restart
        pool = Pool(self.scheduler, self.process)
        self.redeemer = Redeemer(
            Journal(Store(self._line, REDIS), SETTINGS),
            SETTINGS,
            clock=lambda: self.scheduler.now + self.skew,
            steady=lambda: self.scheduler.now,
            pause=self.scheduler.sleep,
            pool=pool,
            aside=self._aside(self.process),
        )
        recovery = Recovery(self.redeemer, {"shop": self.site})
        handout = Handout(recovery, OnePool(pool))
        self.scheduler.spawn("recovery", self.process, lambda: self._recover(handout))

    def reload(self) -> None:
        """Begin another process; the old one answers what it has, and then ends."""
        old = self.process
        old.ended = bool
        self.ending.append(old)
        self._start()
        seconds = self.trouble.random.uniform(0.0, DEADLINE_SECONDS + 2.0)
        self.scheduler.later(seconds, lambda: self.scheduler.kill(old))

    def _restart(self) -> None:
        self.scheduler.later(self.trouble.random.uniform(0.1, 5.0), self._start)

    def _aside(self, process: Process) -> Any:
        return lambda name, work: self.scheduler.spawn(name, process, work)

    def _recover(self, handout: Handout) -> None:
        while True:
            if self._in_vain():
                self.trouble.death("before a round in vain")
                self.trouble.death("after a round in vain")
            else:
                self._one_round(handout)
            self.scheduler.sleep(SETTINGS.poll_seconds)

    def _one_round(self, handout: Handout) -> None:
        try:
            handout.next_round()
        except JournalError:
            self.trouble.note("recovery without a journal")

    def _in_vain(self) -> bool:
        """Whether recovery would find nothing: then it is mostly spared the way."""
        due = self.scheduler.now + self.skew + ROUND_SECONDS
        if self._line.server.least(self.redeemer.journal.keys.open) <= due:
            return False
        return self.trouble.random.random() < SPARED

    def _hung_up(self, request: Request) -> bool:
        """Say whether a till has gone; perhaps it goes at this very moment."""
        request.gone = request.gone or self.trouble.comes("hangs up just now")
        return request.gone

    def _answer(self, request: Request, redeemer: Redeemer) -> None:
        clock = self.scheduler
        deadline = Deadline(
            DEADLINE_SECONDS,
            lambda: clock.now,
            since=clock.now - request.waited,
            hung_up=lambda: self._hung_up(request),
        )
        context = Context(site="shop", store_id="s1", register_id=request.register)
        people = People(redeemer, {"shop": self.site})
        seen = request.version or 0
        try:
            if request.tries:
                people.try_now(request.tries, seen, "anna", "why", deadline)
                request.answer = "tried"
            elif request.closes:
                found = [Found(one) for one in request.found]
                id_, said = request.closes, "why"
                people.close(id_, seen, "anna", said, found, deadline, despite=True)
                request.answer = "closed"
            elif request.undoes and request.version is not None:
                people.undo(request.undoes, seen, "anna", "why", deadline)
                request.answer = "undone"
            elif request.undoes:
                redeemer.undo(
                    self.site, context, "c1", request.undoes, deadline=deadline
                )
                request.answer = "undone"
            else:
                redeem = redeemer.redeem(
                    self.site,
                    context,
                    "c1",
                    request.bonus_checks,
                    request.promotions,
                    deadline=deadline,
                    idempotency_key=request.key or None,
                )
                request.answer, request.redeem_id = "redeemed", redeem.redeem_id
        except BridgeError as error:
            request.answer = type(error).__name__
        request.answered_at = self.scheduler.now
        self.trouble.note("answers", request.answer, request.redeem_id)
