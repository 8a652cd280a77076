"""The whole bridge as a shop runs it: processes, sockets, a CRM and a Redis.

Everything is real and of this machine: ``sitoo-bridge serve`` from a configuration
file, the demo CRM behind it, an embedded Valkey beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import redis
import requests

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import DemoCrm
from tests.direct import direct

ROOT = Path(__file__).parents[2]
POS = ("pos", "åäö-secret")


class Service:
    """A bridge with one site ``shop`` over a demo CRM, ready when it is entered."""

    def __init__(
        self,
        directory: Path,
        crm: DemoCrm,
        valkey: EmbeddedValkey,
        *,
        serve: tuple[str, ...] = ("-m", "bridge.cli", "serve"),
        settings: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.directory = directory
        self.crm = crm
        self.valkey = valkey
        self._serve = serve
        self._settings = settings or {}
        self._environment = environment or {}
        self.url = ""
        self.session = direct()
        self.session.trust_env = False
        self.session.auth = POS[0].encode(), POS[1].encode()
        self.log = directory / "bridge.log"

    def __enter__(self) -> Service:
        self.socket = self.valkey.start(self.directory / "valkey")
        config = self.directory / "config.yaml"
        # JSON is YAML, and needs no library here.
        config.write_text(json.dumps(self._config()), "utf-8")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self._serve, "-c", str(config)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **self._environment},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        word, _, self.url = self.process.stdout.readline().strip().partition(" ")
        assert word == "ready", self.log.read_text("utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.session.close()
        self.process.terminate()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.valkey.stop()

    def _config(self) -> dict[str, Any]:
        site = {
            "country": "SE",
            "mapping": "demo",
            "users": {POS[0]: POS[1]},
            "upstream": {
                "url": self.crm.url,
                "auth": {"kind": "header", "name": "X-Api-Key"}
                | {"value": "demo-crm-key"},
            },
        }
        config: dict[str, Any] = {
            "sites": {"shop": site},
            "redis": {"url": f"unix://{self.socket}"},
            "server": {"bind": "127.0.0.1:0", "workers": 1},
            "log": {"format": "json"},
        }
        return {**config, **self._settings}

    def forget(self) -> None:
        """Empty the journal."""
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()

    def call(self, method: str, path: str, **given: Any) -> requests.Response:
        """Call the bridge as the POS does."""
        return self.session.request(method, self.url + path, timeout=20, **given)
