"""Where a request ends, however its bytes come."""

from __future__ import annotations

import pytest

from bridge.server.incoming import LONGEST_HEAD, LONGEST_HEADER, Incoming
from bridge.spi.door.edge import LARGEST

GET = b"GET /a?key=B HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

WHOLE = {
    "no body": GET + b"\r\n",
    "an empty line before it": b"\r\n" + GET + b"\r\n",
    "a body": POST + b"Content-Length: 3\r\n\r\nabc",
    "an empty body": POST + b"content-length:0\r\n\r\n",
    "chunks": CHUNKED + b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"1\r\na\r\n0\r\nA: 1\r\nB: 2\r\n\r\n",
    "a line end within a chunk": CHUNKED + b"4\r\n\r\n\r\n\r\n0\r\n\r\n",
}

ODD = {
    "TLS": b"\x16\x03\x01",
    "line feeds only": b"GET / HTTP/1.1\nHost: x\n\n",
    "a head without an end": b"GET /" + b"a" * LONGEST_HEAD,
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
    "a length that is none": POST + b"Content-Length: x\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a length and chunks": CHUNKED[:-2] + b"Content-Length: 3\r\n\r\n",
    "an unknown coding": POST + b"Transfer-Encoding: br\r\n\r\n",
    "more than is ever taken": POST + b"Content-Length: %d\r\n\r\n" % (LARGEST + 1),
    "a chunk of no length": CHUNKED + b"x\r\n",
    "a chunk of far too much": CHUNKED + b"fffffff\r\n",
    "a chunk size without an end": CHUNKED + b"1;" + b"a" * LONGEST_HEADER,
    "too many trailers": CHUNKED + b"0\r\n" + b"A: 1\r\n" * (LARGEST // 2),
}
"""What is left to the parser, which has something to say about it."""


def fed(data: bytes, size: int) -> Incoming:
    incoming = Incoming()
    for at in range(0, len(data), size):
        assert not incoming.ready, at
        incoming.add(data[at : at + size])
    return incoming


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_it_is_whole_with_its_last_byte(data: bytes, size: int) -> None:
    incoming = fed(data, size)
    assert incoming.ready
    assert incoming.whole
    assert incoming.received == data


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_the_end_is_certain_where_no_parser_can_disagree(data: bytes) -> None:
    odd = b"A;x=y" in data or b"A: 1" in data
    assert fed(data, 1000).certain is not odd


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_what_follows_is_no_part_of_it(data: bytes) -> None:
    incoming = fed(data + GET, 10_000)
    assert incoming.whole
    assert not incoming.repeatable


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_what_is_odd_is_the_parser_s(data: bytes) -> None:
    incoming = Incoming()
    incoming.add(data)
    assert incoming.ready
    assert not incoming.whole
    assert not incoming.repeatable


@pytest.mark.parametrize("data", [b"\r", b"\r\n"])
def test_an_empty_line_begins_nothing(data: bytes) -> None:
    incoming = Incoming()
    incoming.add(data)
    assert not incoming.begun
    incoming.add(b"G")
    assert incoming.begun


@pytest.mark.parametrize(
    ("data", "repeatable"),
    [
        (GET + b"\r\n", True),
        (GET + b"Accept-Encoding: gzip\r\n\r\n", True),
        (POST + b"Content-Length: 1\r\n\r\na", True),
        (GET.replace(b"GET", b"HEAD") + b"\r\n", False),
        (GET.replace(b"1.1", b"1.0") + b"\r\n", False),
        (GET + b"Connection: close\r\n\r\n", False),
        (GET + b"Connection: x, Close\r\n\r\n", False),
        (GET + b"Content-Length : 9\r\n\r\n", False),
        (GET + b"Transfer-Encoding : chunked\r\n\r\n", False),
        (CHUNKED + b"0\r\n\r\n", False),
    ],
)
def test_only_after_a_plain_request_can_another_follow_unparsed(
    data: bytes, repeatable: bool
) -> None:
    assert fed(data, 1000).repeatable is repeatable


@pytest.mark.parametrize(
    ("head", "expects"),
    [
        (POST + b"Expect: 100-continue\r\n", True),
        (POST + b"expect:100-Continue\r\n", True),
        (POST, False),
        (POST.replace(b"1.1", b"1.0") + b"Expect: 100-continue\r\n", False),
    ],
)
def test_who_waits_for_the_word_to_go_on(head: bytes, expects: bool) -> None:
    incoming = Incoming()
    incoming.add(head + b"Content-Length: 3\r\n\r\n")
    assert incoming.expects is expects
