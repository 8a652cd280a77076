"""Passwords and keys are replaced while bridges run: see docs/retailers/operate.rst.

Each secret is a file that is written anew before a SIGHUP; nobody is turned away.
"""

from __future__ import annotations

import json
import operator
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.demo_crm_process import JOHN, DemoCrm
from tests.redis_servers import DURABLE, Server, wait_until
from tests.running import Running, running

RIGHTS = ["on", "resetkeys", "~sitoo-bridge:*", "allchannels", "+@all"]

WHILE_SECONDS = 90.0
"""How long a reload may take to reach everybody, on a machine that is busy."""

READ_AGAIN = (
    "the configuration was read again",
    "recovery has read the configuration again",
)
"""What a reload has logged by the server and by recovery, whoever is first."""


class Shop:
    """A bridge all of whose secrets are files."""

    def __init__(self, directory: Path, crm: DemoCrm, valkey: Server) -> None:
        self.directory = directory
        self.valkey = valkey
        self.config = directory / "config.yaml"
        self.config.write_text(json.dumps(self._settings(crm)), "utf-8")
        self.session = requests.Session()
        self.session.trust_env = False

    def _settings(self, crm: DemoCrm) -> dict[str, Any]:
        key = {"kind": "header", "name": "X-Api-Key", "value": self.secret("crm")}
        passwords = [self.secret("new"), self.secret("old")]
        site = {
            "mapping": "demo",
            "country": "SE",
            "users": {"till": passwords},
            "upstream": {"url": crm.url, "auth": key},
        }
        return {
            "sites": {"shop": site},
            "redis": {"url": self.secret("redis")},
            "server": {"bind": "127.0.0.1:0", "workers": 2},
            "log": {"format": "json"},
        }

    def secret(self, name: str) -> str:
        return f"file:{self.directory / name}"

    def write(self, **secrets: str) -> None:
        for name, secret in secrets.items():
            (self.directory / name).write_text(f"{secret}\n", "utf-8")

    def log_in(self, password: str) -> None:
        """Let Redis know the bridge by this password alone."""
        self.valkey.admin.execute_command(
            "ACL", "SETUSER", "bridge", "resetpass", f">{password}", *RIGHTS
        )

    def at(self, serve: Running) -> None:
        self.serve = serve
        self.url = serve.until("ready http://").split()[1]
        serve.until_logged("recovery is ready", WHILE_SECONDS)

    def reload(self) -> None:
        before = self._read_again()
        self.serve.tell(signal.SIGHUP)
        wait_until(
            lambda: all(map(operator.gt, self._read_again(), before)),
            "all to have read it again",
            WHILE_SECONDS,
        )

    def _read_again(self) -> list[int]:
        logged = list(self.serve.logged)
        return [sum(words in line for line in logged) for words in READ_AGAIN]

    def status(self, password: str) -> int:
        url = f"{self.url}/customers/{JOHN}"
        return self.session.get(url, auth=("till", password), timeout=20).status_code

    def come_to(self, password: str, status: int) -> None:
        """Wait for the old workers to have made room, which go on as they were."""
        wait_until(
            lambda: self.status(password) == status,
            f"{status} for {password}",
            WHILE_SECONDS,
        )

    def redeem(self, password: str, item: str) -> int:
        body = {"promotions": [item], "bonus_checks": []}
        url = f"{self.url}/customers/{JOHN}/redeem"
        answer = self.session.post(url, json=body, auth=("till", password), timeout=20)
        return answer.status_code


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Shop, DemoCrm]]:
    valkey = Server(tmp_path / "valkey", **DURABLE).start()
    with DemoCrm() as crm:
        shop = Shop(tmp_path, crm, valkey)
        shop.log_in("redis-1")
        where = f"redis://bridge:redis-1@{valkey.address}/0"
        shop.write(new="secret-1", old="secret-1", crm="demo-crm-key", redis=where)
        with running("serve", "-c", str(shop.config)) as serve:
            shop.at(serve)
            yield shop, crm
        shop.session.close()
    valkey.kill()


def test_a_till_s_password(shop: tuple[Shop, DemoCrm]) -> None:
    one, _crm = shop
    one.write(new="secret-2")
    assert (one.status("secret-1"), one.status("secret-2")) == (200, 401)
    one.reload()
    one.come_to("secret-2", 200)
    assert one.status("secret-1") == 200
    one.write(old="secret-2")
    one.reload()
    one.come_to("secret-1", 401)
    assert one.status("secret-2") == 200


def test_the_key_of_the_crm(shop: tuple[Shop, DemoCrm]) -> None:
    one, _crm = shop
    one.write(crm="a key that the CRM does not know")
    one.reload()
    one.come_to("secret-1", 502)
    one.write(crm="demo-crm-key")
    one.reload()
    one.come_to("secret-1", 200)


def test_the_password_of_redis(shop: tuple[Shop, DemoCrm]) -> None:
    """Redis lets in by both meanwhile; what is connected stays so."""
    one, crm = shop
    first, second, third = crm.grant(JOHN, offers=3)["offers"]
    assert one.redeem("secret-1", first) == 200
    one.valkey.admin.execute_command("ACL", "SETUSER", "bridge", ">redis-2")
    one.write(redis=f"redis://bridge:redis-2@{one.valkey.address}/0")
    one.reload()
    assert one.redeem("secret-1", second) == 200
    one.valkey.admin.execute_command("ACL", "SETUSER", "bridge", "<redis-1")
    one.valkey.admin.execute_command("CLIENT", "KILL", "USER", "bridge")
    wait_until(
        lambda: one.redeem("secret-1", third) == 200,
        "the new password to be used",
        WHILE_SECONDS,
    )
