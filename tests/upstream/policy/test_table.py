"""The retry table, row by row, for reading and for writing."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formatdate
from time import time
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import ProtocolError

from bridge.deadline import Deadline
from bridge.errors import (
    AccessRefused,
    BridgeError,
    Elsewhere,
    Failing,
    Missing,
    NoVerdict,
    OutcomeUnknown,
    Refused,
    Silent,
    Throttled,
    Unavailable,
)
from bridge.model import Context
from bridge.upstream import Answer, Signals
from tests.upstream.conftest import Clock, Connect

URL = "https://crm.example/api"

FINE = {"status": 200, "json": {"points": 12}}


@dataclass(frozen=True)
class Row:
    """What happened, what comes of it, and after how many tries."""

    happened: str
    answers: list[dict[str, Any]]
    reading: type[BridgeError] | None
    reads: int
    writing: type[BridgeError] | None
    writes: int
    signals: Signals = field(default_factory=Signals)


def always(**answer: Any) -> list[dict[str, Any]]:
    return [answer]


def once(**answer: Any) -> list[dict[str, Any]]:
    return [answer, FINE]


def after(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(seconds)}


SALESFORCE = Signals(throttled=frozenset({(403, "REQUEST_LIMIT_EXCEEDED")}))
SHOPIFY = Signals(throttled=frozenset({(200, "THROTTLED")}), faults=("errors",))
TALON_ONE = Signals(throttled=frozenset({(409, "")}))
VOUCHERIFY = Signals(retry_at=("X-Rate-Limit-Retry",))
CAREFUL = Signals(unprocessed=frozenset())
TRUSTED = Signals(unprocessed=frozenset({429, 503}))

LIMIT = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "x"}]
THROTTLED = {"errors": [{"extensions": {"code": "THROTTLED"}}], "data": None}
BROKEN = {"errors": [{"message": "no such field"}], "data": None}

ROWS = [
    Row("success", always(**FINE), None, 1, None, 1),
    Row("success without a body", always(status=204), None, 1, None, 1),
    Row("success, created", always(status=201, json={}), None, 1, None, 1),
    Row(
        "no connection",
        always(body=requests.ConnectTimeout()),
        *(Unavailable, 3, Unavailable, 3),
    ),
    Row(
        "no connection, then one",
        once(body=requests.ConnectionError()),
        *(None, 2, None, 2),
    ),
    Row(
        "sent, then a timeout",
        always(body=requests.ReadTimeout()),
        *(Silent, 3, OutcomeUnknown, 1),
    ),
    Row(
        "sent, then a reset",
        once(body=requests.ConnectionError(ProtocolError("aborted"))),
        *(None, 2, OutcomeUnknown, 1),
    ),
    Row("429", once(status=429), None, 2, None, 2),
    Row("429, seconds", once(status=429, headers=after(2)), None, 2, None, 2),
    Row(
        "429, a date",
        once(status=429, headers={"Retry-After": formatdate(time() + 3, usegmt=True)}),
        *(None, 2, None, 2),
    ),
    Row(
        "429, longer than there is time",
        always(status=429, headers=after(60)),
        *(Throttled, 1, Throttled, 1),
    ),
    Row("429, always", always(status=429), Throttled, 3, Throttled, 3),
    Row(
        "429 of a CRM that may have done it all the same",
        *(once(status=429), None, 2, NoVerdict, 1, CAREFUL),
    ),
    Row(
        "429, the time in a vendor's header",
        once(status=429, headers={"X-Rate-Limit-Retry": str(int(time() + 3))}),
        *(None, 2, None, 2, VOUCHERIFY),
    ),
    Row(
        "429, that time too far away",
        always(status=429, headers={"X-Rate-Limit-Retry": str(int(time() + 3_000))}),
        *(Throttled, 1, Throttled, 1, VOUCHERIFY),
    ),
    Row(
        "403 that means too often",
        *(once(status=403, json=LIMIT), None, 2, None, 2, SALESFORCE),
    ),
    Row(
        "403 that means 403",
        always(status=403, json=[{"errorCode": "INSUFFICIENT_ACCESS"}]),
        *(AccessRefused, 1, AccessRefused, 1, SALESFORCE),
    ),
    Row(
        "200 that means too often",
        *(once(status=200, json=THROTTLED), None, 2, None, 2, SHOPIFY),
    ),
    Row(
        "200 with a fault in it",
        always(status=200, json=BROKEN),
        *(Failing, 1, NoVerdict, 1, SHOPIFY),
    ),
    Row(
        "200 that says THROTTLED where no faults stand",
        always(status=200, json={"data": {"name": "THROTTLED"}, "errors": []}),
        *(None, 1, None, 1, SHOPIFY),
    ),
    Row("409 that means too often", once(status=409), None, 2, None, 2, TALON_ONE),
    Row("503, seconds", once(status=503, headers=after(1)), None, 2, NoVerdict, 1),
    Row(
        "503 of a CRM that then did nothing",
        *(once(status=503, headers=after(1)), None, 2, None, 2, TRUSTED),
    ),
    Row("503", once(status=503), None, 2, NoVerdict, 1),
    Row("500", once(status=500), None, 2, NoVerdict, 1),
    Row("502, always", always(status=502), Failing, 3, NoVerdict, 1),
    Row("504", once(status=504), None, 2, NoVerdict, 1),
    Row("408", once(status=408), None, 2, NoVerdict, 1),
    Row(
        "HTML instead of JSON",
        always(status=200, body="<html>Sorry</html>"),
        *(Failing, 1, NoVerdict, 1),
    ),
    Row(
        "not quite JSON",
        always(status=200, body='{"points": NaN}'),
        *(Failing, 1, NoVerdict, 1),
    ),
    Row(
        "nested without end",
        always(status=200, body="[" * 200_000),
        *(Failing, 1, NoVerdict, 1),
    ),
    Row(
        "a number without end",
        always(status=200, body="9" * 10_000),
        *(Failing, 1, NoVerdict, 1),
    ),
    Row(
        "not UTF-8",
        always(status=200, body=b'"\xe5"'),
        Failing,
        1,
        NoVerdict,
        1,
    ),
    Row("400", always(status=400, json={}), Refused, 1, Refused, 1),
    *(
        Row(
            f"{status} from a proxy",
            always(status=status, body="<p>no"),
            *(Elsewhere, 1, Elsewhere, 1),
        )
        for status in (400, 402, 405, 407, 409, 410, 411, 413, 414, 418, 422, 431, 451)
    ),
    *(
        Row(
            f"{status} with a page",
            always(status=status, body="<p>no"),
            *(AccessRefused, 1, AccessRefused, 1),
        )
        for status in (401, 403)
    ),
    Row("407", always(status=407), Elsewhere, 1, Elsewhere, 1),
    Row("407 in JSON", always(status=407, json={}), Elsewhere, 1, Elsewhere, 1),
    Row("413 in JSON", always(status=413, json={}), Refused, 1, Refused, 1),
    Row("429 with a page", once(status=429, body="<p>no"), None, 2, None, 2),
    Row("408 with a page", once(status=408, body="<p>"), None, 2, NoVerdict, 1),
    Row("401", always(status=401), AccessRefused, 1, AccessRefused, 1),
    Row("403", always(status=403), AccessRefused, 1, AccessRefused, 1),
    Row("404", always(status=404), Missing, 1, Missing, 1),
    Row("404 in JSON", always(status=404, json={}), Missing, 1, Missing, 1),
    Row(
        "404 from a proxy",
        always(status=404, body="404 page not found"),
        *(Elsewhere, 1, Elsewhere, 1),
    ),
    Row("409", always(status=409), Refused, 1, Refused, 1),
    Row("410", always(status=410), Missing, 1, Missing, 1),
    Row("410 in JSON", always(status=410, json={}), Missing, 1, Missing, 1),
    Row("422", always(status=422), Refused, 1, Refused, 1),
    Row(
        "302",
        always(status=302, headers={"Location": "/x"}),
        Elsewhere,
        1,
        NoVerdict,
        1,
    ),
    Row(
        "303",
        always(status=303, headers={"Location": "/x"}),
        Elsewhere,
        1,
        NoVerdict,
        1,
    ),
    Row(
        "302 to another server",
        always(status=302, headers={"Location": "https://login.example/x"}),
        *(Elsewhere, 1, Elsewhere, 1),
    ),
    Row("302 to nowhere", always(status=302), Elsewhere, 1, NoVerdict, 1),
    *(
        Row(
            f"{status}",
            always(status=status, headers={"Location": "/x"}),
            *(Elsewhere, 1, Elsewhere, 1),
        )
        for status in (301, 307)
    ),
    Row(
        "308",
        always(status=308, headers={"Location": "/x"}),
        Elsewhere,
        1,
        Elsewhere,
        1,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.happened)
@pytest.mark.parametrize("way", ["GET", "POST that reads", "POST", "DELETE"])
def test_each_row_of_the_table(
    row: Row, way: str, connect: Connect, clock: Clock
) -> None:
    reads = way in ("GET", "POST that reads")
    expected, tries = (row.reading, row.reads) if reads else (row.writing, row.writes)
    upstream = connect(URL, signals=row.signals, breaker_failures=100).at(
        Deadline(8, clock), Context(site="north")
    )
    method = way.split()[0]
    with responses.RequestsMock(assert_all_requests_are_fired=False) as crm:
        for answer in row.answers:
            crm.add(method, f"{URL}/customers", **answer)
        if expected is None:
            assert upstream.call(method, "/customers", reads=reads).status < 300
        else:
            with pytest.raises(BridgeError) as raised:
                upstream.call(method, "/customers", reads=reads)
            assert type(raised.value) is expected
        assert len(crm.calls) == tries


@responses.activate
def test_a_wait_is_never_shorter_than_asked_for(connect: Connect, clock: Clock) -> None:
    responses.get(f"{URL}/x", status=429, headers=after(3))
    responses.get(f"{URL}/x", json=1)
    began = clock.now
    assert connect(URL).at(Deadline(8, clock), Context(site="n")).get("/x") == 1
    assert 3 <= clock.now - began < 3.5


@responses.activate
def test_waits_of_our_own_are_not_all_the_same(connect: Connect, clock: Clock) -> None:
    responses.get(f"{URL}/x", status=500)
    waits = set()
    for _ in range(5):
        began = clock.now
        with pytest.raises(Unavailable):
            connect(URL).at(Deadline(8, clock), Context(site="n")).get("/x")
        waits.add(clock.now - began)
    assert len(waits) == 5
    assert max(waits) < 1


@responses.activate
def test_no_retry_that_cannot_finish_in_time(connect: Connect, clock: Clock) -> None:
    responses.get(f"{URL}/x", status=429, headers=after(3))
    with pytest.raises(Throttled) as raised:
        connect(URL).at(Deadline(3.02, clock), Context(site="n")).get("/x")
    assert raised.value.retry_after == 3
    assert len(responses.calls) == 1


@responses.activate
def test_nothing_is_sent_after_the_deadline(connect: Connect, clock: Clock) -> None:
    upstream = connect(URL).at(Deadline(1, clock), Context(site="n"))
    clock.now += 1
    for call in (upstream.get, upstream.post):
        with pytest.raises(Unavailable):
            call("/x")
    assert not responses.calls


def already_spent(answer: Answer) -> BridgeError | None:
    if isinstance(answer.body, dict) and answer.body.get("code") == "spent":
        return Refused("Can't redeem: it is spent.")
    return None


@responses.activate
@pytest.mark.parametrize("status", [400, 409, 500, 503])
def test_the_mapping_names_a_refusal(connect: Connect, status: int) -> None:
    upstream = connect(URL).at(Deadline(8), Context(site="n"), already_spent)
    responses.post(f"{URL}/x", status=status, json={"code": "spent"})
    with pytest.raises(Refused, match="it is spent"):
        upstream.post("/x")
    assert len(responses.calls) == 1


@responses.activate
def test_a_mapping_that_cannot_explain_changes_nothing(connect: Connect) -> None:
    def stumbles(answer: Answer) -> BridgeError | None:
        raise KeyError(answer.body["code"])

    responses.post(f"{URL}/x", status=500, body="<html>")
    upstream = connect(URL).at(Deadline(8), Context(site="n"), stumbles)
    with pytest.raises(OutcomeUnknown):
        upstream.post("/x")


@responses.activate
def test_no_error_repeats_what_was_asked_for(connect: Connect) -> None:
    responses.get(f"{URL}/x", body=requests.ConnectionError("key=anna@example.com"))
    with pytest.raises(Unavailable) as raised:
        connect(URL).at(Deadline(8), Context(site="n")).get(
            "/x", query={"key": "anna@example.com"}
        )
    error: BaseException | None = raised.value
    while error:
        assert "anna" not in repr(error)
        error = None if error.__suppress_context__ else error.__context__
