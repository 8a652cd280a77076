"""Tills: so many connections, each of which asks again when it is answered.

One loop over sockets in this process.  It must never be what is measured: it costs
some 20 microseconds a call.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import json
import re
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)

LONG = 60.0


@dataclass(frozen=True)
class Target:
    """Where to ask, and what."""

    url: str
    path: str
    headers: Sequence[str] = ()

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", "Host: bench", *self.headers, "", ""]
        return "\r\n".join(lines).encode()


@dataclass(frozen=True, slots=True)
class Call:
    """One call and how it ended; times in seconds."""

    target: Target
    began: float
    took: float
    status: int


@dataclass
class Till:
    """One connection."""

    target: Target
    pause: float = 0.0
    """Seconds from an answer to the next call."""

    after_503: float | None = None
    """The same, where the answer asks to wait; ``pause``, unless it is given."""

    began: float = 0.0
    received: bytes = b""
    missing: int = -1
    """Bytes of the answer that are still to come; -1 before its head is there."""

    connection: socket.socket = field(init=False)

    def connect(self) -> None:
        self.connection = socket.create_connection(self.target.address)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.settimeout(30)

    def ask(self) -> None:
        self.received, self.missing = b"", -1
        self.began = time.monotonic()
        self.connection.sendall(self.target.request)

    def hear(self) -> Call | None:
        """Read what has come; return the call when its answer is complete."""
        got = self.connection.recv(1 << 16)
        if not got:
            raise ConnectionError(f"{self.target.url} hung up")
        self.received += got
        if self.missing < 0:
            head, end, body = self.received.partition(b"\r\n\r\n")
            if not end:
                return None
            length = LENGTH.search(head)
            assert length, head
            self.missing = int(length[1]) - len(body)
        else:
            self.missing -= len(got)
        if self.missing:
            return None
        took = time.monotonic() - self.began
        return Call(self.target, self.began, took, int(self.received[9:12]))

    def rest_after(self, call: Call) -> float:
        """Return for how long it then asks nothing."""
        if call.status == 503 and self.after_503 is not None:
            return self.after_503
        return self.pause


def answer_of(target: Target) -> Any:
    """Ask once; return the JSON of a 200, or raise ``OSError`` or ``ValueError``."""
    till = Till(target)
    till.connect()
    with till.connection:
        till.ask()
        while (call := till.hear()) is None:
            pass
    if call.status != 200:
        raise ValueError(f"{target.url} answered {call.status}")
    return json.loads(till.received.partition(b"\r\n\r\n")[2])


def one_after_another(target: Target, times: int) -> list[Call]:
    """Ask so many times over one connection."""
    till, calls = Till(target), []
    till.connect()
    with till.connection:
        for _ in range(times):
            till.ask()
            while (call := till.hear()) is None:
                pass
            calls.append(call)
    return calls


class Shift:
    """Many tills at work for a while."""

    def __init__(self, tills: Sequence[Till], seconds: float) -> None:
        self.calls: list[Call] = []
        self._seconds = seconds
        self._end = 0.0
        self._epoll = select.epoll()
        self._tills = list(tills)
        self._asking: dict[int, Till] = {}
        self._plan: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something so long after the beginning."""
        heapq.heappush(self._plan, (seconds, next(self._count), act))

    def work(self) -> list[Call]:
        """Return every call; the last ones are waited for."""
        began = time.monotonic()
        self._end = began + self._seconds
        self._plan = [(began + at, number, act) for at, number, act in self._plan]
        with contextlib.ExitStack() as stack:
            for till in self._tills:
                till.connect()
                stack.enter_context(till.connection)
                self._epoll.register(till.connection, select.EPOLLIN)
            self._begin()
            while self._asking or self._plan:
                self._wait(self._act())
        return self.calls

    def _begin(self) -> None:
        """Have everybody ask for the first time, those with pauses one by one."""
        began = time.monotonic()
        for place, till in enumerate(self._tills):
            at = began + till.pause * place / len(self._tills)
            self._later(at, till)

    def _later(self, at: float, till: Till) -> None:
        heapq.heappush(self._plan, (at, next(self._count), lambda: self._ask(till)))

    def _act(self) -> float:
        """Do what is due; return in how many seconds something else is."""
        while self._plan:
            wait = self._plan[0][0] - time.monotonic()
            if wait > 0:
                return wait
            heapq.heappop(self._plan)[2]()
        return LONG

    def _wait(self, seconds: float) -> None:
        # An epoll itself waits for whole milliseconds only; select does better.
        select.select([self._epoll], [], [], seconds)
        for number, _ in self._epoll.poll(0):
            till = self._asking[number]
            call = till.hear()
            if call:
                self.calls.append(call)
                del self._asking[number]
                self._go_on(till, till.rest_after(call))

    def _go_on(self, till: Till, pause: float) -> None:
        now = time.monotonic()
        if now + pause >= self._end:
            return
        if pause:
            self._later(now + pause, till)
        else:
            self._ask(till)

    def _ask(self, till: Till) -> None:
        till.ask()
        self._asking[till.connection.fileno()] = till
