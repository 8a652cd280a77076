"""Installs and seeds Tryton, once for all runs: in ``.cache/tryton``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mappings.live import cache
from tests.mappings.live.cache import ROOT, digest
from tests.mappings.live.installation import fetch
from tests.mappings.live.installation import run as run_program

HERE = Path(__file__).parent
CACHE = cache.CACHE / "tryton"
PINS = HERE / "requirements.txt"
SERVE = HERE / "serve.py"
SEED = HERE / "seed.py"
PREPARE = ROOT / "docs" / "crms" / "tryton_prepare.py"

DATABASE = "shop"
ADMIN_PASSWORD = "admin-of-the-shop"
BRIDGE_PASSWORD = "bridge-of-the-shop"
MODULES = ("sale_promotion_coupon", "sale_gift_card", "sale_discount", "sale_point")


def environment() -> Path:
    """Return the virtual environment that has Tryton in it; make it if need be."""
    made = (
        CACHE / f"venv-{digest(PINS)}-{sys.version_info.major}{sys.version_info.minor}"
    )
    complete = made / "complete"
    if complete.exists():
        return made
    # It cannot be moved when it is done: the scripts in it know their place.
    shutil.rmtree(made, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    pip = [made / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-compile"]
    limits = ["--retries=1", "--timeout=20", "--disable-pip-version-check"]
    fetch("Tryton", "PyPI", *pip, *limits, "-r", PINS)
    complete.touch()
    return made


def config(directory: Path, uri: str) -> Path:
    """Write trytond's configuration file."""
    file = directory / "trytond.conf"
    file.write_text(f"[database]\nuri = {uri}\npath = {directory}\n", "utf-8")
    return file


def run(venv: Path, *command: str | Path, **variables: str) -> str:
    """Run a program of Tryton's environment; return what it prints."""
    program, *arguments = command
    environment = {**os.environ, **variables}
    return run_program(venv / "bin" / program, *arguments, environment=environment)


def make_database(venv: Path, settings: Path, **variables: str) -> None:
    """Make the tables of an existing, empty database, and fill them with a shop."""
    password = settings.with_name("password")
    password.write_text(ADMIN_PASSWORD, "utf-8")
    admin = ["trytond-admin", "-c", settings, "-d", DATABASE, "--email", "a@b.example"]
    first = {"TRYTONPASSFILE": str(password), **variables}
    run(venv, *admin, "-u", "ir", *MODULES, "--activate-dependencies", **first)
    run(venv, "python", SEED, settings, DATABASE, **variables)
