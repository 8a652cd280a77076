"""What a backup of the journal means once it is restored: docs/retailers/backup.rst.

Real processes throughout: a bridge, its CRM, and the server whose disk is lost.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.demo_crm_process import JOHN, DemoCrm
from tests.redis_servers import DURABLE, Server, wait_until
from tests.running import ROOT, Running, running

POS = ("pos", "secret")
CLI = (sys.executable, "-m", "bridge.cli")

WHILE_SECONDS = 90.0
"""How long recovery may take to come to it, on a machine that is busy."""


class Shop:
    """A bridge over a journal on a disk of its own, which can be lost."""

    def __init__(self, directory: Path, crm: DemoCrm) -> None:
        self.directory = directory
        self.crm = crm
        self.disk = directory / "disk"
        self.backup = directory / "backup"
        self.socket = directory / "socket"
        self.config = directory / "config.yaml"
        self.config.write_text(json.dumps(self._settings()), "utf-8")
        self.logged: list[str] = []
        self.valkey = self.server()
        self._serve = ExitStack()
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = POS

    def _settings(self) -> dict[str, Any]:
        auth = {"kind": "header", "name": "X-Api-Key", "value": "demo-crm-key"}
        site = {
            "mapping": "demo",
            "country": "SE",
            "users": {POS[0]: POS[1]},
            "upstream": {"url": self.crm.url, "auth": auth},
        }
        return {
            "sites": {"shop": site},
            "redis": {"url": f"unix://{self.socket}"},
            "redeem": {"doubt_seconds": 1, "retry_seconds": 0.2, "poll_seconds": 0.1},
            "server": {"bind": "127.0.0.1:0", "workers": 1},
            "log": {"format": "json"},
        }

    def server(self, **settings: object) -> Server:
        settings = {**DURABLE, "unixsocket": self.socket, **settings}
        return Server(self.disk, **settings).start()

    def open(self) -> None:
        self.serve: Running = self._serve.enter_context(
            running("serve", "-c", str(self.config))
        )
        self.url = self.serve.until("ready http://").split()[1]

    def close(self) -> None:
        self._serve.close()
        self.logged += self.serve.logged

    def lose_the_disk(self) -> None:
        self.valkey.kill()
        shutil.rmtree(self.disk)

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        url = f"{self.url}/customers/{JOHN}/{path}"
        return self.session.request(method, url, json=body, timeout=20)

    def redeem(self, item: str) -> str:
        answer = self.call("POST", "redeem", {"promotions": [item], "bonus_checks": []})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["redeem_id"])

    def undo(self, redeem_id: str) -> int:
        return self.call("DELETE", f"redeem/{redeem_id}").status_code

    def journal(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*CLI, "journal", command[0], "-c", str(self.config), *command[1:]],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    def acknowledged(self) -> set[str]:
        """Return what tills were told is redeemed, as the guide finds it in the log."""
        lines = [json.loads(line) for line in self.logged if line.startswith("{")]
        return {
            line["redeem_id"]
            for line in lines
            if line.get("operation") == "redeem" and line.get("status") == 200
        }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with DemoCrm() as crm:
        shop = Shop(tmp_path, crm)
        shop.open()
        yield shop
        shop.close()
        shop.valkey.kill()
        shop.session.close()


def copy_aof(shop: Shop) -> None:
    """Copy the files that are written to, while none of them is being replaced."""
    admin = shop.valkey.admin
    admin.config_set("auto-aof-rewrite-percentage", 0)
    assert admin.info("persistence")["aof_rewrite_in_progress"] == 0
    shutil.copytree(shop.disk / "appendonlydir", shop.backup / "appendonlydir")
    admin.config_set("auto-aof-rewrite-percentage", 100)


def restore_aof(shop: Shop) -> None:
    shutil.copytree(shop.backup, shop.disk)
    shop.valkey = shop.server()


def save_rdb(shop: Shop) -> None:
    shop.valkey.admin.save()
    shop.backup.mkdir()
    shutil.copy(shop.disk / "dump.rdb", shop.backup)


def restore_rdb(shop: Shop) -> None:
    """Load it with the AOF off, and begin an AOF with what is there then."""
    shutil.copytree(shop.backup, shop.disk)
    shop.valkey = shop.server(appendonly="no")
    shop.valkey.admin.config_set("appendonly", "yes")
    wait_until(
        lambda: shop.valkey.admin.info("persistence")["aof_rewrite_in_progress"] == 0,
        "the new AOF",
    )


WAYS: dict[str, tuple[Callable[[Shop], None], Callable[[Shop], None]]] = {
    "AOF": (copy_aof, restore_aof),
    "RDB": (save_rdb, restore_rdb),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_a_journal_from_yesterday_knows(shop: Shop, way: str) -> None:
    back_up, restore = WAYS[way]
    kept, returned, new, late = shop.crm.grant(JOHN, offers=4)["offers"]
    before, undone_since = shop.redeem(kept), shop.redeem(returned)
    with ThreadPoolExecutor(1) as pool:
        shop.crm.fault("hang", path="/spend$", done=True)
        told = pool.submit(shop.redeem, late)
        wait_until(lambda: shop.crm.faults_met() == 1, "the CRM to be asked")
        back_up(shop)
        shop.crm.clear_faults()
        under_way = told.result()
    since = shop.redeem(new)
    assert shop.undo(undone_since) == 200
    shop.close()
    shop.lose_the_disk()
    restore(shop)
    shop.open()

    # What was under way is interrupted, although its till was told of a success.
    wait_until(
        lambda: late not in shop.crm.spent(), "recovery to give it back", WHILE_SECONDS
    )
    assert {kept, new} <= shop.crm.spent().keys()

    # What was redeemed since is spent, and nobody knows of it but the CRM and the log.
    assert shop.undo(since) == 404
    assert new in shop.crm.spent()
    acknowledged = shop.acknowledged()
    assert acknowledged == {before, undone_since, under_way, since}
    unknown = {one for one in acknowledged if shop.journal("show", one).returncode}
    assert unknown == {since}

    # What was undone since is redeemed again in the journal, and the audit says so.
    audit = shop.journal("audit")
    assert (audit.returncode, "1 disagreements" in audit.stdout) == (1, True)
    assert undone_since in audit.stdout
    ledger = shop.crm.ledger()
    assert shop.undo(undone_since) == 200
    assert shop.crm.ledger() == ledger
    assert shop.journal("audit").returncode == 0

    # All goes on.
    assert shop.undo(before) == 200
    assert kept not in shop.crm.spent()


def test_a_snapshot_beside_a_server_that_wants_an_aof_is_not_read(shop: Shop) -> None:
    """Why the guide has the AOF switched off first."""
    (item,) = shop.crm.grant(JOHN, offers=1)["offers"]
    redeem_id = shop.redeem(item)
    save_rdb(shop)
    shop.lose_the_disk()
    shutil.copytree(shop.backup, shop.disk)
    shop.valkey = shop.server()
    assert shop.valkey.admin.dbsize() == 0
    assert shop.undo(redeem_id) == 404


def test_a_lost_journal_is_an_empty_one(shop: Shop) -> None:
    """Nothing is spent twice; what was redeemed cannot be undone at the till."""
    (item, another) = shop.crm.grant(JOHN, offers=2)["offers"]
    redeem_id = shop.redeem(item)
    shop.lose_the_disk()
    shop.valkey = shop.server()
    ledger = shop.crm.ledger()
    body = {"promotions": [item], "bonus_checks": []}
    assert shop.call("POST", "redeem", body).status_code == 409
    assert shop.undo(redeem_id) == 404
    assert shop.crm.ledger() == ledger
    shop.redeem(another)
