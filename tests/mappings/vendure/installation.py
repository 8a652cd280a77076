"""Installs and seeds Vendure, once for all runs: in ``.cache/vendure`` of the checkout.

What something is made from is in its directory's name, so that a changed pin or seed
makes it anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CACHE = ROOT / ".cache" / "vendure"
PINS = (HERE / "package.json", HERE / "package-lock.json")
SHOP = HERE / "shop.js"
PLUGIN = ROOT / "docs" / "crms" / "vendure_plugin.js"
PREPARE = ROOT / "docs" / "crms" / "vendure_prepare.py"

ADMIN_PASSWORD = "admin-of-the-shop"


class NotInstallable(Exception):
    """Vendure could not be had from the npm registry."""


@contextmanager
def alone() -> Iterator[None]:
    """Keep other test runs in this checkout from doing the same work."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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


def fresh(directory: Path) -> Path:
    """Make an empty directory, in place of what an interrupted run has left."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory


def digest(*files: Path) -> str:
    contents = hashlib.sha256()
    for file in files:
        contents.update(file.read_bytes())
    return contents.hexdigest()[:12]


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
