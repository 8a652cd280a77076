"""Gets a CRM's programs from a package registry, and runs them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.extent import without
from tests.mappings.live.cache import alone


class NotInstallable(Exception):
    """A CRM could not be had from where it is kept; the text says what is missing."""


def installed(cache: Path, install: Callable[[], Path]) -> Path:
    """Return where ``install`` has put a CRM; without it, no test of it can run."""
    with alone(cache):
        try:
            return install()
        except NotInstallable as error:
            without(str(error))


def fetch(
    crm: str, registry: str, *command: str | Path, into: Path | None = None
) -> None:
    """Run an installer, in a directory; if it fails, say why in its last words."""
    done = subprocess.run(
        command, cwd=into, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = ((done.stderr or done.stdout).strip().splitlines() or [""])[-1]
        raise NotInstallable(f"{crm} cannot be installed from {registry}: {last}")


def run(*command: str | Path, environment: Mapping[str, str]) -> str:
    """Run a program that has to succeed; return what it prints."""
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
    return done.stdout
