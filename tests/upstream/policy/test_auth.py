"""How the bridge shows who it is: fixed headers, and tokens that many threads share."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bridge.errors import AccessRefused, Failing, Missing, Unavailable
from bridge.secret import Secret
from bridge.upstream import BasicAuth, Gateway, HeaderAuth, OAuth2Auth
from tests.upstream.conftest import Clock, Connect, at, lasting
from tests.upstream.misbehaving import (
    JSON,
    Behaviour,
    Misbehaving,
    Visit,
    answer,
    answers,
    hangs,
    misbehaving,
)

SECRET = Secret("tyst")


def header(request: bytes, name: str) -> str:
    for line in request.decode().split("\r\n"):
        if line.lower().startswith(name.lower() + ":"):
            return line.partition(":")[2].strip()
    return ""


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        (None, "Authorization", ""),
        (HeaderAuth("X-Api-Key", SECRET), "X-Api-Key", "tyst"),
        (
            BasicAuth("kassa", Secret("hemligt:å")),
            "Authorization",
            "Basic " + b64encode("kassa:hemligt:å".encode()).decode(),
        ),
    ],
)
def test_a_fixed_header_is_sent(
    connect: Connect, auth: Any, name: str, value: str
) -> None:
    with misbehaving(answers(answer())) as crm:
        at(connect(crm.url, auth=auth)).get("/x")
        assert header(crm.requests[0], name) == value


def test_a_mapping_cannot_replace_the_credentials(connect: Connect) -> None:
    with misbehaving(answers(answer())) as crm:
        gateway = connect(crm.url, auth=HeaderAuth("X-Api-Key", SECRET))
        at(gateway).get("/x", headers={"x-api-key": "other"})
        assert header(crm.requests[0], "X-Api-Key") == "tyst"


def test_no_secret_shows_itself() -> None:
    for auth in (
        HeaderAuth("X-Api-Key", SECRET),
        BasicAuth("kassa", SECRET),
        OAuth2Auth("https://crm.example/token", "till", SECRET),
    ):
        assert "tyst" not in repr(auth)


def token_server(expires_in: object = 3600, begin: int = 1) -> Behaviour:
    """Give ``t1``, ``t2`` and so on."""
    numbers = iter(range(begin, 100))

    def behave(visit: Visit) -> None:
        while visit.request() is not None:
            token: dict[str, object] = {"access_token": f"t{next(numbers)}"}
            if expires_in is not None:
                token["expires_in"] = expires_in
            visit.send(answer(json.dumps(token).encode()))

    return behave


def crm_that_takes(*tokens: str) -> Behaviour:
    def behave(visit: Visit) -> None:
        while visit.request() is not None:
            given = header(visit.server.requests[-1], "Authorization")
            fine = given.removeprefix("Bearer ") in tokens
            visit.send(answer() if fine else answer(b"{}", "401 Unauthorized"))

    return behave


def oauth2(tokens: Misbehaving, **settings: Any) -> OAuth2Auth:
    return OAuth2Auth(f"{tokens.url}/token", "till", SECRET, **settings)


def test_one_token_serves_many_requests(connect: Connect) -> None:
    with misbehaving(token_server()) as tokens, misbehaving(answers(answer())) as crm:
        gateway = connect(crm.url, auth=oauth2(tokens, scope="crm loyalty"))
        for _ in range(3):
            at(gateway).get("/x")
        assert len(tokens.requests) == 1
        assert {header(one, "Authorization") for one in crm.requests} == {"Bearer t1"}
        form = tokens.requests[0].partition(b"\r\n\r\n")[2]
        assert form == (
            b"grant_type=client_credentials&scope=crm+loyalty"
            b"&client_id=till&client_secret=tyst"
        )


def test_credentials_and_parameters_as_the_token_server_wants_them(
    connect: Connect,
) -> None:
    with misbehaving(token_server()) as tokens, misbehaving(answers(answer())) as crm:
        auth = oauth2(
            tokens, credentials_in="header", parameters={"audience": "https://crm"}
        )
        at(connect(crm.url, auth=auth)).get("/x")
        basic = "Basic " + b64encode(b"till:tyst").decode()
        assert header(tokens.requests[0], "Authorization") == basic
        assert b"tyst" not in tokens.requests[0]
        assert b"audience=https%3A%2F%2Fcrm" in tokens.requests[0]


def test_many_threads_make_one_refresh(connect: Connect) -> None:
    meeting = threading.Barrier(8)
    with misbehaving(token_server()) as tokens, misbehaving(answers(answer())) as crm:
        gateway = connect(crm.url, auth=oauth2(tokens))

        def call(_: int) -> Any:
            meeting.wait(20)
            return at(gateway).get("/x")

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(call, range(8))) == [{"points": 12.5}] * 8
        assert len(tokens.requests) == 1


@pytest.mark.parametrize(
    ("expires_in", "fresh"),
    [(3600, 3540), ("3600", 3540), (100, 90), (None, 540), ("soon", 540)],
)
def test_a_token_is_renewed_before_its_end(
    connect: Connect, clock: Clock, expires_in: object, fresh: float
) -> None:
    with (
        misbehaving(token_server(expires_in)) as tokens,
        misbehaving(answers(answer())) as crm,
    ):
        gateway = connect(crm.url, auth=oauth2(tokens))
        at(gateway).get("/x")
        clock.now += fresh - 1
        at(gateway).get("/x")
        assert len(tokens.requests) == 1
        clock.now += 2
        at(gateway).get("/x")
        assert len(tokens.requests) == 2
        assert header(crm.requests[2], "Authorization") == "Bearer t2"


def test_a_token_that_is_still_good_serves_while_no_other_can_be_had(
    connect: Connect, clock: Clock
) -> None:
    def once(visit: Visit) -> None:
        visit.request()
        token = b'{"access_token": "t1", "expires_in": 100}'
        visit.send(answer(token, "200 OK", "Connection: close"))

    away = answers(answer(b"", "503 Service Unavailable"))
    with misbehaving(once, away) as tokens, misbehaving(answers(answer())) as crm:
        gateway = connect(crm.url, auth=oauth2(tokens))
        at(gateway).get("/x")
        clock.now += 95
        assert at(gateway).get("/x")
        clock.now += 10
        with pytest.raises(Unavailable):
            at(gateway).get("/x")
        assert len(crm.requests) == 2


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_refused_token_is_renewed_once(connect: Connect, way: str) -> None:
    with (
        misbehaving(token_server()) as tokens,
        misbehaving(crm_that_takes("t2")) as crm,
    ):
        gateway = connect(crm.url, auth=oauth2(tokens))
        assert getattr(at(gateway), way)("/x") == {"points": 12.5}
        assert getattr(at(gateway), way)("/x") == {"points": 12.5}
        assert len(tokens.requests) == 2
        assert len(crm.requests) == 3


def test_a_crm_that_takes_no_token_is_not_asked_for_ever(connect: Connect) -> None:
    with misbehaving(token_server()) as tokens, misbehaving(crm_that_takes()) as crm:
        with pytest.raises(AccessRefused):
            at(connect(crm.url, auth=oauth2(tokens))).post("/x")
        assert [len(tokens.requests), len(crm.requests)] == [2, 2]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (answer(b'{"error": "invalid_client"}', "401 Unauthorized"), AccessRefused),
        (answer(b'{"error": "invalid_scope"}', "400 Bad Request"), AccessRefused),
        (answer(b"", "404 Not Found"), AccessRefused),
        (answer(b"", "500 Internal Server Error"), Failing),
        (answer(b"<html>"), Failing),
        (answer(b"[]"), Failing),
        (answer(b'{"access_token": 5}'), Failing),
        (answer(b'{"access_token": "a\\r\\nX-Admin: 1"}'), Failing),
        (answer(JSON), Failing),
    ],
)
def test_no_token_no_request(
    connect: Connect, data: bytes, error: type[Exception]
) -> None:
    with misbehaving(answers(data)) as tokens, misbehaving(answers(b"")) as crm:
        with pytest.raises(error) as raised:
            at(connect(crm.url, auth=oauth2(tokens))).post("/x")
        assert type(raised.value) is error
        assert not isinstance(raised.value, Missing)
        assert not crm.connections


def test_those_who_waited_share_a_failure(connect: Connect) -> None:
    meeting = threading.Barrier(8)
    away = answers(answer(b"", "500 Internal Server Error"))
    with misbehaving(away) as tokens, misbehaving(answers(b"")) as crm:
        gateway = connect(crm.url, auth=oauth2(tokens))

        def call(_: int) -> None:
            meeting.wait(20)
            with pytest.raises(Unavailable):
                at(gateway).get("/x")

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(call, range(8)))
        assert len(tokens.requests) == 3


def test_nobody_waits_for_a_token_longer_than_there_is_time(connect: Connect) -> None:
    def call(gateway: Gateway) -> None:
        with lasting(0.2), pytest.raises(Unavailable):
            at(gateway, 0.2).post("/x")

    with misbehaving(hangs) as tokens, misbehaving(answers(b"")) as crm:
        gateway = connect(crm.url, auth=oauth2(tokens))
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(call, [gateway] * 4))
        assert not crm.connections
