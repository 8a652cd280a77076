"""The process: says when it is ready, keeps its state, ends at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.demo_crm_process import JOHN, JOHNS_OFFER, KEY, ROOT, DemoCrm

SPEND = f"/contacts/{JOHN}/offers/{JOHNS_OFFER}/spend"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crm.json"


def test_what_was_answered_survives_a_kill(file):
    with DemoCrm(data=file) as crm:
        assert crm.call("POST", SPEND, json={"reference": "R1"}).ok
        contact = crm.call("POST", "/contacts", json={"email": "ny@example.com"}).json()
        crm.kill()
    with DemoCrm(data=file) as crm:
        assert crm.spent()[JOHNS_OFFER] == "R1"
        assert [entry["reference"] for entry in crm.ledger()] == ["R1"]
        assert crm.call("GET", f"/contacts/{contact['id']}").json() == contact
        refused = crm.call("POST", SPEND, json={"reference": "R2"})
        assert refused.json()["error"]["code"] == "ALREADY_SPENT"


def test_the_file_is_json_that_people_can_read(file):
    with DemoCrm(data=file) as crm:
        crm.call("POST", SPEND, json={"reference": "R1"})
    text = file.read_text(encoding="utf-8")
    kept = json.loads(text)
    assert "Åsa" in text
    assert kept["contacts"][JOHN]["offers"][JOHNS_OFFER]["spend"]["reference"] == "R1"
    assert [path.name for path in file.parent.iterdir()] == ["crm.json"]


def test_a_reset_reaches_the_file_too(file):
    with DemoCrm(data=file) as crm:
        crm.call("POST", SPEND, json={"reference": "R1"})
        crm.reset()
    with DemoCrm(data=file) as crm:
        assert crm.ledger() == []


def test_an_empty_crm_has_a_catalogue_and_a_register_but_no_contacts():
    with DemoCrm(empty=True) as crm:
        found = crm.call("GET", "/contacts", query={"cardNo": "10012"}).json()
        assert found == {"hits": []}
        assert crm.call("GET", "/agreements").json()["agreements"]
        assert crm.call("GET", "/attributes").json()["groups"]
        known = crm.call("GET", "/register", query={"cell": "+46701112233"}).json()
        assert [person["familyName"] for person in known["persons"]] == ["Doe"]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_well_even_while_a_call_hangs(told):
    crm = DemoCrm().start()
    crm.fault("hang", times=None)
    with pytest.raises(requests.Timeout):
        requests.get(f"{crm.url}/ping", headers=KEY, timeout=0.05)
    crm.process.send_signal(told)
    assert crm.process.wait(5) == 0
    crm.stop()


def test_a_port_that_is_taken_is_named():
    with DemoCrm() as crm:
        port = crm.url.rpartition(":")[2]
        second = subprocess.run(
            [sys.executable, "-m", "demo_crm", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
        )
    assert second.returncode == 1
    assert second.stdout == ""
    assert f"port {port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_slow_crm_is_slow_for_whoever_asks_but_not_for_tests():
    with DemoCrm(latency_ms=400) as crm:
        assert crm.call("GET", "/ping").elapsed.total_seconds() >= 0.4
        assert crm.call("GET", "/ledger").elapsed.total_seconds() < 0.4
