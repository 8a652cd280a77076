"""Installs and seeds Directus, once for all runs: in ``.cache/directus``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.mappings.directus import collections
from tests.mappings.live import cache
from tests.mappings.live.cache import digest, whole
from tests.mappings.live.installation import NotInstallable, fetch, run
from tests.mappings.live.postgresql import DATABASE, Cluster, cluster
from tests.mappings.live.server import Server

HERE = Path(__file__).parent
CACHE = cache.CACHE / "directus"
ABSENT = HERE / "absent"
PINS = (HERE / "package.json", HERE / "package-lock.json", ABSENT / "absent.js")
SHOP = HERE / "shop.mjs"
OFFICE = "token-of-the-office"


def packages() -> Path:
    """Return the directory that has Directus's packages in it; fill it if need be."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotInstallable(
                f"Directus needs {program}: install Node.js 20 or newer with npm."
            )

    def fill(directory: Path) -> None:
        shutil.copytree(ABSENT, directory / ABSENT.name)
        for pin in PINS[:2]:
            shutil.copy(pin, directory)
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        fetch("Directus", "npm", *npm, into=directory)

    return whole(CACHE / f"npm-{digest(*PINS)}", fill) / "node_modules"


def environment(packages: Path, database: Cluster) -> dict[str, str]:
    """Return what Directus needs to know."""
    return {
        **os.environ,
        "PACKAGES": str(packages),
        "DB_CLIENT": "pg",
        "DB_HOST": str(database.directory),
        "DB_PORT": "5432",
        "DB_DATABASE": DATABASE,
        "DB_USER": "shop",
        "DB_PASSWORD": "none",
        "SECRET": "of-the-shop-of-the-shop-of-the-shop",
        "ADMIN_EMAIL": "office@example.com",
        "ADMIN_PASSWORD": "admin-of-the-shop",
        "ADMIN_TOKEN": OFFICE,
        "LOG_LEVEL": "silent",
        "SERVE_APP": "false",
        "TELEMETRY": "false",
        # It would answer 503 whenever this machine is busy with other tests.
        "PRESSURE_LIMITER_ENABLED": "false",
    }


def server(packages: Path, database: Cluster) -> Server:
    """Serve one database."""
    return Server(
        command=("node", SHOP, "serve"),
        environment=environment(packages, database),
        log=database.directory / "directus.log",
        path="",
    )


def seeded(packages: Path, programs: Path) -> Path:
    """Return PostgreSQL's directory with the shop's collections; make it if need be."""

    def fill(directory: Path) -> None:
        with cluster(programs) as database:
            database.create()
            with database.started():
                database.program("createdb", DATABASE)
                run("node", SHOP, "seed", environment=environment(packages, database))
                crm = server(packages, database).start()
                try:
                    collections.make(crm.url, OFFICE)
                finally:
                    crm.stop()
            shutil.copytree(database.data, directory / "data")

    made_of = (*PINS, SHOP, Path(__file__), Path(collections.__file__))
    return whole(CACHE / f"shop-{digest(*made_of)}", fill) / "data"
