"""The time of a request is its till's: from its arrival, and until it hangs up."""

from __future__ import annotations

import time

import pytest

from bridge.arrival import ENVIRON, Arrival
from bridge.errors import HungUp
from tests.spi.till import error_of

DEADLINE = 8.0
"""Seconds: the default."""

PROPERTIES = {"name_first": "Jane"}
BASKET = {"bonus_checks": [], "promotions": ["p1"]}


def arrived(seconds_ago: float = 0.0, gone: bool = False) -> dict[str, Arrival]:
    at = time.monotonic() - seconds_ago
    return {ENVIRON: Arrival(at=at, hung_up=lambda: gone)}


REQUESTS = [
    ("GET", "/customers/c1", None),
    ("POST", "/customers", PROPERTIES),
    ("PUT", "/customers/c1", PROPERTIES),
    ("POST", "/customers/c1/redeem", BASKET),
    ("DELETE", f"/customers/c1/redeem/{'A' * 32}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_what_is_too_late_already_is_refused_before_anything_is_asked(
    till, crm, redeemer, method, path, body
):
    late = arrived(seconds_ago=DEADLINE)
    response = till(method, path, json=body, environ_overrides=late)
    assert error_of(response)[0] == 503
    assert response.headers["Retry-After"] == "1"
    assert crm.calls == redeemer.calls == []


def test_the_deadline_counts_from_the_arrival(till, redeemer):
    waited = arrived(seconds_ago=DEADLINE - 1)
    till.post("/customers/c1/redeem", json=BASKET, environ_overrides=waited)
    (call,) = redeemer.calls
    assert 0 < call[-1]["deadline"].remaining() <= 1


def test_a_redeem_can_ask_whether_the_till_is_there(till, redeemer):
    for gone in (False, True):
        till.post(
            "/customers/c1/redeem", json=BASKET, environ_overrides=arrived(gone=gone)
        )
    deadlines = [call[-1]["deadline"] for call in redeemer.calls]
    assert [deadline.hung_up() for deadline in deadlines] == [False, True]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS[1:3])
def test_nothing_is_written_for_a_till_that_has_hung_up(till, crm, method, path, body):
    gone = arrived(gone=True)
    response = till(method, path, json=body, environ_overrides=gone)
    assert error_of(response) == (503, HungUp().errortext)
    assert {call[0] for call in crm.calls} <= {"get"}


def test_without_a_server_that_says_so_nobody_is_late_or_gone(till, crm):
    till.post("/customers", json=PROPERTIES)
    assert [call[0] for call in crm.calls] == ["create"]
