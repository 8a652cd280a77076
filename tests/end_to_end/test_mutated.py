"""Ten thousand requests that somebody has broken: none of them breaks the bridge.

Sound requests are cut, doubled, interleaved and sprinkled with what parsers stumble
over, and sent as they are to both parsers.  The seed is the same in each run.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.parsers import PARSERS, parsed_by
from tests.end_to_end.raw import connected
from tests.end_to_end.reference import REDEEM, UPDATE
from tests.end_to_end.service import POS, Service
from tests.extent import EVERYTHING

AT_ONCE = 25
ROUNDS = 200 if EVERYTHING else 8
"""So many requests for each of the parsers."""

PAUSE_SECONDS = 0.1
"""How long an answer is waited for before the client says that no more will come."""

LOGIN = b64encode(":".join(POS).encode()).decode()

DOCUMENTED = {501}
"""What a sound CRM and journal leave of 5xx: no register to look in, and a transfer
coding that nobody knows."""

PLANNED = {
    "a sign-in to the SPI was refused",
    "an invalid request was refused",
    "an optional part could not be read",  # of a customer who is not there
    "request answered",
    "the CRM was asked",
    "the CRM's answer was repaired",
    "the bridge starts",
    "the bridge is ready",
    "Redis answers",
    "recovery starts",
    "recovery is ready",
}
"""All that the log may say."""


def request(
    line: str, body: object = None, *headers: str, chunks: bool = False
) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = [f"{line} HTTP/1.1", "Host: bridge", f"Authorization: Basic {LOGIN}"]
    if chunks:
        head += ["Content-Type: application/json", "Transfer-Encoding: chunked"]
        content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)
    elif body is not None:
        head += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    head += [*headers, "Connection: close", "", ""]
    return "\r\n".join(head).encode() + content


SOUND = [
    request("GET /customers?key_type=email&key=kim%40example.com"),
    request(f"GET /customers/{JOHN}", None, "Store-ID: 200", "Staff-ID: a%20b"),
    request(
        f"GET /customers/{JOHN}/transactions", None, "X-Request-ID: 4bf92f3577b34da6"
    ),
    request(f"PUT /customers/{JOHN}", UPDATE),
    request("POST /customers", {"name_first": "Åsa", "email": "a@example.com"}),
    request("POST /customers", {"name_first": "Bo"}, chunks=True),
    request(f"POST /customers/{JOHN}/redeem", REDEEM, "Idempotency-Key: one"),
    request(f"DELETE /customers/{JOHN}/redeem/{'A' * 32}"),
    request("GET /lookup_customers?key_type=personal_id&key=19900101-1234"),
    request("GET /consents", None, "X-Forwarded-For: 192.0.2.1"),
    request("GET /healthz"),
    request("OPTIONS *"),
    request("GET /journal/sign-in?next=/journal"),
    request("GET /openapi.json", None, "Accept-Encoding: gzip", "Range: bytes=0-1"),
]

SPRINKLES = [
    *(b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\t", b" ", b":", b"%", b"/", b"//"),
    *(
        b"%00",
        b"%2f",
        b"%ff",
        b"\xff",
        b"\xc3",
        b"\xe2\x80\xae",
        b"..",
        b"?",
        b"#",
        b"&",
    ),
    *(b"{", b"[", b'"', b"null", b"1e999", b"9" * 400, b"-1", b"\\u0000", b"\\ud800"),
    *(b"HTTP/1.0", b"HTTP/2.0", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01"),
    *(b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffff"),
    *(b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\n", b"SCRIPT_NAME: /x\r\n"),
    *(
        b"PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n",
        b"Authorization: Basic =\r\n",
        b"A" * 9000,
    ),
    *(b"X: y\r\n" * 120, b"Cookie: a=b; a\r\n", b"Content-Encoding: gzip\r\n"),
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a request after a few accidents."""
    sent = draw(st.sampled_from(SOUND))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(sent)))
        end = min(len(sent), at + draw(st.integers(0, 40)))
        piece = draw(
            st.sampled_from([b"", sent[at:end] * 2, *SPRINKLES])
            | st.binary(min_size=1, max_size=4)
            | st.sampled_from(SOUND)
        )
        sent = sent[:at] + piece + sent[end:]
    return sent[: draw(st.integers(0, len(sent)))] if draw(st.booleans()) else sent


@pytest.fixture(scope="module", params=PARSERS)
def service(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    crm: DemoCrm,
) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("mutated")
    with parsed_by(str(request.param), directory, crm) as service:
        yield service


def test_nothing_that_is_sent_breaks_anything(service: Service) -> None:
    failed: list[tuple[int, bytes]] = []
    pool = ThreadPoolExecutor(AT_ONCE)

    @seed(0)
    @settings(
        max_examples=ROUNDS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(mutated(), min_size=AT_ONCE, max_size=AT_ONCE))
    def send(many: list[bytes]) -> None:
        answers = pool.map(lambda sent: answered(service.url, sent), many)
        failed.extend(
            (status, sent)
            for sent, got in zip(many, answers, strict=True)
            for status in statuses(got)
            if status >= 500 and status not in DOCUMENTED
        )

    with pool:
        send()
    assert failed == []
    assert service.call("GET", "/consents").status_code == 200
    lines = [json.loads(line) for line in service.log.read_text("utf-8").splitlines()]
    assert [line for line in lines if line["message"] not in PLANNED] == []
    assert not any("exception" in line for line in lines)


def answered(address: str, sent: bytes) -> bytes:
    """Send bytes and return everything that comes back."""
    got = b""
    with connected(address) as connection, suppress(ConnectionError):
        connection.sendall(sent)
        connection.settimeout(PAUSE_SECONDS)
        try:
            while more := connection.recv(65536):
                got += more
        except TimeoutError:
            connection.shutdown(1)
            connection.settimeout(20)
            while more := connection.recv(65536):
                got += more
    return got


def statuses(got: bytes) -> list[int]:
    """Return the statuses of all answers on a connection."""
    return [int(one) for one in re.findall(rb"(?:^|\n)HTTP/1\.[01] (\d{3}) ", got)]
