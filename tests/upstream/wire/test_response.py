"""Headers are read as ``http.client`` reads them, only faster."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from random import Random

import pytest

from bridge.upstream.wire.response import parse_headers

BLOCKS = [
    b"",
    b"Content-Type: application/json\r\nContent-Length: 2\r\n",
    b"Content-Type:application/json\r\n",
    b"X-Empty:\r\nX-Blank:  \t\r\n",
    b"Content-Length: 1\nRetry-After: 2\n",
    b"Set-Cookie: a=b\r\nset-cookie: c=d\r\n",
    b"X-Folded: one\r\n two\r\n\tthree\r\nNext: 1\r\n",
    b"X-Name: \xe5\xe4\xf6\r\n",
    b'X-Quoted: "a\\"b"; c=\': \'\r\n',
    b"not a header\r\nNext: 1\r\n",
    b" leading: 1\r\nNext: 1\r\n",
    b"Spaced : 1\r\nNext: 1\r\n",
    b": nameless\r\nNext: 1\r\n",
    b"Nul: a\x00b\r\n",
    b"Lone: a\rb\r\nNext: 1\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
]


Headers = list[tuple[str, str]]


def both(block: bytes) -> tuple[Headers, Headers]:
    """Read a block in our way and in theirs, but for space at the end of a value."""

    def read(parse: Callable[..., http.client.HTTPMessage]) -> Headers:
        lines = io.BufferedReader(io.BytesIO(block + b"\r\nbody"))
        return [(name, value.rstrip()) for name, value in parse(lines).items()]

    return read(parse_headers), read(http.client.parse_headers)


@pytest.mark.parametrize("block", BLOCKS)
def test_headers_are_read_like_those_of_an_e_mail(block: bytes) -> None:
    ours, theirs = both(block)
    assert ours == theirs


def test_whatever_comes_is_read_alike() -> None:
    random = Random(1)
    pieces = [
        b"A",
        b"b-c",
        b":",
        b" ",
        b"\t",
        b"\r\n",
        b"\n",
        b"1",
        b"\xe5",
        b'"',
        b",",
    ]
    for _ in range(3000):
        block = b"".join(random.choices(pieces, k=random.randint(1, 12)))
        if b"\n\r\n" in block or b"\n\n" in block or block[:1] in b"\r\n":
            continue
        ours, theirs = both(block + b"\r\n")
        assert ours == theirs, block


def test_the_body_is_left_alone() -> None:
    lines = io.BufferedReader(io.BytesIO(b"A: 1\r\n\r\nbody"))
    parse_headers(lines)
    assert lines.read() == b"body"


@pytest.mark.parametrize(
    "block", [b"X: " + b"1" * 70_000 + b"\r\n", b"X: 1\r\n" * 101], ids=len
)
def test_headers_are_bounded(block: bytes) -> None:
    with pytest.raises(http.client.HTTPException):
        parse_headers(io.BufferedReader(io.BytesIO(block + b"\r\n")))
