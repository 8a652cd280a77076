"""Every request of the reference, sent as it stands, gets the reference's answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import DemoCrm
from tests.end_to_end import reference
from tests.end_to_end.reference import JOHN
from tests.end_to_end.service import Service

READS = {
    "/customers?key_type=member_number&key=10012": [reference.CUSTOMER],
    f"/customers/{JOHN}": reference.CUSTOMER,
    f"/customers/{JOHN}/transactions": reference.TRANSACTIONS,
    "/consents": reference.CONSENTS,
    "/additional-options": reference.ADDITIONAL_OPTIONS,
    "/lookup_customers?key_type=mobile&key=0701112233": reference.LOOKUP,
}


@pytest.mark.parametrize("path", READS)
def test_reading(service: Service, path: str) -> None:
    answer = service.call("GET", path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert _without_defaults(answer.json()) == _without_defaults(READS[path])


def _without_defaults(value: Any) -> Any:
    """``required: false`` is the reference's default: there or not, it is the same."""
    if isinstance(value, list):
        return [_without_defaults(one) for one in value]
    if isinstance(value, dict):
        return {
            name: _without_defaults(one)
            for name, one in value.items()
            if (name, one) != ("required", False)
        }
    return value


def test_updating(service: Service) -> None:
    answer = service.call("PUT", f"/customers/{JOHN}", json=reference.UPDATE)
    assert answer.status_code == 200
    assert answer.json() == reference.CUSTOMER


def test_redeeming_and_undoing(service: Service) -> None:
    path = f"/customers/{JOHN}/redeem"
    answer = service.call("POST", path, json=reference.REDEEM)
    assert answer.status_code == 200
    redeem_id = answer.json()["redeem_id"]
    assert re.fullmatch("[0-9A-F]{32}", redeem_id)
    assert answer.json() == {"redeem_id": redeem_id, **reference.REDEEM}

    undone = service.call("DELETE", f"{path}/{redeem_id}")
    assert (undone.status_code, undone.content) == (200, b"")
    actions = [entry["action"] for entry in service.crm.ledger()]
    assert actions == ["redeem", "undo"]


def test_adding_who_is_there_already(service: Service) -> None:
    answer = service.call("POST", "/customers", json=reference.ADD)
    assert answer.status_code == 400
    assert answer.json()["statuscode"] == 400
    assert "email" in answer.json()["errortext"]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Service]:
    with (
        DemoCrm(empty=True) as crm,
        Service(tmp_path, crm, EmbeddedValkey()) as service,
    ):
        yield service


def test_adding_to_an_empty_crm(empty: Service) -> None:
    """The CRM makes the id, and decides on what is read only in the SPI."""
    answer = empty.call("POST", "/customers", json=reference.ADD)
    assert answer.status_code == 201
    added = answer.json()
    written = {**reference.ADD, "customer_id": added["customer_id"]}
    for name in reference.READ_ONLY:
        if name != "store_id_home":
            del written[name]
    assert written.items() <= added.items()
    assert empty.call("GET", f"/customers/{added['customer_id']}").json() == added
