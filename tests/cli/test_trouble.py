"""Practising the how-tos for support on ``sitoo-bridge demo --with-trouble``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.cli.demo.trouble import ASA, BJORN, KATHE, ORJAN, UNHEARD_OF
from demo_crm.faults import KINDS
from tests.cli.demo_with_trouble import Agent, mend, till, troubled
from tests.redis_servers import wait_until
from tests.running import ROOT, Running, running

SUPPORT = ROOT / "docs" / "support"

ENDINGS = {
    "redeemed",
    "refused",
    "not asked",
    "not reached",
    "shut out",
    "put off",
    "no answer",
    "failed",
    "held",
    "hung up",
    "given back",
}


@pytest.fixture(scope="module")
def demo() -> Iterator[Running]:
    with troubled() as one:
        yield one


@pytest.fixture
def agent(demo: Running) -> Iterator[Agent]:
    one = Agent(demo)
    yield one
    one.close()


def test_there_is_trouble_of_every_kind(demo: Running) -> None:
    """Over three stores, as the command line says with the demo's configuration."""
    (config,) = (line.split()[-1] for line in demo.said if "configuration" in line)
    command = ["-m", "bridge.cli", "journal", "list", "-c", config, "--json"]

    def listed() -> list[dict[str, object]]:
        done = subprocess.run(
            [sys.executable, *command, "--limit", "200"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return list(json.loads(done.stdout)["redeems"])

    found = listed()
    assert len(found) >= 12
    assert {one["store_id"] for one in found} == {"200", "201", "300"}
    assert {one["ending"] for one in found} >= ENDINGS
    assert {one["state"] for one in found} == {"redeemed", "undone", "open", "stuck"}


def test_what_can_be_practised_is_in_the_docs(demo: Running) -> None:
    said = (SUPPORT / "practise.rst").read_text("utf-8")
    about = [line.strip() for line in demo.said if re.match(r"  \d{5}, store", line)]
    assert len(about) == 6
    for line in about:
        number, store = re.findall(r"\d+", line)[:2]
        assert re.search(rf"{number}.*?store {store}", said, re.DOTALL), line
    how_tos = {path.stem for path in SUPPORT.glob("*.rst")}
    how_tos -= {"about-the-pages", "command-line", "pictures", "practise"}
    assert {*re.findall(r":doc:`([\w-]+)`", said)} >= how_tos
    assert {kind for kind in KINDS if f"``{kind}``" not in said} == set()
    (kinds,) = re.findall(r"The kinds: [^.]*", " ".join(demo.said))
    assert {kind for kind in KINDS if kind not in kinds} == set()


def test_discount_missing(demo: Running, agent: Agent) -> None:
    redeem_id = agent.found("10013", "201 · 3")
    page = agent.page(redeem_id)
    assert "The item has been spent" in page
    assert "about the redeem: 200 all is well" in page
    page = agent.act(redeem_id, "undo")
    assert "It is undone." in page
    assert "Nothing is spent" in page
    assert till(demo, ASA, "201", bonus_checks=["BC-10013-1"]).status_code == 200


def test_refused(demo: Running, agent: Agent) -> None:
    redeem_id = agent.found("10013", "200 · 1", "refused by the CRM")
    page = agent.page(redeem_id)
    assert "Nothing is spent: the CRM refused bonus check BC-10013-1" in page
    assert "the bonus check is already redeemed" in page
    assert len(agent.listed("item=BC-10013-1&site=demo")) >= 2
    other = "2c5f4a6e-10d3-4b0f-9d3a-000000100132"
    assert till(demo, ASA, "200", promotions=[other]).status_code == 200


def test_no_answer_and_an_item_in_use(demo: Running, agent: Agent) -> None:
    """What is open holds its item, until the CRM is mended and somebody tries."""
    turned_away = agent.found("10023", "201 · 5", "another till had it")
    page = agent.page(turned_away)
    assert "Nothing was sent: redeem" in page
    assert "Store 201, register 2" in page
    redeem_id = agent.found("10023", "201 · 2", "open")
    assert agent.listed(f"item={UNHEARD_OF}&state=open") == [redeem_id]
    page = agent.page(redeem_id)
    assert f"tried again by itself: promotion {UNHEARD_OF} is perhaps spent" in page
    page = agent.act(redeem_id, "try")
    assert "asked too often" in page
    assert "Not finished" in page
    assert till(demo, ORJAN, "200", promotions=[UNHEARD_OF]).status_code == 409

    mend(demo)
    agent.act(redeem_id, "try")
    wait_until(
        lambda: "Nothing is spent: the CRM gave no answer" in agent.page(redeem_id),
        "it to be given back, by recovery if that was quicker",
    )
    assert agent.listed(f"item={UNHEARD_OF}&state=open") == []
    assert till(demo, ORJAN, "200", promotions=[UNHEARD_OF]).status_code == 200


def test_stuck(agent: Agent) -> None:
    redeem_id = agent.found("10021", "200 · 1", "stuck")
    assert agent.listed("state=stuck") == [redeem_id]
    page = agent.page(redeem_id)
    assert "promotion P-10021-FINAL is spent, and the CRM does not give it back" in page
    assert "Stuck, a person has to look at it" in agent.act(redeem_id, "try")
    assert "The CRM says: spent" in agent.page(redeem_id, "/close")
    found = {"found-0": "not spent", "found-1": "spent"}
    assert "Closed by hand" in agent.act(redeem_id, "close", **found)
    assert agent.listed("state=stuck") == []
    assert agent.listed(f"customer={KATHE}&state=undone") == [redeem_id]


def test_who_used_it(agent: Agent) -> None:
    redeem_id = agent.found("10015", "300 · 1", "redeemed")
    assert agent.listed("item=P-10015-1&state=redeemed") == [redeem_id]
    page = agent.page(redeem_id)
    for text in (BJORN, "Store 300", "Register 1", "Staff 21", '"spend": "S0'):
        assert text in page


def test_an_old_demo_gets_no_trouble_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "crm.json").write_text("{}", "utf-8")
    for more in (["--data", str(tmp_path)], ["--empty"]):
        with running("demo", "--port", "0", "--with-trouble", *more) as one:
            assert one.end() == 2
        assert "--with-trouble needs" in one.everything()
