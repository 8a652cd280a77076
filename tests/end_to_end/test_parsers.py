"""HTTP as no POS sends it: answered alike by gunicorn's parser and by the one in C."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.service import POS, Service
from tests.extent import without

C_PARSER = "gunicorn_h1c"

HOST = "Host: bridge\r\n"
JSON = "Content-Type: application/json\r\n"
LOGIN = f"Authorization: Basic {b64encode(':'.join(POS).encode()).decode()}\r\n"
POST = f"POST /customers HTTP/1.1\r\n{HOST}{JSON}{LOGIN}"
CHUNKED = f"{POST}Transfer-Encoding: chunked\r\n\r\n"
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
    "a body in chunks": (CHUNKED + "2\r\n{}\r\n0\r\n\r\n", 201),
    "chunks of no length": (CHUNKED + "zz\r\n{}\r\n0\r\n\r\n", 400),
    "chunks that are cut off": (CHUNKED + "2\r\n{}\r\n", 400),
    "a chunk that is cut off": (CHUNKED + "9\r\n{}", 400),
}
"""What is sent, and the status that it gets."""

UNKNOWN = {"Python": 501, "C": 400}
"""How each refuses a transfer coding that it does not know: it tells them apart."""


@pytest.fixture(scope="module", params=UNKNOWN)
def parser(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def service(
    parser: str, tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm
) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("parser")
    given = {}
    if parser == "Python":
        given = {"PYTHONPATH": without_c(directory)}
    elif importlib.util.find_spec(C_PARSER) is None:
        without(f"{C_PARSER} is not installed: pip install '.[fast]'")
    with Service(directory, crm, EmbeddedValkey(), environment=given) as service:
        yield service


def without_c(directory: Path) -> str:
    """Return a search path on which the parser in C cannot be imported."""
    hidden = directory / "hidden"
    hidden.mkdir()
    (hidden / f"{C_PARSER}.py").write_text("raise ImportError", "utf-8")
    return os.pathsep.join([str(hidden), str(Path(__file__).parents[2])])


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


def answer(service: Service, sent: str) -> tuple[int, bytes]:
    """Send bytes, and return the status and the body of what comes back."""
    where = urlsplit(service.url)
    with socket.create_connection((where.hostname, where.port), 20) as connection:
        connection.sendall(sent.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        got = b""
        while b"\r\n\r\n" not in got or len(_body(got)) < _length(got):
            more = connection.recv(65536)
            if not more:
                break
            got += more
    return int(got.split(b" ", 2)[1]), _body(got)


def _body(got: bytes) -> bytes:
    return got.partition(b"\r\n\r\n")[2]


def _length(got: bytes) -> int:
    found = re.search(rb"\r\ncontent-length: *(\d+)", got, re.IGNORECASE)
    return int(found[1]) if found else 0
