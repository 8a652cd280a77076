"""A real Tryton with the shop in it, as a process, and its back office."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.direct import direct
from tests.mappings.live.cache import digest, whole
from tests.mappings.live.server import Server
from tests.mappings.tryton import installation
from tests.mappings.tryton.installation import (
    ADMIN_PASSWORD,
    BRIDGE_PASSWORD,
    CACHE,
    DATABASE,
    PINS,
    PREPARE,
    SEED,
    SERVE,
)


def server(venv: Path, settings: Path, **variables: str) -> Server:
    """Serve one database, from where the settings are."""
    variables |= {"TRYTOND_CONFIG": str(settings), "TRYTOND_DATABASE_NAMES": DATABASE}
    return Server(
        command=(venv / "bin" / "python", SERVE),
        environment={**os.environ, **variables},
        log=settings.with_name("trytond.log"),
        path=f"/{DATABASE}",
    )


def prepare(venv: Path, settings: Path, **variables: str) -> None:
    """Do what the page about Tryton says; keep the application key by the settings."""
    running = server(venv, settings, **variables).start()
    passwords = {
        "TRYTON_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "BRIDGE_PASSWORD": BRIDGE_PASSWORD,
    }
    try:
        key = installation.run(venv, "python", PREPARE, running.url, **passwords)
    finally:
        running.stop()
    settings.with_name("key").write_text(key.strip(), "utf-8")


def seeded(venv: Path) -> Path:
    """Return the directory with the shop's database and key; make it if need be."""

    def fill(directory: Path) -> None:
        database = directory / f"{DATABASE}.sqlite"
        database.touch()
        settings = installation.config(directory, "sqlite://")
        installation.make_database(venv, settings)
        prepare(venv, settings)
        gather(database)

    sources = digest(PINS, SEED, PREPARE, Path(installation.__file__))
    return whole(CACHE / f"shop-{sources}", fill)


def gather(database: Path) -> None:
    """Have all of an SQLite database in its one file, after its server was killed."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


@dataclass
class Tryton:
    """The shop's Tryton for a test run: its server, its database and its office."""

    server: Server
    key: str
    sql: Callable[..., list[tuple[Any, ...]]]
    _session: requests.Session = field(default_factory=direct)
    _cookie: str = ""

    @property
    def url(self) -> str:
        return self.server.url

    def close(self) -> None:
        self.server.stop()
        self._session.close()

    def rpc(self, method: str, *params: Any, **context: Any) -> Any:
        """Call JSON-RPC as the administrator, as Tryton's own client does."""
        if not self._cookie and method != "common.db.login":
            login = ["admin", {"password": ADMIN_PASSWORD}]
            user, token, _ = self.rpc("common.db.login", *login)
            self._cookie = f"tryton_session=admin:{user}:{token}"
        arguments = list(params)
        if method != "common.db.login":
            arguments.append({"company": 1, **context})
        answer = self._session.post(
            f"{self.url}/rpc/",
            json={"id": 1, "method": method, "params": arguments},
            headers={"Cookie": self._cookie},
            timeout=20,
        )
        answer.raise_for_status()
        body = answer.json()
        assert "error" not in body, body
        return body["result"]

    def add(self, model: str, **values: Any) -> int:
        return int(self.rpc(f"model.{model}.create", [values])[0])

    def change(self, model: str, record: int, **values: Any) -> None:
        self.rpc(f"model.{model}.write", [record], values)

    def find(self, model: str, *domain: Any) -> int:
        """Return the id of the one record that matches."""
        (found,) = self.rpc(f"model.{model}.search", list(domain), 0, 2, None)
        return int(found)


def on_sqlite(venv: Path, shop: Path, directory: Path) -> Tryton:
    """Serve the shop on a copy of its SQLite database."""
    copy = directory / f"{DATABASE}.sqlite"
    shutil.copyfile(shop / copy.name, copy)

    def sql(query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    running = server(venv, installation.config(directory, "sqlite://")).start()
    return Tryton(running, (shop / "key").read_text("utf-8"), sql)
