"""A real Tryton with the shop in it, as a process, and its back office."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.mappings.cache import digest
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


@dataclass
class Server:
    """Tryton, serving one database on a free port."""

    venv: Path
    settings: Path
    process: subprocess.Popen[str] | None = None
    port: str = "0"
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> Server:
        """Return once it listens, where it did before if it was started before."""
        with (self.settings.parent / "trytond.log").open("a") as log:
            self.process = subprocess.Popen(
                [self.venv / "bin" / "python", SERVE, self.port],
                env={
                    **os.environ,
                    **self.environment,
                    "TRYTOND_CONFIG": str(self.settings),
                    "TRYTOND_DATABASE_NAMES": DATABASE,
                },
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        word, _, self.port = self.process.stdout.readline().strip().partition(" ")
        assert word == "ready", "Tryton did not start: see trytond.log"
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None


def prepare(server: Server) -> str:
    """Do what the page about Tryton says; return the application key."""
    key = installation.run(
        server.venv,
        "python",
        PREPARE,
        server.url,
        TRYTON_ADMIN_PASSWORD=ADMIN_PASSWORD,
        BRIDGE_PASSWORD=BRIDGE_PASSWORD,
    )
    return key.strip()


def seeded(venv: Path) -> Path:
    """Return the directory with the shop's database and key; make it if need be."""
    made = CACHE / f"shop-{digest(PINS, SEED, PREPARE, Path(installation.__file__))}"
    if made.exists():
        return made
    unfinished = made.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    (unfinished / f"{DATABASE}.sqlite").touch()
    settings = installation.config(unfinished, "sqlite://")
    password = unfinished / "password"
    password.write_text(ADMIN_PASSWORD, "utf-8")
    installation.make_database(venv, settings, password)
    server = Server(venv, settings).start()
    try:
        (unfinished / "key").write_text(prepare(server), "utf-8")
    finally:
        server.stop()
    gather(unfinished / f"{DATABASE}.sqlite")
    unfinished.rename(made)
    return made


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
    _session: requests.Session = field(default_factory=requests.Session)
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

    server = Server(venv, installation.config(directory, "sqlite://"))
    key = (shop / "key").read_text("utf-8")
    return Tryton(server.start(), key, sql)
