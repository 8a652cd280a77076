"""Clients that are slow, silent or hostile: none of them keeps a till from its answer.

Real sockets against a real bridge that has four threads, with each of the parsers.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.parsers import PARSERS, parsed_by
from tests.end_to_end.service import Service
from tests.end_to_end.test_parsers import CHUNKED, HOST, NEW, POST

MANY = 80
LONG = 600

SERVER = {"bind": "127.0.0.1:0", "workers": 1, "threads": 4}
UNMOVED = {**SERVER, "head_seconds": LONG, "body_seconds": LONG}
HASTY = {**SERVER, "head_seconds": 0.4, "body_seconds": 0.8}

BEGUN = {
    "silence": "",
    "an empty line": "\r\n",
    "half a request line": "GET /cust",
    "half a head": f"GET /healthz HTTP/1.1\r\n{HOST}Store-",
    "a body that does not come": f"{POST}Content-Length: 9\r\n\r\n",
    "half a body": f"{POST}Content-Length: 9\r\n\r\n" + "{",
    "half a body, too large": f"{POST}Content-Length: 900000\r\n\r\n" + "{" * 9000,
    "half a chunk": f"{CHUNKED}9\r\n" + "{",
    "a chunk size that never ends": f"{CHUNKED}9;" + "a" * 9000,
    "no last chunk": f"{CHUNKED}2\r\n{{}}\r\n",
    "trailers that never end": f"{CHUNKED}2\r\n{{}}\r\n0\r\nA: 1\r\n",
    "half a request behind a whole one": (
        f"GET /healthz HTTP/1.1\r\n{HOST}\r\nGET /healthz HTTP/1.1\r\n"
    ),
    "an answer that is not read": (
        f"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n{HOST}\r\n"
    ),
    "no hanging up": f"GET /healthz HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n",
}
"""What a hostile client sends before it falls silent."""


@pytest.fixture(scope="module", params=PARSERS)
def parser(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def unmoved(
    parser: str, tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm
) -> Iterator[Service]:
    """A bridge that waits for clients for ever."""
    home = tmp_path_factory.mktemp("unmoved")
    with parsed_by(parser, home, crm, server=UNMOVED) as service:
        yield service


@pytest.fixture(scope="module")
def hasty(
    parser: str, tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm
) -> Iterator[Service]:
    """A bridge that hardly waits for them."""
    home = tmp_path_factory.mktemp("hasty")
    with parsed_by(parser, home, crm, server=HASTY) as service:
        yield service


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
def test_no_thread_waits_for_a_client(unmoved: Service, begun: str) -> None:
    """With twenty times as many of them as there are threads, a till is answered."""
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(connected(unmoved)).sendall(begun.encode())
        for _ in range(5):
            answer = unmoved.call("GET", f"/customers/{JOHN}")
            assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        ("", None),
        ("\r\n", None),
        ("GET /cust", 408),
        (f"GET /healthz HTTP/1.1\r\n{HOST}Store-ID: ", 408),
        (f"{POST}Content-Length: 900\r\n\r\n", 408),
        (f"{CHUNKED}999\r\n", 408),
        (f"{CHUNKED}999;", 408),
        (f"{CHUNKED}2\r\n{{}}\r\n0\r\nA: ", 408),
    ],
)
def test_whoever_dribbles_is_ended(
    hasty: Service, begun: str, status: int | None
) -> None:
    """The time counts from the first byte, however many of them still come."""
    with connected(hasty) as client:
        client.sendall(begun.encode())
        got = dribble(client) if begun.strip() else everything(client)
    assert (int(got.split(b" ")[1]) if got else None) == status
    if got:
        assert json.loads(got.partition(b"\r\n\r\n")[2])["statuscode"] == status
        assert b"\r\nConnection: close\r\n" in got


def test_who_waits_for_the_word_to_go_on_gets_it_once(hasty: Service) -> None:
    with connected(hasty) as client:
        head = f"{POST}Expect: 100-continue\r\nContent-Length: {len(NEW)}\r\n\r\n"
        client.sendall(head.encode())
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(NEW.encode())
        assert client.recv(100).startswith(b"HTTP/1.1 201 ")


def test_requests_may_come_all_at_once_or_in_pieces(hasty: Service) -> None:
    request = f"GET /healthz HTTP/1.1\r\n{HOST}\r\n".encode()
    with connected(hasty) as client:
        for size in (1, 7, len(request), 3 * len(request)):
            sent = request * 3
            for at in range(0, len(sent), size):
                client.sendall(sent[at : at + size])
            got = b""
            while got.count(b'{"status":"alive"}') < 3:
                got += client.recv(4096)
            assert got.count(b"HTTP/1.1 200 OK") == 3


def test_a_large_answer_arrives_whole_however_slowly_it_is_read(
    hasty: Service,
) -> None:
    path = "/docs/swagger-ui-bundle.js"
    whole = hasty.call("GET", path).content
    with connected(hasty) as client:
        asked = f"GET {path} HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n"
        client.sendall(asked.encode())
        got = everything(client, 4096)
    assert got.partition(b"\r\n\r\n")[2] == whole


def test_one_address_has_so_many_connections(tmp_path: Path, crm: DemoCrm) -> None:
    server = {**SERVER, "address_connections": 5}
    with Service(
        tmp_path, crm, EmbeddedValkey(), settings={"server": server}
    ) as service:
        clients = [connected(service) for _ in range(5)]
        with connected(service) as refused:
            assert everything(refused).startswith(b"HTTP/1.1 503 ")
        for client in clients:
            client.close()
        while service.call("GET", "/healthz").status_code != 200:
            pass


def test_behind_a_proxy_all_clients_have_one_address(
    tmp_path: Path, crm: DemoCrm
) -> None:
    server = {**SERVER, "address_connections": 5, "trusted_proxies": 1}
    with (
        Service(
            tmp_path, crm, EmbeddedValkey(), settings={"server": server}
        ) as service,
        ExitStack() as stack,
    ):
        for _ in range(20):
            stack.enter_context(connected(service))
        assert service.call("GET", "/healthz").status_code == 200


def connected(service: Service) -> socket.socket:
    where = urlsplit(service.url)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(20)
    client.connect((where.hostname, where.port))
    return client


def everything(client: socket.socket, size: int = 65536) -> bytes:
    """Read until the other side hangs up."""
    got = b""
    while more := client.recv(size):
        got += more
    return got


def dribble(client: socket.socket) -> bytes:
    """Send a byte every now and then until there is an answer; return it."""
    give_up = time.monotonic() + 20
    while not select.select([client], [], [], 0.05)[0]:
        assert time.monotonic() < give_up
        client.sendall(b"a")
    return everything(client)
