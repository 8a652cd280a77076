"""Installs and seeds Vendure, once for all runs: in ``.cache/vendure``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.mappings.live import cache
from tests.mappings.live.cache import ROOT, digest, whole
from tests.mappings.live.installation import NotInstallable, fetch, run

HERE = Path(__file__).parent
CACHE = cache.CACHE / "vendure"
PINS = (HERE / "package.json", HERE / "package-lock.json")
SHOP = HERE / "shop.js"
PLUGIN = ROOT / "docs" / "crms" / "vendure_plugin.js"
PREPARE = ROOT / "docs" / "crms" / "vendure_prepare.py"

ADMIN_PASSWORD = "admin-of-the-shop"


def packages() -> Path:
    """Return the directory that has Vendure's packages in it; fill it if need be."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotInstallable(
                f"Vendure needs {program}: install Node.js 20 or newer with npm."
            )

    def fill(directory: Path) -> None:
        for pin in PINS:
            shutil.copy(pin, directory)
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        fetch("Vendure", "npm", *npm, into=directory)

    return whole(CACHE / f"npm-{digest(*PINS)}", fill) / "node_modules"


def environment(packages: Path, database: Path | str) -> dict[str, str]:
    """Return what the shop's programs need to know."""
    return {
        **os.environ,
        "NODE_PATH": str(packages),
        "PLUGIN": str(PLUGIN),
        "DATABASE": str(database),
        "PASSWORD": ADMIN_PASSWORD,
        "VENDURE_DISABLE_TELEMETRY": "true",
    }


def seed(packages: Path, database: Path | str) -> None:
    """Make the tables of an empty database, and what every shop has."""
    run("node", SHOP, "seed", environment=environment(packages, database))
