"""The way of ``docs/retailers/install.rst``, gone by somebody who has only that page.

What the page has one write into a file or say to a program is taken from the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.demo_crm_process import DemoCrm
from tests.deploy.files import DEPLOY
from tests.deploy.installation import ROOT, Installation, serving
from tests.front import Front
from tests.redis_servers import Server, free_port, wait_until
from tests.spi.till import basic

GUIDE = (ROOT / "docs" / "retailers" / "install.rst").read_text("utf-8")
PASSWORD = "correct horse battery"
SEARCH = "/customers?key_type=member_number&key=10012"


def literal(after: str) -> str:
    """Return the block that the guide shows after some words, as one would copy it."""
    block = GUIDE.partition(after)[2].partition("::\n\n")[2]
    lines = []
    for line in block.splitlines():
        if line.strip() and not line.startswith("       "):
            break
        lines.append(line.strip())
    return "\n".join(lines).strip()


def setting(text: str, key: str, value: str) -> str:
    """Set the first setting of this name, which the example may have commented out."""
    there = re.compile(rf"(?m)^( *)(?:# )?{key}: .*$")
    assert there.search(text), key
    return there.sub(rf"\g<1>{key}: {value}", text, count=1)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Step 2: a Redis with the lines of the guide, and the bridge's own user."""
    lines = literal("In ``redis.conf``").splitlines()
    kept = dict(line.split(" ", 1) for line in lines)
    assert len(kept) == 3
    rules = literal("give the bridge a user of its own").replace("PASSWORD", "pw")
    server = Server(tmp_path_factory.mktemp("redis"), **kept).start()
    try:
        server.admin.execute_command(*rules.split())
        yield f"redis://sitoo-bridge:pw@{server.address}/0"
    finally:
        server.kill()


@pytest.fixture(scope="module")
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture(scope="module")
def doors() -> list[tuple[int, int]]:
    return [(free_port(), free_port()) for _ in "ab"]


@pytest.fixture(scope="module")
def configs(
    installed: Installation,
    redis_url: str,
    crm: DemoCrm,
    doors: list[tuple[int, int]],
) -> list[str]:
    """Steps 3 and 6: the example, and what the guide and nginx's file have one set."""
    assert installed.run("config", "example", "config.yaml").returncode == 0
    text = (installed.where / "config.yaml").read_text("utf-8")
    made = installed.run("journal-user", "anna", "--role", "operate", typed=PASSWORD)
    text = text.replace("  sweden:", "  shop:")
    text = setting(text, "url", crm.url)
    text = text.replace("  # users: {}\n", f"  users:\n{made.stdout}")
    text = setting(text, "trusted_proxies", "[127.0.0.1]")
    text = text.replace("redis://localhost:6379/0", redis_url)
    names = []
    for name, (bind, inside) in zip("ab", doors, strict=True):
        its = setting(text, "bind", f"127.0.0.1:{bind}")
        its = setting(its, "inside_bind", f"127.0.0.1:{inside}")
        (installed.where / f"{name}.yaml").write_text(its, "utf-8")
        names.append(f"{name}.yaml")
    return names


def test_check_is_content(installed: Installation, configs: list[str]) -> None:
    """Step 4, with a customer as the guide has it."""
    for config in configs:
        checked = installed.run("check", "-c", config)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    command = literal("With a customer of yours").replace("config.yaml", configs[0])
    program, *arguments = command.split()
    assert program == "sitoo-bridge"
    live = installed.run(*arguments)
    assert live.returncode == 0, live.stdout + live.stderr
    assert "promotion" in live.stdout


@pytest.fixture(scope="module")
def front(
    installed: Installation,
    configs: list[str],
    doors: list[tuple[int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    """Steps 5 and 6: both bridges serve, and nginx stands in front of them."""
    with ExitStack() as stack:
        for config, (bind, inside) in zip(configs, doors, strict=True):
            said = stack.enter_context(serving(installed, config))
            assert f":{bind}" in said
            assert f":{inside}" in said
        directory = tmp_path_factory.mktemp("front") / "nginx"
        yield stack.enter_context(Front(directory, doors).running())


SITOO = {"Authorization": basic("sitoo:secret")}


def test_somebody_is_found_at_a_till(front: Front) -> None:
    """Step 7."""
    status, text, _ = front.ask("GET", SEARCH, **SITOO)
    assert (status, json.loads(text)[0]["name_first"]) == (200, "John")


def test_something_is_redeemed_and_undone(front: Front) -> None:
    (john,) = json.loads(front.ask("GET", SEARCH, **SITOO)[1])
    path = f"/customers/{john['customer_id']}/redeem"
    promotion = john["promotions"][0]["promotion_id"]
    body = json.dumps({"promotions": [promotion], "bonus_checks": []})
    status, text, _ = front.ask("POST", path, body, **SITOO)
    assert status == 200, text
    undo = f"{path}/{json.loads(text)['redeem_id']}"
    assert front.ask("DELETE", undo, **SITOO)[0] == 200


def test_monitoring_sees_what_the_dashboard_shows(
    front: Front, doors: list[tuple[int, int]]
) -> None:
    """All but what counts something that has not happened yet: a retry, say."""
    for _ in doors:  # nginx takes turns
        assert front.ask("GET", SEARCH, **SITOO)[0] == 200
    assert front.ask("GET", "/readyz")[0] == 200
    assert front.ask("GET", "/metrics")[0] == 200
    board = (DEPLOY / "prometheus" / "dashboard.json").read_text("utf-8")
    shown = set(re.findall(r"sitoo_bridge_\w+", board))
    wanted = {name for name in shown if not name.endswith("_total")}
    wanted |= shown & {"sitoo_bridge_requests_total"}
    wanted -= {"sitoo_bridge_recovery_last_success_timestamp_seconds"}
    assert len(wanted) > 5
    wait_until(lambda: wanted <= scraped(doors), f"{wanted} at /metrics")


def scraped(doors: list[tuple[int, int]]) -> set[str]:
    """Return what Prometheus finds at the bridges' inside addresses."""
    with requests.Session() as prometheus:
        prometheus.trust_env = False
        pages = [
            prometheus.get(f"http://127.0.0.1:{inside}/metrics").text
            for _, inside in doors
        ]
    return set(re.findall(r"(?m)^(sitoo_bridge_\w+)", "".join(pages)))


def test_support_signs_in_to_the_journal(front: Front) -> None:
    address = f"https://127.0.0.1:{front.port}/journal"
    with requests.Session() as browser:
        browser.trust_env = False
        browser.verify = str(Path(front.conf).parent / "cert.pem")
        form = browser.get(f"{address}/sign-in")
        assert form.status_code == 200
        (csrf,) = re.findall(r'name="csrf" value="([^"]+)"', form.text)
        data = {"name": "anna", "password": PASSWORD, "csrf": csrf}
        assert browser.post(f"{address}/sign-in", data=data).status_code == 200
        assert "anna" in browser.get(f"{address}/overview").text
