"""Nothing personal and nothing secret reaches a log, with ``log_wire`` and without."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from bridge.errors import UpstreamError
from bridge.secret import Secret
from bridge.upstream import BasicAuth, HeaderAuth, OAuth2Auth
from bridge.upstream.wire.shape import (
    HARMLESS,
    HARMLESS_IN_ERRORS,
    scrubbed_body,
    scrubbed_headers,
    scrubbed_url,
)
from tests.upstream.conftest import Connect, at
from tests.upstream.misbehaving import (
    Behaviour,
    answer,
    answers,
    hangs,
    misbehaving,
    resets_after_request,
)

CUSTOMER = {
    "id": 471188220011,
    "type": "Member",
    "name": "Åsa Öberg",
    "email": "asa@example.com",
    "mobilePhone": "+46701112233",
    "ssn": "190001019999",
    "kassa@example.com": True,
    "attributes": {"Personnummer": 190001019999, "type": "asa@example.com"},
    "vouchers": [{"code": "SOMMAR20", "currency": "SEK"}],
    "gender": None,
}

PRIVATE = [
    *("Åsa", "Öberg", "asa@", "asa%40", "4670", "190001019999", "kassa@", "SOMMAR"),
    *("471188220011", "tyst", "dHlzdA", "a26d8975"),
]


def lines(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """Say all that a line could show, but for the times and numbers of its own."""
    own = vars(logging.makeLogRecord({})).keys() - {"name", "msg", "args", "exc_info"}
    for record in caplog.records:
        said = {name: value for name, value in vars(record).items() if name not in own}
        yield json.dumps(said, default=repr, ensure_ascii=False)


@pytest.mark.parametrize("log_wire", [False, True])
@pytest.mark.parametrize(
    "auth",
    [
        HeaderAuth("X-Api-Key", Secret("tyst")),
        BasicAuth("kassa@example.com", Secret("tyst")),
        None,
    ],
)
@pytest.mark.parametrize("status", ["200 OK", "404 Not Found", "500 Oops"])
def test_no_line_has_anything_of_anybody(
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    log_wire: bool,
    auth: Any,
    status: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    body = json.dumps(CUSTOMER).encode()
    data = answer(body, status, "Set-Cookie: sid=tyst", "X-Customer: asa@example.com")
    with misbehaving(answers(data)) as crm:
        upstream = at(connect(crm.url, auth=auth, log_wire=log_wire))
        for call in (upstream.get, upstream.post):
            with suppress(UpstreamError):
                call(
                    "/contacts/a26d8975/asa%40example.com",
                    query={"email": "asa@example.com", "+46701112233": "1"},
                    headers={"X-Till": "asa@example.com"},
                    **({"json": CUSTOMER} if call == upstream.post else {}),
                )
    logged = list(lines(caplog))
    assert logged
    for line in logged:
        assert not [one for one in PRIVATE if one in line]
    shown = [line for line in logged if "bridge.upstream.wire.shape" in line]
    assert bool(shown) is log_wire


def test_a_lost_connection_is_logged_without_its_address(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with misbehaving(hangs) as crm, pytest.raises(UpstreamError):
        at(connect(crm.url), 0.1).get("/x", query={"email": "asa@example.com"})
    assert not [line for line in lines(caplog) if "asa" in line]


@pytest.mark.parametrize(
    ("behaviour", "level", "outcome", "detail"),
    [
        (answers(answer()), "DEBUG", "2xx", 200),
        (answers(answer(b"", "404 Not Found")), "INFO", "4xx", 404),
        (answers(answer(b"", "502 Bad Gateway")), "WARNING", "5xx", 502),
        (hangs, "WARNING", "timeout", "ReadTimeoutError"),
        (resets_after_request, "WARNING", "reset", "ProtocolError"),
    ],
)
def test_each_try_is_logged_with_what_it_came_to(
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    behaviour: Behaviour,
    level: str,
    outcome: str,
    detail: object,
) -> None:
    caplog.set_level(logging.DEBUG)
    with misbehaving(behaviour) as crm, suppress(UpstreamError):
        at(connect(crm.url, attempts=1), 0.2).get("/x")
    (record,) = (one for one in caplog.records if one.msg == "the CRM was asked")
    said = vars(record)
    assert record.levelname == level
    assert (said["outcome"], said["detail"]) == (outcome, detail)


def test_no_token_is_logged(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    given = answer(b'{"access_token": "hemligt", "expires_in": 9}')
    with misbehaving(answers(given)) as tokens, misbehaving(answers(answer())) as crm:
        auth = OAuth2Auth(f"{tokens.url}/token", "till", Secret("tyst"))
        at(connect(crm.url, auth=auth, log_wire=True)).get("/x")
    text = "".join(lines(caplog))
    assert "access_token" in text
    assert "hemligt" not in text
    assert "tyst" not in text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://crm.example/api/v3/contacts", "https://crm.example/api/v3/contacts"),
        (
            "https://crm.example/contacts/47/redeem",
            "https://crm.example/contacts/***/redeem",
        ),
        ("https://crm.example/contacts/anna", "https://crm.example/contacts/***"),
        ("https://crm.example/contacts/Anna-Berg", "https://crm.example/contacts/***"),
        ("https://crm.example/vouchers/SUMMER", "https://crm.example/vouchers/***"),
        ("https://crm.example/api/a%40b", "https://crm.example/api/***"),
        (
            "https://crm.example/api?email=a&q=",
            "https://crm.example/api?email=***&q=***",
        ),
        ("https://crm.example/api?a%40b=1", "https://crm.example/api?***=***"),
    ],
)
def test_an_address(url: str, shown: str) -> None:
    assert scrubbed_url(url) == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b"asa@example.com", "15 bytes that are not JSON"),
        (b"[" * 100_000, "100000 bytes that are not JSON"),
        (b'"asa"', '"***"'),
        (
            b'{"a": [1, true, null, {"b": "c"}]}',
            '{"a": ["***", "***", null, {"b": "***"}]}',
        ),
        (
            b'{"Total_Count": 12, "currency": "SEK"}',
            '{"Total_Count": 12, "currency": "SEK"}',
        ),
        (
            b'{"type": "asa@example.com", "total": 46701112233}',
            '{"type": "***", "total": "***"}',
        ),
        (b'{"asa@example.com": 1}', '{"***": "***"}'),
        (
            b'{"code": "SOMMAR", "type": {"code": "A"}}',
            '{"code": "***", "type": {"code": "***"}}',
        ),
    ],
)
def test_a_body(body: bytes, shown: str) -> None:
    assert scrubbed_body(body, HARMLESS) == shown


def test_a_failure_shows_its_code() -> None:
    body = b'{"errorCode": "LIMIT_EXCEEDED", "message": "asa"}'
    assert scrubbed_body(body, HARMLESS_IN_ERRORS) == (
        '{"errorCode": "LIMIT_EXCEEDED", "message": "***"}'
    )


def test_a_deep_body_ends_somewhere() -> None:
    assert "***" in scrubbed_body(b'{"a":' * 50 + b"1" + b"}" * 50, HARMLESS)


def test_headers() -> None:
    assert scrubbed_headers({"Content-Type": "text/html", "apikey": "x"}) == {
        "Content-Type": "text/html",
        "apikey": "***",
    }


@pytest.mark.parametrize("log_wire", [False, True])
def test_a_call_says_what_it_is_where_its_address_does_not(
    connect: Connect, caplog: pytest.LogCaptureFixture, log_wire: bool
) -> None:
    """As with JSON-RPC: one address, and the method is a value in the body."""
    body = {"params": ["db", 6, "tyst", "res.partner", "search_read"]}
    caplog.set_level(logging.DEBUG)
    with misbehaving(answers(answer())) as crm:
        upstream = at(connect(crm.url, log_wire=log_wire))
        upstream.post("/rpc", json=body, reads=True, label="res.partner search_read")
    said = [record for record in caplog.records if hasattr(record, "label")]
    assert len(said) == (3 if log_wire else 1)
    assert {record.label for record in said} == {"res.partner search_read"}  # type: ignore[attr-defined]
    assert not any(word in line for line in lines(caplog) for word in PRIVATE)


def test_a_call_without_a_label_says_none(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with misbehaving(answers(answer())) as crm:
        at(connect(crm.url, log_wire=True)).get("/x")
    assert not any(hasattr(record, "label") for record in caplog.records)
