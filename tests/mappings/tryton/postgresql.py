"""The shop's Tryton on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mappings.live.cache import digest, whole
from tests.mappings.live.postgresql import cluster
from tests.mappings.tryton import installation
from tests.mappings.tryton.installation import CACHE, DATABASE, PINS, PREPARE, SEED
from tests.mappings.tryton.server import Tryton, prepare, server


def seeded(venv: Path, programs: Path) -> Path:
    """Return a directory with the shop's cluster and key; make it if need be."""

    def fill(directory: Path) -> None:
        settings = installation.config(directory, "postgresql://")
        with cluster(programs) as making:
            making.create()
            with making.started():
                making.program("createdb", DATABASE)
                extension = "create extension btree_gist"
                making.program("psql", "-qc", extension, DATABASE)
                installation.make_database(venv, settings, **making.environment)
                prepare(venv, settings, **making.environment)
            shutil.copytree(making.data, directory / "data")

    version = programs.parent.name
    sources = digest(PINS, SEED, PREPARE, Path(installation.__file__), Path(__file__))
    return whole(CACHE / f"shop-postgresql-{version}-{sources}", fill)


@contextmanager
def on_postgresql(venv: Path, shop: Path, programs: Path) -> Iterator[Tryton]:
    """Serve the shop on a copy of its cluster."""
    with cluster(programs) as running:
        running.restore(shop / "data")
        with running.started():
            settings = installation.config(running.directory, "postgresql://")
            crm = server(venv, settings, **running.environment).start()
            tryton = Tryton(crm, (shop / "key").read_text("utf-8"), running.sql)
            try:
                yield tryton
            finally:
                tryton.close()
