"""The files in ``deploy/``, and the programs that they are held against."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import yaml

from bridge.cli import programs
from bridge.config.settings import ServerSettings
from tests.deploy.installation import ROOT
from tests.extent import without

DEPLOY = ROOT / "deploy"

CONFIG = Path("config.yaml")


def longest_stop(server: Any) -> float:
    """Return the seconds that a bridge may need: recovery stops first, then the server.

    ``server`` is that section of its configuration.  What is left over is for a busy
    machine.
    """
    recovery = programs.recovery(CONFIG).patience
    assert recovery is not None
    assert programs.server(CONFIG).patience is None
    ours = ServerSettings().graceful_seconds
    return recovery + float(server.get("graceful_seconds", ours)) + 4


def documents(path: str) -> list[Any]:
    """Return the YAML documents of a file in ``deploy/``."""
    return list(yaml.safe_load_all((DEPLOY / path).read_text("utf-8")))


def tried(program: str, *arguments: str | Path, how: str, **more: Any) -> str:
    """Run a program that is to be content; return what it says.

    Skip where it is not installed, or fail where CI promised it; ``how`` says how to
    get it.
    """
    ours = sysconfig.get_path("scripts")
    found = shutil.which(program, path=os.pathsep.join([ours, os.environ["PATH"]]))
    if found is None:
        without(f"There is no {program} here: {how}")
    done = subprocess.run(
        [found, *map(str, arguments)], capture_output=True, text=True, **more
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


LINTERS = "pip install '.[deploy]'"
