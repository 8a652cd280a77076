"""HTTP as no POS sends it: answered alike by gunicorn's parser and by the one in C."""

from __future__ import annotations

import json
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.demo_crm_process import DemoCrm
from tests.end_to_end.parsers import PARSERS, parsed_by
from tests.end_to_end.service import POS, Service

HOST = "Host: bridge\r\n"
JSON = "Content-Type: application/json\r\n"
LOGIN = f"Authorization: Basic {b64encode(':'.join(POS).encode()).decode()}\r\n"
POST = f"POST /customers HTTP/1.1\r\n{HOST}{JSON}{LOGIN}"
CHUNKED = f"{POST}Transfer-Encoding: chunked\r\n\r\n"
NEW = '{"name_first": "Asa"}'
MANY = "".join(f"X-{number}: 1\r\n" for number in range(200))

ODD = {
    "no version": ("GET /healthz\r\n\r\n", 400),
    "HTTP/1.0": ("GET /healthz HTTP/1.0\r\n\r\n", 200),
    "HTTP/9.9": (f"GET /healthz HTTP/9.9\r\n{HOST}\r\n", 400),
    "a method in small letters": (f"get /healthz HTTP/1.1\r\n{HOST}\r\n", 400),
    "not HTTP": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "a NUL": ("GET /hea\0lthz HTTP/1.1\r\n\r\n", 400),
    "a NUL in a header": (
        f"GET /healthz HTTP/1.1\r\n{HOST}Store-ID: a\0b\r\n\r\n",
        400,
    ),
    "a space before the colon": (
        f"GET /healthz HTTP/1.1\r\n{HOST}Store-ID : 1\r\n\r\n",
        400,
    ),
    "a folded header": (
        f"GET /healthz HTTP/1.1\r\n{HOST}Store-ID: 1\r\n 2\r\n\r\n",
        400,
    ),
    "a long path": (f"GET /{'a' * 9000} HTTP/1.1\r\n{HOST}\r\n", 414),
    "a long header": (
        f"GET /healthz HTTP/1.1\r\n{HOST}Store-ID: {'1' * 20000}\r\n\r\n",
        431,
    ),
    "many headers": (f"GET /healthz HTTP/1.1\r\n{HOST}{MANY}\r\n", 431),
    "two lengths": (
        POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        400,
    ),
    "a length below zero": (POST + "Content-Length: -1\r\n\r\n", 400),
    "a length and chunks": (
        POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "a body that is cut off": (POST + "Content-Length: 9\r\n\r\n{}", 400),
    "a body in chunks": (CHUNKED + f"{len(NEW):x}\r\n{NEW}\r\n0\r\n\r\n", 201),
    "chunks of no length": (CHUNKED + "zz\r\n{}\r\n0\r\n\r\n", 400),
    "chunks that are cut off": (CHUNKED + "2\r\n{}\r\n", 400),
    "a chunk that is cut off": (CHUNKED + "9\r\n{}", 400),
}
"""What is sent, and the status that it gets."""

CUT_OFF = [sent for what, (sent, _) in ODD.items() if "cut off" in what]

UNKNOWN = {"Python": 501, "C": 400}
"""How each refuses a transfer coding that it does not know: it tells them apart."""


@pytest.fixture(scope="module", params=PARSERS)
def parser(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def service(
    parser: str, tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm
) -> Iterator[Service]:
    with parsed_by(parser, tmp_path_factory.mktemp("parser"), crm) as service:
        yield service


@pytest.mark.parametrize(("sent", "status"), ODD.values(), ids=ODD)
def test_odd_requests(service: Service, sent: str, status: int) -> None:
    got, body = answer(service, sent)
    assert got == status, body
    if status >= 400:
        error = json.loads(body)
        assert error.keys() == {"errortext", "statuscode"}
        assert error["statuscode"] == status


def test_an_unknown_coding(service: Service, parser: str) -> None:
    assert answer(service, POST + "Transfer-Encoding: br\r\n\r\n")[0] == UNKNOWN[parser]


def test_one_after_the_other_on_one_connection(service: Service) -> None:
    for _ in range(3):
        assert service.call("GET", "/consents").status_code == 200
        assert service.call("GET", "/nothing").status_code == 404
        body = {"name_first": "Åsa", "mobile": "0" * 300}
        assert service.call("POST", "/customers", json=body).status_code == 400


LAST = {
    "a body that is too large": f"{POST}Content-Length: 900000\r\n\r\n" + "{",
    "a chunk that is too large": f"{CHUNKED}fffffff\r\n" + "{",
    "a chunk size in many digits": f"{CHUNKED}0000000002\r\n{{}}\r\n0\r\n\r\n",
    "a blank behind a chunk's size": f"{CHUNKED}2 \r\n{{}}\r\n0\r\n\r\n",
    "an empty extension": f"{CHUNKED}2;\r\n{{}}\r\n0\r\n\r\n",
    "an extension": f"{CHUNKED}2;a=b\r\n{{}}\r\n0\r\n\r\n",
    "a trailer": f"{CHUNKED}2\r\n{{}}\r\n0\r\nX: y\r\n\r\n",
    "a trailer that is none": f"{CHUNKED}2\r\n{{}}\r\n0\r\nX y\r\n\r\n",
    "a client that wants no more": f"GET /healthz HTTP/1.1\r\n{HOST}"
    "Connection: TE, close\r\n\r\n",
}
"""After which the connection is closed, so that nothing may be sent on it."""


@pytest.mark.parametrize("path", ["/customers", "/nowhere"])
@pytest.mark.parametrize("sent", LAST.values(), ids=LAST)
def test_who_is_hung_up_on_is_told(service: Service, sent: str, path: str) -> None:
    """A proxy would send somebody's next request there, and lose it."""
    sent = sent.replace("/customers", path)
    with socket.create_connection(_where(service), 20) as connection:
        connection.sendall(sent.encode())
        got = b""
        while more := connection.recv(65536):
            got += more
    assert b"\r\nConnection: close\r\n" in got, got
    assert got.count(b"HTTP/1.1 ") == 1, got


def answer(service: Service, sent: str) -> tuple[int, bytes]:
    """Send bytes, and return the status and the body of what comes back.

    What is cut off ends there; else the client stays, as one does that is not there
    any more is answered nothing.
    """
    with socket.create_connection(_where(service), 20) as connection:
        connection.sendall(sent.encode("latin-1"))
        if sent in CUT_OFF:
            connection.shutdown(socket.SHUT_WR)
        got = b""
        while b"\r\n\r\n" not in got or len(_body(got)) < _length(got):
            more = connection.recv(65536)
            if not more:
                break
            got += more
    return int(got.split(b" ", 2)[1]), _body(got)


def _where(service: Service) -> tuple[str, int]:
    where = urlsplit(service.url)
    assert where.hostname
    assert where.port
    return where.hostname, where.port


def _body(got: bytes) -> bytes:
    return got.partition(b"\r\n\r\n")[2]


def _length(got: bytes) -> int:
    found = re.search(rb"\r\ncontent-length: *(\d+)", got, re.IGNORECASE)
    return int(found[1]) if found else 0
