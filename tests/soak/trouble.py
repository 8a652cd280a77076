"""What goes wrong while tills work, again and again, each kind at its own times."""

from __future__ import annotations

import random
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

from tests.front import Bridge
from tests.redis_servers import Server, wait_until
from tests.soak.history import Kill
from tests.soak.shop import Deployed

FROZEN_SECONDS = 8.0
"""Longer than the Sentinels wait."""

PATIENCE_SECONDS = 60.0
"""How long Redis may take to be whole again, or a bridge to hear of a reload, on a
machine that is busy."""

MUCH = 4_000
"""Characters that are kept of what went wrong: a wait quotes all that was logged."""

QUIET_SECONDS = 5.0
"""What tills have to themselves before a part of it."""


class Trouble:
    """Several threads, each of which makes its own kind of trouble until it is over."""

    def __init__(self, shop: Deployed, minutes: float) -> None:
        self.shop = shop
        self.seconds = 60 * minutes
        self.made: Counter[str] = Counter()
        self.kills: list[Kill] = []
        """The workers that were killed; ``at`` is ``time.monotonic``'s."""
        self.wrong: list[str] = []
        self.over = threading.Event()
        self.dice = random.Random(19)
        self._moving = {bridge.port: threading.Lock() for bridge in shop.bridges}
        """Held while a bridge is restarted or reloaded: neither while the other is."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make trouble meanwhile; ``wrong`` says what went wrong with making it."""
        threads = [
            threading.Thread(
                target=self._guarded, args=[kind], name=kind.__name__, daemon=True
            )
            for kind in (
                self._kill_workers,
                self._kill_recovery,
                self._restart,
                self._reload,
                self._upset_redis,
            )
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join(120)
        self.wrong += [f"{t.name} does not end" for t in threads if t.is_alive()]

    def _guarded(self, kind: Callable[[], None]) -> None:
        try:
            kind()
        except BaseException:  # pytest's own failures are no exceptions
            self.wrong.append(traceback.format_exc()[-MUCH:])

    def _kill_workers(self) -> None:
        while not self.over.wait(self.dice.uniform(3, 6)):
            port = self._kill("worker killed", self.shop.workers)
            if port:
                self.kills.append(Kill(time.monotonic(), port))

    def _kill_recovery(self) -> None:
        while not self.over.wait(self.dice.uniform(15, 25)):
            self._kill("recovery killed", self.shop.recovery)

    def _kill(self, name: str, which: Callable[[Bridge], list[psutil.Process]]) -> int:
        """Kill one of a bridge's processes; return the bridge's port, or 0."""
        bridge = self.dice.choice(self.shop.bridges)
        try:
            self.dice.choice(which(bridge)).kill()
        except (psutil.Error, IndexError):
            return 0  # it is being restarted just now
        self.made[name] += 1
        return bridge.port

    def _restart(self) -> None:
        """One bridge after the other, as an upgrade does."""
        while not self.over.wait(QUIET_SECONDS):
            for bridge in self.shop.bridges:
                with self._moving[bridge.port]:
                    bridge.stop()
                    bridge.start()
            self.made["rolling restart"] += 1
            self.over.wait(60 - QUIET_SECONDS)

    def _reload(self) -> None:
        while not self.over.wait(35):
            for bridge in self.shop.bridges:
                with self._moving[bridge.port]:
                    bridge.serve.tell(signal.SIGHUP)
                    bridge.serve.until_logged(
                        "the configuration was read again", PATIENCE_SECONDS
                    )
                    self.made["reload"] += 1
            self.over.wait(25)

    def _upset_redis(self) -> None:
        """Twice the master dies, and once it stands still for longer than is waited."""
        began = time.monotonic()
        upsets = (self._kill_master, self._freeze_master, self._kill_master)
        for quarter, upset in enumerate(upsets, 1):
            due = began + quarter * self.seconds / 4
            if self.over.wait(max(0.0, due - time.monotonic())):
                return
            upset()

    def _kill_master(self) -> None:
        master = self.shop.master()
        master.kill()
        self._failed_over(master)
        master.start()
        self._whole()
        self.made["master killed"] += 1

    def _freeze_master(self) -> None:
        master = self.shop.master()
        master.tell(signal.SIGSTOP)
        self.over.wait(FROZEN_SECONDS)
        self._failed_over(master)
        master.tell(signal.SIGCONT)
        self._whole()
        self.made["master frozen"] += 1

    def _failed_over(self, old: Server) -> None:
        wait_until(
            lambda: self.shop.master() is not old, "another master", PATIENCE_SECONDS
        )

    def _whole(self) -> None:
        wait_until(self.shop.whole, "the old master to come back", PATIENCE_SECONDS)
