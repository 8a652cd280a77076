"""What a shop runs, as it is deployed: every part a process of its own.

Two bridges of two workers each and their recovery behind the documentation's nginx
file, three Valkeys with three Sentinels, and a CRM.  One bridge's clock is an hour
ahead.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis

from bridge.redeem import Journal, RedeemSettings, RedisSettings, open_journal
from bridge.redeem.record import Goal
from tests.demo_crm_process import DemoCrm
from tests.front import Bridge, Front
from tests.redis_servers import DURABLE, Server, sentinel, wait_until
from tests.running import ROOT
from tests.soak.history import Books, Passed, Written

NAME = "shop"
AHEAD_SECONDS = 3600.0

DOUBT_SECONDS = 10.0
"""The demo CRM does nothing later than after six seconds: see ``MISBEHAVIOUR``."""

WATCH = (
    f"sentinel down-after-milliseconds {NAME} 2000",
    f"sentinel failover-timeout {NAME} 6000",
)
"""Sentinel's own patience is 30 s: a shop wants to sell before that."""


class Deployed:
    """All of it, and how each part is got at."""

    def __init__(
        self, crm: DemoCrm, valkeys: list[Server], watch: list[Server]
    ) -> None:
        self.crm = crm
        self.valkeys = valkeys
        self.watch = watch
        self.bridges: list[Bridge] = []
        self.front: Front
        hosts = ",".join(one.address for one in watch)
        self.redis = RedisSettings(url=f"redis+sentinel://{hosts}/{NAME}/0")
        self.journal: Journal = open_journal(self.redis, RedeemSettings())

    def config(self, port: int, inside: int) -> str:
        """Return a bridge's configuration: JSON is YAML."""
        auth = {"kind": "header", "name": "X-Api-Key", "value": "demo-crm-key"}
        return json.dumps(
            {
                "sites": {
                    "shop": {
                        "country": "SE",
                        "mapping": "demo",
                        "users": {"till": "secret"},
                        "upstream": {"url": self.crm.url, "auth": auth},
                    }
                },
                "redis": {
                    "url": self.redis.url,
                    "wait_replicas": len(self.valkeys) - 1,
                },
                "redeem": {
                    "doubt_seconds": DOUBT_SECONDS,
                    "retry_at_most_seconds": 10.0,
                },
                "server": {
                    "bind": f"127.0.0.1:{port}",
                    "inside_bind": f"127.0.0.1:{inside}",
                    "workers": 2,
                    "threads": 16,
                    "trusted_proxies": ["127.0.0.1"],
                },
                "log": {"format": "json"},
            }
        )

    def master(self) -> Server:
        """Return the Valkey that the Sentinels call master."""
        where = self.watch[0].admin.execute_command(
            "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME
        )
        port = int(where[1])
        return next(one for one in self.valkeys if one.port == port)

    def whole(self) -> bool:
        """Whether there is one master, and all others follow it."""
        state = self.master().admin.info("replication")
        return (state["role"], state["connected_slaves"]) == ("master", 2)

    def workers(self, bridge: Bridge) -> list[psutil.Process]:
        """Return the processes of a bridge that answer requests."""
        return [
            worker
            for one in self._children(bridge)
            if "--no-recovery" in one.cmdline()
            for worker in one.children()
        ]

    def recovery(self, bridge: Bridge) -> list[psutil.Process]:
        return [one for one in self._children(bridge) if "recover" in one.cmdline()]

    def _children(self, bridge: Bridge) -> list[psutil.Process]:
        return list(psutil.Process(bridge.serve.process.pid).children())

    def settled(self) -> bool:
        """Whether nothing is open any more."""
        return self.journal.counts() == (0, 0)

    def books(self, customers: set[str]) -> Books:
        """Return where everything stands now; ``customers``: whom to look up."""
        found = {one: self.crm.call("GET", f"/contacts/{one}") for one in customers}
        return Books(
            ledger=self.crm.ledger(),
            names={k: a.json()["familyName"] for k, a in found.items() if a.ok},
            journal=list(self._written()),
            open=max(self.journal.counts()),
        )

    def passed(self) -> dict[str, Passed]:
        """Return what nginx wrote down, by each call's mark."""
        with self.front.log.open(encoding="utf-8") as lines:
            return dict(filter(None, map(passed, lines)))

    def _written(self) -> Iterator[Written]:
        for key in self.journal.store.client.scan_iter("*:{*}", count=1000):
            redeem = self.journal.load(str(key)[-33:-1])
            if redeem is not None:
                yield Written(
                    redeem.redeem_id,
                    redeem.goal is Goal.REDEEMED,
                    redeem.settled,
                    tuple(sorted(line.item_id for line in redeem.lines)),
                    # Redis's clock is this machine's own.
                    redeem.settled_at - time.time() + time.monotonic(),
                )


@dataclass(frozen=True)
class _Misbehaviour:
    kind: str
    share: float
    done: bool | None = None
    ms: float | None = None


MISBEHAVIOUR = (
    _Misbehaviour("500", 0.04),
    _Misbehaviour("500", 0.01, done=True),
    _Misbehaviour("hang", 0.005),
    _Misbehaviour("hang", 0.005, done=True),
    _Misbehaviour("drop_after", 0.01),
    _Misbehaviour("slow", 0.02, ms=1_500),
    _Misbehaviour("slow", 0.003, ms=6_000),
)
"""How the CRM treats its callers: one in 20 gets an error, one in 50 no answer.

What is slow is done late: some of it after the bridge has given up waiting.
"""


def misbehave(crm: DemoCrm) -> None:
    for one in MISBEHAVIOUR:
        crm.fault(one.kind, times=None, share=one.share, done=one.done, ms=one.ms)


@contextmanager
def deployed(directory: Path) -> Iterator[Deployed]:
    """Start everything, in the order in which one would; stop it at the end."""
    with ExitStack() as stack:
        crm = stack.enter_context(DemoCrm())
        valkeys = list(_valkeys(directory, stack))
        watch = [
            stack.enter_context(
                sentinel(directory / f"sentinel-{n}", valkeys[0], NAME, 2, WATCH)
            )
            for n in range(3)
        ]
        wait_until(lambda: all(map(_sees_all, watch)), "the Sentinels to see all")
        shop = Deployed(crm, valkeys, watch)
        wrong = {
            "PYTHONPATH": f"{Path(__file__).parent / 'ahead'}:{ROOT}",
            "CLOCK_AHEAD": str(AHEAD_SECONDS),
        }
        for name, environment in (("a", {}), ("b", wrong)):
            bridge = Bridge(directory / name, shop.config, environment)
            stack.callback(bridge.stop)
            bridge.start()
            shop.bridges.append(bridge)
        doors = [bridge.doors for bridge in shop.bridges]
        front = Front(directory / "nginx", doors, " $http_x_request_id")
        shop.front = stack.enter_context(front.running())
        yield shop


def _valkeys(directory: Path, stack: ExitStack) -> Iterator[Server]:
    first: Server | None = None
    for number in range(3):
        of = {"replicaof": ("127.0.0.1", first.port)} if first else {}
        where = directory / f"valkey-{number}"
        server = Server(where, repl_diskless_sync_delay=0, **DURABLE, **of).start()
        stack.callback(server.kill)
        first = first or server
        yield server


LINE = re.compile(
    r"\S+ \S+ \S+ .* (?P<status>\d+) [\d.]+ (?P<tries>.*) \S+ (?P<mark>[0-9a-f]{32})"
)
"""A line of nginx's access log: see ``log_format`` in docs/retailers/nginx.conf."""


def passed(line: str) -> tuple[str, Passed] | None:
    """Return a call's mark, and what a line of nginx's log says of it."""
    found = LINE.fullmatch(line.rstrip("\n"))
    if found is None:
        return None
    where, status = found["tries"].replace(", ", ",").split(" ")
    port = where.rpartition(":")[2]
    last = status.rpartition(",")[2]
    return found["mark"], Passed(
        int(found["status"]),
        int(port) if port.isdigit() else 0,
        int(last) if last.isdigit() else 0,
    )


def _sees_all(watch: Server) -> bool:
    try:
        state = watch.admin.execute_command("SENTINEL", "MASTER", NAME)
    except redis.RedisError:
        return False
    if not isinstance(state, dict):
        state = dict(zip(state[::2], state[1::2], strict=True))
    return (int(state["num-slaves"]), int(state["num-other-sentinels"])) == (2, 2)
