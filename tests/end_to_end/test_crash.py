"""Kill real workers, or hang up, around each journal write and each call to the CRM.

Real gunicorn, real Valkey, the demo CRM: whatever dies where, and dies again during
recovery, the CRM's ledger and the journal agree in the end, and it is all or nothing.
By default a sample of the places is tried; ``BRIDGE_CRASH=all`` tries every one.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import re
import select
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from bridge.embedded import EmbeddedValkey
from bridge.redeem import (
    Journal,
    RedeemSettings,
    RedisSettings,
    Store,
)
from bridge.redeem.record import Goal
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.service import Service
from tests.end_to_end.test_overload import eventually
from tests.end_to_end.test_parsers import HOST, JSON, LOGIN
from tests.end_to_end.test_slow_clients import connected
from tests.extent import EVERYTHING
from tests.running import PATIENCE

ALL = os.environ.get("BRIDGE_CRASH") == "all"

SETTINGS = {"retry_seconds": 0.01, "retry_at_most_seconds": 0.01}


@dataclass(frozen=True)
class Fault:
    """One call that goes wrong, once."""

    kind: str
    """One of the demo CRM's faults, or "refused": the item is spent already."""
    nth: int
    """Which item."""
    verb: str


@dataclass(frozen=True)
class Case:
    """One way for things to go wrong."""

    count: int
    """How many items are redeemed."""
    undo: bool
    fault: Fault | None = None
    undo_fault: Fault | None = None


def cases() -> Iterator[Case]:
    """Every call of a redeem, failing in every way; and its undo, failing as well."""
    for count, undo in itertools.product((1, 2, 3, 4), (False, True)):
        yield Case(count, undo)
        for nth in range(count):
            for kind in ("503", "500", "drop_before", "drop_after", "garbage"):
                yield Case(count, undo, Fault(kind, nth, "spend"))
            yield Case(count, undo, Fault("refused", nth, "spend"))
            for kind in ("500", "drop_before", "drop_after"):
                undone = Fault(kind, nth, "release")
                yield Case(count, undo, Fault("refused", count - 1, "spend"), undone)


class Till:
    """Redeems and undoes over HTTP, and knows where the worker is to die."""

    def __init__(
        self, service: Service, fuse: Path, steps: Path, now: int, go_on: int
    ) -> None:
        """``now`` and ``go_on`` are pipes, of which ``mortal`` has the other ends."""
        self.service = service
        self.crm = service.crm
        self.fuse, self.steps = fuse, steps
        self.now, self.go_on = now, go_on
        self.items: list[str] = []

    def prepare(self, case: Case) -> None:
        for pipe in (self.now, self.go_on):
            with contextlib.suppress(BlockingIOError):
                os.read(pipe, 99)
        self.steps.write_text("0")
        self.fuse.write_text("")
        self.crm.clear_faults()
        self.service.forget()
        self.items = self.crm.grant(JOHN, offers=case.count)["offers"]
        for fault in (case.fault, case.undo_fault):
            if fault is not None:
                self._prepare(fault)

    def _prepare(self, fault: Fault) -> None:
        path = f"/{self.items[fault.nth]}/{fault.verb}"
        if fault.kind == "refused":
            body = {"reference": "another bridge"}
            url = f"/contacts/{JOHN}/offers{path}"
            self.crm.call("POST", url, json=body).raise_for_status()
        else:
            self.crm.fault(fault.kind, path=path + "$")

    def ask(self, case: Case, die_at: int) -> bool:
        """Redeem, and undo if the case has it; return whether the worker died."""
        body = {"bonus_checks": [], "promotions": self.items}
        return self._dies(die_at, lambda: self._ask(case, body))

    def _ask(self, case: Case, body: dict[str, Any]) -> None:
        path = f"/customers/{JOHN}/redeem"
        answer = self.service.call("POST", path, json=body)
        if case.undo and answer.status_code == 200:
            self.service.call("DELETE", f"{path}/{answer.json()['redeem_id']}")

    def hang_up(self, step: int) -> int | None:
        """Redeem, and hang up at a step; return the status, if there was one before."""
        body = json.dumps({"bonus_checks": [], "promotions": self.items}).encode()
        head = f"POST /customers/{JOHN}/redeem HTTP/1.1\r\n{HOST}{JSON}{LOGIN}"
        answered_before = self._answered()
        self.fuse.write_text(str(-step))
        with connected(self.service) as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
            connection.sendall(body)
            ready, _, _ = select.select([connection, self.now], [], [], PATIENCE)
            assert ready, "neither an answer nor that step"
            if connection in ready:
                self.fuse.write_text("")
                os.write(self.go_on, b"x")  # it may be that far by now
                return int(connection.recv(4096).split(b" ")[1])
        os.write(self.go_on, b"x")
        eventually(lambda: self._answered() > answered_before)
        return None

    def _answered(self) -> float:
        """Return how many redeems the bridge is through with, heard or not."""
        text = self.service.call("GET", "/metrics").text
        found = re.findall(r'_requests_total{operation="redeem".*} (\S+)', text)
        return sum(map(float, found))

    def recover(self, die_at: int, later: float) -> bool:
        """Run recovery, as if it were later; return whether the worker died."""
        return self._dies(die_at, lambda: self._recover(later))

    def _recover(self, later: float) -> None:
        answer = self.service.call("POST", f"/recover/{later:.1f}")
        assert answer.status_code == 200, answer.text

    def _dies(self, die_at: int, act: Callable[[], object]) -> bool:
        self.fuse.write_text(str(die_at) if die_at else "")
        try:
            act()
        except requests.ConnectionError:
            return True
        finally:
            died = self.fuse.read_text() == ""
            self.fuse.write_text("")
        return died and die_at > 0

    def ours(self) -> dict[str, str]:
        """Return the references that the items are spent under by this bridge."""
        now = {i: ref for i, ref in self.crm.spent().items() if i in self.items}
        return {i: ref for i, ref in now.items() if ref != "another bridge"}

    def agree(self, journal: Journal, client: redis.Redis) -> None:
        """The CRM and the journal tell the same story, and it is all or nothing."""
        ours = self.ours()
        refs = {ref[:32] for ref in ours.values()}
        assert len(ours) in (0, len(self.items))
        assert len(refs) <= 1
        assert journal.counts() == (0, 0)
        for key in client.scan_iter("*:{*}"):
            redeem = journal.load(str(key)[-33:-1])
            assert redeem is not None
            assert redeem.settled
            assert (redeem.goal is Goal.REDEEMED) == (redeem.redeem_id in refs)
        assert not list(client.scan_iter("sitoo-bridge:held:*"))


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    fuse, steps = tmp_path / "fuse", tmp_path / "steps"
    fuse.write_text("")
    steps.write_text("0")
    pipes = {name: tmp_path / name.lower() for name in ("NOW", "GO_ON")}
    for pipe in pipes.values():
        os.mkfifo(pipe)
    with (
        DemoCrm() as crm,
        Service(
            tmp_path,
            crm,
            EmbeddedValkey(),
            serve=("-m", "tests.end_to_end.mortal"),
            settings={"redeem": SETTINGS},
            environment={"FUSE": str(fuse), "STEPS": str(steps)}
            | {name: str(pipe) for name, pipe in pipes.items()},
        ) as service,
        ExitStack() as stack,
    ):
        ends = [os.open(pipe, os.O_RDWR | os.O_NONBLOCK) for pipe in pipes.values()]
        for end in ends:
            stack.callback(os.close, end)
        yield Till(service, fuse, steps, *ends)


def places(till: Till, case: Case) -> list[int]:
    """Return where a worker can die in this case: all places, or a few of them."""
    till.prepare(case)
    till.ask(case, 0)
    steps = range(1, int(till.steps.read_text()) + 1)
    return list(steps) if ALL else random.Random(repr(case)).sample(steps, 1)


def test_all_or_nothing_wherever_real_workers_die(till: Till) -> None:
    chosen = list(cases())
    if not ALL:
        chosen = random.Random(7).sample(chosen, 60 if EVERYTHING else 24)
    deaths = {"request": 0, "recovery": 0}
    with redis.Redis(
        unix_socket_path=str(till.service.socket), decode_responses=True
    ) as client:
        settings = RedisSettings(url=f"unix://{till.service.socket}")
        journal = Journal(Store(client, settings), RedeemSettings())
        for case in chosen:
            for place in places(till, case):
                till.prepare(case)
                deaths["request"] += till.ask(case, place)
                deaths["recovery"] += till.recover(1 + place % 5, 100)
                for later in (200, 300, 400):
                    till.recover(0, later)
                till.agree(journal, client)
    print(f"{len(chosen)} cases, workers killed: {deaths}")
    assert deaths["request"] > len(chosen) / 2
    assert deaths["recovery"] > len(chosen) / 3


def test_nothing_stays_spent_for_tills_that_hang_up_anywhere(till: Till) -> None:
    chosen = [case for case in cases() if not case.undo]
    if not ALL:
        chosen = random.Random(7).sample(chosen, 24 if EVERYTHING else 10)
    hang_ups = 0
    with redis.Redis(
        unix_socket_path=str(till.service.socket), decode_responses=True
    ) as client:
        settings = RedisSettings(url=f"unix://{till.service.socket}")
        journal = Journal(Store(client, settings), RedeemSettings())
        for case in chosen:
            for step in places(till, case):
                till.prepare(case)
                status = till.hang_up(step)
                hang_ups += status is None
                for later in (100, 200, 300, 400):
                    till.recover(0, later)
                till.agree(journal, client)
                spent = set(till.items) & set(till.ours())
                assert bool(spent) is (status == 200)
    print(f"{len(chosen)} cases, {hang_ups} tills hung up")
    assert hang_ups > len(chosen) / 2
