"""One id leads from a till's request through the log to what the CRM was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import JOHN, DemoCrm
from tests.end_to_end.service import Service
from tests.overheard import Overheard, overheard
from tests.redis_servers import wait_until

TILL = {
    "Store-ID": "200",
    "Register-ID": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "X-Request-ID": "7f3a9c0be1d24568",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}


@pytest.fixture
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture
def listened(crm: DemoCrm) -> Iterator[Overheard]:
    with overheard(crm.url) as listened:
        yield listened


@pytest.fixture
def service(tmp_path: Path, listened: Overheard) -> Iterator[Service]:
    with Service(tmp_path, listened, EmbeddedValkey()) as service:  # type: ignore[arg-type]
        yield service


def lines(service: Service, message: str) -> list[dict[str, Any]]:
    logged = map(json.loads, service.log.read_text("utf-8").splitlines())
    return [line for line in logged if line["message"] == message]


def test_every_call_of_a_request_carries_its_id_and_its_trace(
    service: Service, listened: Overheard, crm: DemoCrm
) -> None:
    """A read, a redeem of several items side by side, and its undo."""
    offers = crm.grant(JOHN, offers=3)["offers"]
    basket = {"promotions": offers, "bonus_checks": []}
    asked = [
        ("GET", f"/customers/{JOHN}", None),
        ("POST", f"/customers/{JOHN}/redeem", basket),
    ]
    for method, path, body in asked:
        answer = service.call(method, path, json=body, headers=TILL)
        assert answer.status_code == 200
    undo = f"/customers/{JOHN}/redeem/{answer.json()['redeem_id']}"
    assert service.call("DELETE", undo, headers=TILL).status_code == 200
    assert len(listened.heard) >= 7
    assert {*listened.values("X-Request-ID")} == {TILL["X-Request-ID"]}
    assert {*listened.values("traceparent")} == {TILL["traceparent"]}
    answered = lines(service, "request answered")
    assert len(answered) == 3
    for line in answered:
        assert line["store"] == TILL["Store-ID"]
        assert line["register"] == TILL["Register-ID"]
        assert line["request_id"] == TILL["X-Request-ID"]
        assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"


def test_what_recovery_asks_has_one_id_for_each_attempt(
    service: Service, listened: Overheard, crm: DemoCrm
) -> None:
    offers = crm.grant(JOHN, offers=1)["offers"]
    crm.fault("drop_after", method="POST", path="/spend$")
    crm.fault("503", method="GET", path="/spends$", times=None)
    body = {"promotions": offers, "bonus_checks": []}
    answer = service.call("POST", f"/customers/{JOHN}/redeem", json=body, headers=TILL)
    assert answer.status_code == 504
    crm.clear_faults()
    by_till = len(listened.heard)
    wait_until(
        lambda: ("undo", offers[0]) in [(e["action"], e["item"]) for e in crm.ledger()],
        "recovery to give it back",
    )
    ids = listened.values("X-Request-ID")
    assert {*ids[:1]} == {TILL["X-Request-ID"]}
    assert by_till
    assert all(ids)
    assert len({*ids}) > 1
