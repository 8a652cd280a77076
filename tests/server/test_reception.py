"""How many connections there are, and who makes room for whom."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from bridge.server.connection import Connection
from bridge.server.line import Line
from bridge.server.patience import LEAVE_PIECES, Patience
from bridge.server.reception import Reception
from bridge.server.refusal import Refusals
from bridge.spi.door.proxies import TrustedProxies

PATIENCE = Patience(
    head=5,
    body=8,
    idle=75,
    connections=3,
    per_address=2,
    proxies=TrustedProxies(0),
)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Clients:
    """Clients of a reception, over real sockets; what they ask for is kept."""

    def __init__(self) -> None:
        self.poller = selectors.DefaultSelector()
        self.clock = Clock()
        self.asked: list[Connection] = []
        self.reception = Reception(
            self.poller, PATIENCE, Refusals(["en"]), self._ready, self.clock
        )
        self._ends: list[socket.socket] = []

    def _ready(self, connection: Connection) -> bool:
        self.asked.append(connection)
        return True

    def come(self, address: str) -> socket.socket:
        ours, theirs = socket.socketpair()
        theirs.settimeout(20)
        self._ends.append(theirs)
        line = Line(ours)
        self.reception.admit(Connection(Config(), line, (address, 1), ("", 0)))
        return theirs

    def listen(self) -> None:
        """Have the reception see to whatever has happened."""
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)

    def close(self) -> None:
        self.reception.close_all()
        for connection in self.asked:
            self.reception.close(connection)
        for end in self._ends:
            end.close()
        self.poller.close()


@pytest.fixture
def clients() -> Iterator[Clients]:
    clients = Clients()
    yield clients
    clients.close()


def said(client: socket.socket) -> bytes:
    return client.recv(4096)


def test_an_address_has_so_many_and_then_some_again(clients: Clients) -> None:
    first, _ = clients.come("192.0.2.1"), clients.come("192.0.2.1")
    assert said(clients.come("192.0.2.1")).startswith(b"HTTP/1.1 503 ")
    first.close()
    clients.listen()
    clients.come("192.0.2.1").sendall(b"GET / HTTP/1.1\r\n\r\n")
    clients.listen()
    assert len(clients.asked) == 1


@pytest.mark.parametrize(
    ("third", "refused"), [("2001:db8::ff", True), ("2001:db8:0:1::1", False)]
)
def test_of_ipv6_a_network_is_one_address(
    clients: Clients, third: str, refused: bool
) -> None:
    clients.come("2001:db8::1"), clients.come("2001:db8::2%eth0")
    clients.come(third)
    assert clients.reception.open == (2 if refused else 3)


def test_whoever_has_waited_longest_makes_room(clients: Clients) -> None:
    ends = [clients.come(f"192.0.2.{number}") for number in range(3)]
    ends[0].sendall(b"GET /")
    clients.listen()
    clients.come("192.0.2.9")
    assert said(ends[1]) == b""
    assert clients.reception.open == 3


def test_where_all_are_at_work_nobody_makes_room(clients: Clients) -> None:
    for number in range(3):
        clients.come(f"192.0.2.{number}").sendall(b"GET / HTTP/1.1\r\n\r\n")
        clients.listen()
    assert len(clients.asked) == 3
    assert said(clients.come("192.0.2.9")).startswith(b"HTTP/1.1 503 ")


def test_who_is_to_hang_up_may_go_on_only_so_long(clients: Clients) -> None:
    client = clients.come("192.0.2.1")
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    clients.listen()
    clients.reception.answered(clients.asked.pop(), kept=False)
    for _ in range(LEAVE_PIECES):
        assert clients.reception.open == 1
        client.sendall(b"more")
        clients.listen()
    assert clients.reception.open == 0


def test_who_waits_for_a_request_waits_for_longer_after_the_first(
    clients: Clients,
) -> None:
    client = clients.come("192.0.2.1")
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    clients.listen()
    clients.reception.answered(clients.asked.pop(), kept=True)
    clients.come("192.0.2.2")
    clients.clock.now += PATIENCE.head
    clients.reception.check_time()
    assert clients.reception.open == 1
    clients.clock.now += PATIENCE.idle
    clients.reception.check_time()
    assert clients.reception.open == 0
