"""A real Vendure with the shop in it, as a process, and its back office."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.direct import direct
from tests.mappings.live.cache import digest, whole
from tests.mappings.live.installation import run
from tests.mappings.live.server import Server
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


def server(packages: Path, database: Path | str, log: Path) -> Server:
    """Serve one database."""
    return Server(
        command=("node", SHOP, "serve"),
        environment=environment(packages, database),
        log=log,
        path="/admin-api",
    )


@dataclass(frozen=True)
class Prepared:
    """What the script on the page about Vendure prints."""

    key: str
    variant: str
    shipping_method: str


def prepare(url: str, *options: str) -> Prepared:
    """Do what the page about Vendure says."""
    command = [sys.executable, PREPARE, url, *options]
    said = run(*command, environment={"VENDURE_ADMIN_PASSWORD": ADMIN_PASSWORD})
    values = dict(line.split(": ", 1) for line in said.splitlines())
    return Prepared(**values)


def seeded(packages: Path) -> Path:
    """Return the file of the shop's database; make it if need be."""
    sources = (*PINS, SHOP, PLUGIN, Path(installation.__file__))
    shop = whole(
        CACHE / f"shop-{digest(*sources)}",
        lambda directory: installation.seed(packages, directory / "shop.sqljs"),
    )
    return shop / "shop.sqljs"


@dataclass
class Vendure:
    """The shop's Vendure for a test run: its server, and an administrator's session."""

    server: Server
    bridge: Prepared
    _session: requests.Session = field(default_factory=direct)

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
    process = server(packages, database, log).start()
    try:
        vendure = Vendure(process, prepare(process.url))
        vendure.sign_in()
    except BaseException:
        process.stop()
        raise
    return vendure
