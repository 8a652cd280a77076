"""One soak from the first till to the verdict."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import redis

from bench.machine import description
from bridge.errors import JournalError
from tests.running import Running
from tests.soak.history import Books
from tests.soak.report import SUCCESSES_A_MINUTE, Report, Sample
from tests.soak.shop import Deployed, deployed, misbehave
from tests.soak.tills import Floor, Till
from tests.soak.trouble import Trouble
from tests.soak.verdict import POS_SECONDS, judge

SETTLE_SECONDS = 180.0
"""Nothing may be open for longer, once nobody makes trouble any more."""

SAMPLE_SECONDS = 2.0


class Watch:
    """Looks at the workers' size, and collects what the bridges log."""

    def __init__(self, shop: Deployed) -> None:
        self.shop = shop
        self.samples: list[Sample] = []
        self.errors: Counter[str] = Counter()
        self._began = time.monotonic()
        self.load: list[float] = []
        self.answered: dict[str, int] = {}
        """With what status bridges say that they answered redeems, by their marks."""
        self._read: dict[Running, int] = {}

    def look(self) -> None:
        self.load.append(os.getloadavg()[0])
        for bridge in self.shop.bridges:
            try:
                for worker in self.shop.workers(bridge):
                    size = worker.memory_info().rss / 2**20
                    age = time.time() - worker.create_time()
                    at = time.monotonic() - self._began
                    self.samples.append(Sample(at, age, size))
            except (psutil.Error, AttributeError):
                pass  # it is being restarted just now
            self._read.setdefault(bridge.serve, 0)
        self.hear()

    def hear(self) -> None:
        """Read what all have logged since, also those that have ended meanwhile."""
        for serve, read in self._read.items():
            lines = serve.logged[read:]
            self._read[serve] += len(lines)
            for line in lines:
                self._note(line)

    def _note(self, line: str) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            if "Traceback" in line:
                self.errors[line[:100]] += 1
            return
        if said.get("operation") == "redeem":
            self.answered[said.get("request_id", "")] = said["status"]
        if "exception" in said:  # an answer that is an error is counted as an answer
            self.errors[_message(said)] += 1


def _message(said: dict[str, Any]) -> str:
    where = str(said.get("exception", "")).strip().rpartition("\n")[2]
    return f"{said.get('message', '')} {where}".strip()[:160]


def soak(
    directory: Path,
    minutes: float,
    tills: int,
    pause: float,
    *,
    least: float = SUCCESSES_A_MINUTE,
    patience: float = POS_SECONDS,
    say: Callable[[str], None] = lambda text: None,
) -> Report:
    """Run it, and return what it came to; ``least`` is redeems and undos a minute."""
    with deployed(directory) as shop:
        floor = Floor(shop.front, shop.crm, pause, patience)
        clerks = [Till(floor, number) for number in range(tills)]
        trouble, watch = Trouble(shop, minutes), Watch(shop)
        misbehave(shop.crm)
        for clerk in clerks:
            clerk.start()
        end = time.monotonic() + 60 * minutes
        with trouble.running():
            said = time.monotonic()
            while time.monotonic() < end and not floor.over.is_set():
                threading.Event().wait(SAMPLE_SECONDS)
                watch.look()
                if time.monotonic() - said > 60:
                    said = time.monotonic()
                    calls = sum(len(clerk.history) for clerk in clerks)
                    say(f"{calls} calls, {(end - said) / 60:.0f} minutes to go")
        floor.over.set()
        for clerk in clerks:
            clerk.join()
        shop.crm.clear_faults()
        settled_in = _settle(shop)
        history = sorted(
            (call for clerk in clerks for call in clerk.history),
            key=lambda call: call.began,
        )
        customers = {
            call.customer
            for call in history
            if call.operation in ("add", "update") and call.customer
        }
        watch.hear()
        books = _books(shop, floor, trouble, watch, customers)
        verdict = judge(history, books, patience)
    return Report(
        minutes,
        history,
        verdict,
        trouble.made,
        watch.samples,
        settled_in,
        description(),
        least,
        watch.errors,
        trouble.wrong,
        watch.load,
        books.passed,
    )


def _books(
    shop: Deployed, floor: Floor, trouble: Trouble, watch: Watch, customers: set[str]
) -> Books:
    """Return where everything stands, by the tills' own clock."""
    books = shop.books(customers)
    return replace(
        books,
        journal=[
            replace(one, settled_at=one.settled_at - floor.began)
            for one in books.journal
        ],
        passed=shop.passed(),
        answered=watch.answered,
        kills=[replace(one, at=one.at - floor.began) for one in trouble.kills],
    )


def _settle(shop: Deployed) -> float:
    began = time.monotonic()
    while time.monotonic() < began + SETTLE_SECONDS:
        try:
            if shop.settled():
                break
        except (JournalError, redis.RedisError):
            pass
        threading.Event().wait(0.5)
    return time.monotonic() - began
