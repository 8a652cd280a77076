"""The alert rules, on what a real bridge tells of an ordinary moment and of a bad one.

The bad one has everything at once: a CRM that hangs, another one that is away, a Redis
that is full, a redeem that nobody could settle, a recovery that stands still, and
somebody who tries passwords.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
import requests

from bridge.embedded import EmbeddedValkey
from bridge.model import Context, Item, ItemKind
from bridge.redeem import Redeem, RedeemSettings, RedisSettings, open_journal
from tests.demo_crm_process import JOHN, JOHNS_OFFER, DemoCrm
from tests.deploy.files import tried
from tests.deploy.series import Look, fired, stretched
from tests.deploy.test_prometheus import ALERTS, DEBIAN, RULES
from tests.end_to_end.service import POS, Service
from tests.redis_servers import wait_until

THREADS = 2
CROWD = 14
WRONG = 18
"""Passwords: with a few more, there would be no answer but 429."""
LOGIN = POS[0].encode(), POS[1].encode()
AWAY = "away", "no-less-secret"


@pytest.fixture
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2 * CROWD) as pool:
        yield pool


class Watched(Service):
    """A bridge with a second site, whose CRM is not there, and little patience."""

    def _config(self) -> dict[str, Any]:
        config = super()._config()
        nowhere = {"url": "http://127.0.0.1:9", "breaker_seconds": 600}
        config["sites"]["north"] = {
            **config["sites"]["shop"],
            "users": dict([AWAY]),
            "upstream": nowhere,
        }
        config["sites"]["shop"]["upstream"]["breaker_failures"] = 1_000
        server = {"workers": 1, "threads": THREADS, "bind": "127.0.0.1:0"}
        config["server"] = server | {"deadline_seconds": 1.5, "queue_seconds": 0.1}
        config["redeem"] = {"poll_seconds": 0.1}
        return config

    def look(self) -> Look:
        return Look(time.time(), self.call("GET", "/metrics").text)

    def gauge(self, name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.look().text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def recovery(self) -> psutil.Process:
        (found,) = [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if "recover" in child.cmdline()
        ]
        return found

    def ordinary(self) -> None:
        """A customer is read and has something redeemed, which is given back."""
        for _ in range(5):
            assert self.call("GET", f"/customers/{JOHN}").status_code == 200
        asked = {"promotions": [JOHNS_OFFER], "bonus_checks": []}
        answer = self.call("POST", f"/customers/{JOHN}/redeem", json=asked)
        assert answer.status_code == 200, answer.text
        given = answer.json()["redeem_id"]
        done = self.call("DELETE", f"/customers/{JOHN}/redeem/{given}")
        assert done.status_code == 200, done.text


def judged(looks: tuple[Look, Look], expected: list[str], directory: Path) -> None:
    given = directory / "series.yaml"
    given.write_text(fired(RULES, stretched(*looks), expected))
    assert "SUCCESS" in tried("promtool", "test", "rules", given, how=DEBIAN)


def test_an_ordinary_moment_wakes_nobody(crm: DemoCrm, tmp_path: Path) -> None:
    with Watched(tmp_path, crm, EmbeddedValkey()) as bridge:
        bridge.ordinary()
        wait_until(
            lambda: "recovery_last_round" in bridge.look().text, "recovery's word"
        )
        first = bridge.look()
        bridge.ordinary()
        round_ = "sitoo_bridge_recovery_last_round_timestamp_seconds"
        before = bridge.gauge(round_)
        wait_until(lambda: bridge.gauge(round_) > before, "another round of recovery")
        judged((first, bridge.look()), [], tmp_path)


def stuck_since_long_ago(directory: Path) -> None:
    """Leave a redeem in a journal that a person should have seen to."""
    valkey = EmbeddedValkey()
    url = f"unix://{valkey.start(directory)}"
    journal = open_journal(RedisSettings(url=url), RedeemSettings())
    item = Item(ItemKind.PROMOTION, JOHNS_OFFER, JOHN)
    long_ago = time.time() - 3_600
    redeem = Redeem.begin(Context(site="shop"), JOHN, [item], long_ago)
    redeem.stuck, redeem.due_at = True, time.time() + 3_600
    journal.create(redeem, [], "somebody")
    journal.open(redeem, redeem.due_at)
    journal.store.client.close()
    valkey.stop()


SHOP, NORTH = 'site="shop"', 'site="north"'
AT_THE_DOOR = 'door="spi",why='

TOLD = [
    f'{{alertname="SitooBridge{name}",{labels}}}'
    for name, labels in [
        ("RedeemsStuck", SHOP),
        ("RedeemsOpen", SHOP),
        ("RecoveryAway", ""),
        ("RedisErrors", 'code="OOM"'),
        ("Errors", SHOP),
        ("Errors", NORTH),
        ("Slow", SHOP),
        ("Crowded", ""),
        ("Busy", 'instance="a"'),
        ("CrmAway", NORTH),
        ("SignInsRefused", AT_THE_DOOR + '"wrong password"'),
    ]
]


def test_the_moment_is_bad_enough() -> None:
    """What it leaves out is Prometheus's own, or takes two versions or a slow disk."""
    told = {re.findall(r'alertname="(\w+)"', one)[0] for one in TOLD}
    others = {"SitooBridgeDown", "SitooBridgeRedisSlow", "SitooBridgeVersions"}
    assert told == set(ALERTS) - others


def test_a_bad_moment_is_told_with_whose_it_is(
    crm: DemoCrm, pool: ThreadPoolExecutor, tmp_path: Path
) -> None:
    stuck_since_long_ago(tmp_path / "valkey")
    with Watched(tmp_path, crm, EmbeddedValkey()) as bridge:
        bridge.ordinary()
        stuck = 'sitoo_bridge_stuck_redeems{site="shop"}'
        wait_until(lambda: bridge.gauge(stuck) == 1, "the redeem to be counted")
        recovery = bridge.recovery()
        recovery.send_signal(signal.SIGSTOP)
        try:
            first = bridge.look()
            make_trouble(bridge, pool)
            judged((first, bridge.look()), TOLD, tmp_path)
        finally:
            bridge.crm.clear_faults()
            recovery.send_signal(signal.SIGCONT)


def make_trouble(bridge: Watched, pool: ThreadPoolExecutor) -> None:
    with_nobody = {"auth": ("pos", "wrong")}
    for _ in range(WRONG):
        answer = bridge.call("GET", f"/customers/{JOHN}", **with_nobody)
        assert answer.status_code == 401
    for _ in range(10):
        bridge.call("GET", f"/customers/{JOHN}", auth=AWAY)
    with redis.Redis(unix_socket_path=str(bridge.socket)) as client:
        client.config_set("maxmemory", "1")
        asked = {"promotions": [JOHNS_OFFER], "bonus_checks": []}
        for _ in range(5):
            answer = bridge.call("POST", f"/customers/{JOHN}/redeem", json=asked)
            assert answer.status_code == 503
        client.config_set("maxmemory", "0")
    bridge.crm.fault("hang", path=f"/contacts/{JOHN}$", times=None)
    wait(crowd(bridge, pool))
    crowd(bridge, pool)


def crowd(bridge: Watched, pool: ThreadPoolExecutor) -> list[Future[Any]]:
    """Keep all threads busy, and have some be refused."""
    url = f"{bridge.url}/customers/{JOHN}"
    asks = [pool.submit(requests.get, url, auth=LOGIN) for _ in range(CROWD)]
    busy = "sitoo_bridge_threads_busy"
    wait_until(lambda: bridge.gauge(busy) == THREADS, "all threads to be busy")
    return asks
