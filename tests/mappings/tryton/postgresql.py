"""The shop's Tryton on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mappings.cache import digest
from tests.mappings.postgresql import cluster
from tests.mappings.tryton import installation
from tests.mappings.tryton.installation import (
    ADMIN_PASSWORD,
    CACHE,
    DATABASE,
    PINS,
    PREPARE,
    SEED,
)
from tests.mappings.tryton.server import Server, Tryton, prepare


def seeded(venv: Path, programs: Path) -> Path:
    """Return a directory with the shop's cluster and key; make it if need be."""
    version = programs.parent.name
    sources = digest(PINS, SEED, PREPARE, Path(installation.__file__), Path(__file__))
    made = CACHE / f"shop-postgresql-{version}-{sources}"
    if made.exists():
        return made
    unfinished = made.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    password = unfinished / "password"
    password.write_text(ADMIN_PASSWORD, "utf-8")
    settings = installation.config(unfinished, "postgresql://")
    with cluster(programs) as making:
        making.create()
        making.start()
        try:
            making.program("createdb", DATABASE)
            making.program("psql", "-qc", "create extension btree_gist", DATABASE)
            installation.make_database(venv, settings, password, **making.environment)
            server = Server(venv, settings, environment=making.environment).start()
            try:
                (unfinished / "key").write_text(prepare(server), "utf-8")
            finally:
                server.stop()
        finally:
            making.stop()
        shutil.copytree(making.data, unfinished / "data")
    unfinished.rename(made)
    return made


@contextmanager
def on_postgresql(venv: Path, shop: Path, programs: Path) -> Iterator[Tryton]:
    """Serve the shop on a copy of its cluster."""
    with cluster(programs) as running:
        running.restore(shop / "data")
        running.start()
        settings = installation.config(running.directory, "postgresql://")
        server = Server(venv, settings, environment=running.environment)
        key = (shop / "key").read_text("utf-8")
        tryton = Tryton(server.start(), key, running.sql)
        try:
            yield tryton
        finally:
            tryton.close()
            running.stop()
