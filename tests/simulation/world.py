"""All of it for one seed: trouble first, then quiet, in which all has to settle."""

from __future__ import annotations

import logging
import random
import secrets
from collections.abc import Iterator
from collections.abc import Mapping as Table
from contextlib import contextmanager
from functools import cached_property
from types import MappingProxyType
from typing import Any

from prometheus_client import Histogram

from bridge.redeem import Journal, Redeem, Store
from tests.simulation.crm import KINDS, Ledger
from tests.simulation.crm_line import CRMGateway
from tests.simulation.desk import Desk
from tests.simulation.failover import Failover
from tests.simulation.history import Request
from tests.simulation.machines import REDIS, SETTINGS, Machine
from tests.simulation.redis_line import Pipeline, RedisLine
from tests.simulation.redis_server import RedisServer
from tests.simulation.scheduler import BEGINNING, Process, Scheduler
from tests.simulation.story import Story
from tests.simulation.tills import TILLS, Till
from tests.simulation.trouble import Trouble
from tests.simulation.verdict import stays_open, wrongs

QUIET_SECONDS = 1_200.0
"""How long all may take to settle once nothing goes wrong any more."""

GLANCE = 10.0

NAMES = ("m1", "m2")
"""Of the machines."""


def play(
    seed: int,
    without: frozenset[str] = frozenset(),
    rates: Table[str, float] = MappingProxyType({}),
) -> Story:
    """Play the story of a seed to its end, and judge it.

    ``without`` some tills and troubles: see ``shrinking``.  ``rates`` are of troubles
    that the seed does not decide how often they come.
    """
    with decided_by(seed):
        world = World(seed, without, rates)
        try:
            world.play()
        except Exception as error:
            return world.story([f"{type(error).__name__} came out: {error}"])
        else:
            found = wrongs(world.ledger, world.redeems(), world.history, world.kind)
            return world.story(world.failover.unexcused(found, world.history, world))
        finally:
            world.scheduler.close()


class World:
    """Tills, machines, Redis and a CRM."""

    def __init__(
        self, seed: int, without: frozenset[str], rates: Table[str, float]
    ) -> None:
        self.seed = seed
        self.without = without
        self.scheduler = Scheduler(seed)
        chance = self.scheduler.random
        self.trouble = Trouble(self.scheduler, chance, without, dict(rates))
        self.server = RedisServer(lambda: self.scheduler.now)
        self.lines = [
            RedisLine(self.server, self.scheduler, self.trouble) for _ in NAMES
        ]
        self.failover = Failover(self.lines, self.trouble)
        self.ledger = Ledger(hesitant=chance.random() < 0.5)
        self.gateway = CRMGateway(self.ledger, self.scheduler, self.trouble)
        self.kind = kind = chance.choice(KINDS)
        self.machines = [
            Machine(name, chance.uniform(-1, 1), kind, self.gateway, line)
            for name, line in zip(NAMES, self.lines, strict=True)
        ]
        self.history: list[Request] = []
        self.nemesis = Process("nemesis")

    def play(self) -> None:
        """Let everybody work, and then everything settle."""
        TILLS.tasks.clear()
        for number in range(self.scheduler.random.randint(1, 3)):
            till = Till(
                f"r{number + 1}",
                self.machines,
                self.history,
                scheduler=self.scheduler,
                trouble=self.trouble,
            )
            if till.register not in self.without:
                self.scheduler.spawn("", TILLS, till.work)
        self.scheduler.spawn("", self.nemesis, self._strike)
        desk = Desk(
            self.machines, self.history, self.trouble, self.ledger, self.redeems
        )
        self.scheduler.spawn("desk", self.nemesis, desk.work)
        self.scheduler.run(lambda: not TILLS.tasks)
        self.trouble.note("all is well from here on")
        self.trouble.healed = True
        self.gateway.away_until = 0.0
        for line in self.lines:
            line.away_until = 0.0
        self._settle()

    def story(self, wrong: list[str]) -> Story:
        """Return what became of it."""
        return Story(
            self.seed,
            wrong,
            self.history,
            self.trouble.happened,
            self.trouble.told,
            list(self._told_in_the_journal(wrong)),
            self.scheduler.turns,
            self.scheduler.now - BEGINNING,
            sum(one.answer == "redeemed" for one in self.history),
            sum(one.answer == "undone" for one in self.history),
            self.without,
        )

    def _strike(self) -> None:
        """Take Redis or the CRM away for a while, stop or end a machine."""
        chance, scheduler = self.trouble.random, self.scheduler
        while not self.trouble.healed:
            scheduler.sleep(chance.expovariate(1 / 5.0))
            machine = chance.choice(self.machines)
            if self.trouble.comes("Redis away", (0.0, 0.5)):
                until = scheduler.now + chance.uniform(0.05, 5)
                for line in self.lines:
                    line.away_until = max(line.away_until, until)
            if self.trouble.comes("Redis cut off", (0.0, 0.0, 0.5)):
                line = chance.choice(self.lines)
                line.away_until = scheduler.now + chance.uniform(0.5, 20)
            self.failover.perhaps()
            if self.trouble.comes("CRM away", (0.0, 0.5)):
                self.gateway.away_until = scheduler.now + chance.uniform(0.05, 20)
            if self.trouble.comes("process stopped", (0.0, 0.0, 0.5)):
                machine.process.frozen_until = scheduler.now + chance.uniform(0.1, 40)
            if self.trouble.comes("process reloaded", (0.0, 0.0, 0.3)):
                machine.reload()
            if self.trouble.comes("process killed", (0.0, 0.0, 0.3)):
                scheduler.kill(machine.process)

    def _settle(self) -> None:
        end = self.scheduler.now + QUIET_SECONDS
        while self.scheduler.now < end and not self._settled():
            self.scheduler.run(bool, self.scheduler.now + GLANCE)

    def _settled(self) -> bool:
        busy = any(machine.busy for machine in self.machines)
        return not busy and all(map(stays_open, self._open()))

    def _open(self) -> list[Redeem | None]:
        return [self.journal.load(one) for one in self.journal.indexes.open_ids()]

    def redeems(self) -> list[Redeem]:
        """Return what the journal knows in the end."""
        ids = [key[-33:-1] for key in self.server.keys("{") if key.endswith("}")]
        found = [self.journal.load(id_) for id_ in ids]
        return [redeem for redeem in found if redeem]

    @cached_property
    def journal(self) -> Journal:
        at_once: Any = AtOnce(self.server)
        return Journal(Store(at_once, REDIS), SETTINGS)

    def _told_in_the_journal(self, wrong: list[str]) -> Iterator[str]:
        """Yield what the journal says of the redeems that something is wrong with."""
        for redeem in self.redeems():
            if any(redeem.redeem_id in sentence for sentence in wrong):
                yield f"{redeem.redeem_id}: {redeem.lines}"
                for event in self.journal.events(redeem):
                    at = event.at - BEGINNING
                    yield f"{at:9.3f}  {event.line} {event.what} {event.text}"


class AtOnce:
    """A client without a way: to look at what is there in the end."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server

    def pipeline(self, transaction: bool) -> Pipeline:
        assert not transaction
        line: Any = self
        return Pipeline(line)

    def send(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        return [self._server.execute(*command) for command in commands]

    def __getattr__(self, name: str) -> Any:
        return lambda *words: self._server.execute(name.upper(), *words)


@contextmanager
def decided_by(seed: int) -> Iterator[None]:
    """Have the seed decide what the code under test leaves to chance."""
    before, token, observe = random.getstate(), secrets.token_hex, Histogram.observe
    ids = random.Random(f"ids of {seed}")
    random.seed(seed)
    secrets.token_hex = lambda nbytes=None: ids.randbytes(nbytes or 32).hex()
    logging.disable(logging.CRITICAL)
    Histogram.observe = lambda self, amount, exemplar=None: None  # nobody reads it
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        secrets.token_hex = token
        Histogram.observe = observe
        random.setstate(before)
