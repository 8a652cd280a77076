"""A real Vendure with the shop in it, as a process, and its back office."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.mappings.cache import digest, fresh
from tests.mappings.vendure import installation
from tests.mappings.vendure.installation import (
    ADMIN_PASSWORD,
    CACHE,
    PINS,
    PLUGIN,
    PREPARE,
    SHOP,
    environment,
)


@dataclass
class Server:
    """Vendure, serving one database on a free port."""

    packages: Path
    database: Path | str
    log: Path
    process: subprocess.Popen[str] | None = None
    port: str = "0"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/admin-api"

    def start(self) -> Server:
        """Return once it listens, where it did before if it was started before."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                ["node", SHOP, "serve", self.port],
                env=environment(self.packages, self.database),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, _, self.port = line.strip().partition(" ")
            if word == "ready":
                return self
        raise AssertionError(f"Vendure did not start: see {self.log}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None


@dataclass(frozen=True)
class Prepared:
    """What the script on the page about Vendure prints."""

    key: str
    variant: str
    shipping_method: str


def prepare(url: str, *options: str) -> Prepared:
    """Do what the page about Vendure says."""
    said = installation.run(
        [sys.executable, PREPARE, url, *options],
        {"VENDURE_ADMIN_PASSWORD": ADMIN_PASSWORD},
    )
    values = dict(line.split(": ", 1) for line in said.splitlines())
    return Prepared(**values)


def seeded(packages: Path) -> Path:
    """Return the file of the shop's database; make it if need be."""
    sources = (*PINS, SHOP, PLUGIN, Path(installation.__file__))
    made = CACHE / f"shop-{digest(*sources)}"
    if not made.exists():
        unfinished = fresh(made.with_suffix(".unfinished"))
        installation.seed(packages, unfinished / "shop.sqljs")
        unfinished.rename(made)
    return made / "shop.sqljs"


@dataclass
class Vendure:
    """The shop's Vendure for a test run: its server, and an administrator's session."""

    server: Server
    bridge: Prepared
    _session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return self.server.url

    def close(self) -> None:
        self.server.stop()
        self._session.close()

    def sign_in(self) -> None:
        query = """mutation ($password: String!) {
            login(username: "superadmin", password: $password) { __typename }
        }"""
        said = self._post(query, {"password": ADMIN_PASSWORD})
        token = said.headers["vendure-auth-token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, document: str, **variables: Any) -> Any:
        """Return what an administrator gets for a query or a mutation."""
        answer = self._post(document, variables)
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    def _post(self, document: str, variables: dict[str, Any]) -> requests.Response:
        body = {"query": document, "variables": variables}
        return self._session.post(self.url, json=body, timeout=20)


def running(packages: Path, database: Path | str, log: Path) -> Vendure:
    """Start a shop that was seeded, and prepare it for the bridge."""
    server = Server(packages, database, log).start()
    try:
        vendure = Vendure(server, prepare(server.url))
        vendure.sign_in()
    except BaseException:
        server.stop()
        raise
    return vendure
