"""Five hundred clients that are slow on purpose, and what the tills notice of them."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from bench.candidates import CARD, CUSTOMER
from bench.figures import Chapter, Figure, at_most, percentile, plain
from bench.load import Shift, Target, Till
from bench.programs import serve, stub

HOSTILE = 500
TILLS = 8
PAUSE = 0.05
"""Seconds between an answer and a till's next call."""

SECONDS = 12.0
"""Longer than a head or a body may take, so that each is ended once at least."""

BYTES = (
    b"",
    b"GET /cust",
    b"GET /customers/1 HTTP/1.1\r\nHost: bench\r\nX-A: ",
    b"POST /customers HTTP/1.1\r\nHost: bench\r\nContent-Length: 9999\r\n\r\n{",
    b"POST /customers HTTP/1.1\r\nHost: bench\r\nTransfer-Encoding: chunked\r\n\r\n1;",
)
"""What they begin with; then a byte a second comes from each but the silent ones."""


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure."""
    site = {"mapping": "bench.candidates.bridge_mapping"}
    with stub(directory, {f"/cards/{CUSTOMER}": CARD}) as crm:
        sites = {"sweden": {**site, "url": crm.url}}
        with serve(directory, sites, workers=2, threads=32) as bridge:
            target = bridge.target(f"/customers/{CUSTOMER}", "sweden")
            _p99(target, 3.0)
            usual = _p99(target, SECONDS)
            with _hostile(target):
                then = _p99(target, SECONDS)
    figures: list[Figure] = [plain(f"p99 of {TILLS} tills", usual, "ms")]
    figures.append(at_most("p99 meanwhile", then, round(2 * usual, 1), "ms"))
    yield Chapter(f"Slow clients, {HOSTILE} connections", figures)


def _p99(target: Target, seconds: float) -> float:
    """Return what 99 of 100 calls do not exceed, in milliseconds; all are served."""
    tills = [Till(target, pause=PAUSE) for _ in range(TILLS)]
    calls = Shift(tills, seconds).work()
    assert all(call.status == 200 for call in calls)
    return 1000 * percentile([call.took for call in calls], 0.99)


@contextlib.contextmanager
def _hostile(target: Target) -> Iterator[None]:
    """Have them dribble; whoever is hung up on comes again."""
    over = threading.Event()
    kinds = itertools.cycle(BYTES)
    clients = [_Slow(target, next(kinds)) for _ in range(HOSTILE)]

    def dribble() -> None:
        while not over.wait(1.0):
            for client in clients:
                client.go_on()

    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for client in clients:
            client.connection.close()


class _Slow:
    def __init__(self, target: Target, begin: bytes) -> None:
        self._target, self._begin = target, begin
        self._connect()

    def _connect(self) -> None:
        self.connection = socket.create_connection(self._target.address)
        self.connection.sendall(self._begin)
        self.connection.setblocking(False)

    def go_on(self) -> None:
        try:
            if self._begin:
                self.connection.send(b"a")
            if self.connection.recv(4096) == b"":
                raise ConnectionError
        except BlockingIOError:
            return
        except OSError:
            self.connection.close()
            self._connect()
