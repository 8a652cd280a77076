"""Installs and seeds Vendure, once for all runs: in ``.cache/vendure``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.mappings import cache
from tests.mappings.cache import ROOT, digest, fresh

HERE = Path(__file__).parent
CACHE = cache.CACHE / "vendure"
PINS = (HERE / "package.json", HERE / "package-lock.json")
SHOP = HERE / "shop.js"
PLUGIN = ROOT / "docs" / "crms" / "vendure_plugin.js"
PREPARE = ROOT / "docs" / "crms" / "vendure_prepare.py"

ADMIN_PASSWORD = "admin-of-the-shop"


class NotInstallable(Exception):
    """Vendure could not be had from the npm registry."""


def packages() -> Path:
    """Return the directory that has Vendure's packages in it; fill it if need be."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotInstallable(
                f"Vendure needs {program}: install Node.js 20 or newer with npm."
            )
    made = CACHE / f"npm-{digest(*PINS)}"
    if made.exists():
        return made / "node_modules"
    unfinished = fresh(made.with_suffix(".unfinished"))
    for pin in PINS:
        shutil.copy(pin, unfinished)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(
        npm, cwd=unfinished, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = ((done.stderr or done.stdout).strip().splitlines() or [""])[-1]
        raise NotInstallable(f"Vendure cannot be installed with npm: {last}")
    unfinished.rename(made)
    return made / "node_modules"


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
    run(["node", SHOP, "seed"], environment(packages, database))


def run(command: list[str | Path], variables: dict[str, str]) -> str:
    """Run a program; return what it prints."""
    done = subprocess.run(
        command, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
    return done.stdout
