"""How an answer is written: its head together with its body, and all of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bridge.server.line import Line

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


@pytest.fixture
def ends() -> Iterator[tuple[Line, socket.socket]]:
    """A connection that an answer is to be written to, and its client."""
    ours, client = socket.socketpair()
    client.setblocking(False)
    with Line(ours) as line, client:
        line.begins = True
        yield line, client


def come(client: socket.socket) -> bytes:
    try:
        return client.recv(65536)
    except BlockingIOError:
        return b""


def test_a_head_waits_for_its_body(ends: tuple[Line, socket.socket]) -> None:
    line, client = ends
    line.sendall(HEAD)
    assert come(client) == b""
    line.sendall(b"{}")
    assert come(client) == HEAD + b"{}"
    line.let_go()
    assert come(client) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_a_head_without_a_body_does_not(
    ends: tuple[Line, socket.socket], head: bytes
) -> None:
    line, client = ends
    line.sendall(head)
    assert come(client) == head


def test_nor_one_whose_body_does_not_come(ends: tuple[Line, socket.socket]) -> None:
    line, client = ends
    line.sendall(HEAD)
    line.let_go()
    assert come(client) == HEAD


def test_pieces_of_a_body_do_not_wait(ends: tuple[Line, socket.socket]) -> None:
    line, client = ends
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for piece in (head, b"2\r\n{}\r\n", b"0\r\n\r\n"):
        line.sendall(piece)
    assert come(client) == head + b"2\r\n{}\r\n0\r\n\r\n"


def test_what_the_client_does_not_take_is_kept(
    ends: tuple[Line, socket.socket],
) -> None:
    line, client = ends
    line.sendall(HEAD)
    body = b"x" * 10_000_000
    line.sendall(body)
    assert line.unsent
    got = b""
    while len(got) < len(HEAD + body):
        got += come(client)
        line.flush()
    assert got == HEAD + body
