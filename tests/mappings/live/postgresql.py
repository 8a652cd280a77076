"""A PostgreSQL server of a test's own, for a live CRM.

Debian's package is enough.  It does not run as root, so a test run as root lends it the
user ``nobody``; and it listens on a unix socket only.  A module that tries a CRM on it
has the mark ``SECOND_DATABASE``, the fixture ``postgresql`` and its own of the CRM.
"""

from __future__ import annotations

import csv
import glob
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.extent import EVERYTHING, without

DATABASE = "shop"
NULL = "\\N"

SECOND_DATABASE = pytest.mark.skipif(
    not EVERYTHING,
    reason="A second database takes minutes to make: BRIDGE_CI=1 has it tried",
)


def programs() -> Path | None:
    """Return where PostgreSQL's programs are; Debian keeps them off the PATH."""
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    versions = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    return Path(versions[-1]).parent if versions else None


def found() -> Path:
    """Return where PostgreSQL's programs are; without them, no test of it can run."""
    where = programs()
    if where is None:
        without("PostgreSQL is not installed: on Debian, apt install postgresql")
    return where


@dataclass
class Cluster:
    """A directory that PostgreSQL keeps databases in, and the server for it."""

    programs: Path
    directory: Path

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def environment(self) -> dict[str, str]:
        """What tells clients where it is."""
        return {"PGHOST": str(self.directory), "PGUSER": "shop"}

    def create(self) -> None:
        self.program(
            "initdb", "-D", self.data, "-U", "shop", "-A", "trust", "-E", "UTF8"
        )

    def restore(self, data: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(data, self.data)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", self.data], check=True)
        self.data.chmod(0o700)

    @contextmanager
    def started(self) -> Iterator[None]:
        """Have the server run for a while."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def start(self) -> None:
        # What is lost in a power cut is of no interest here, and syncing takes long.
        quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        where = f"-c listen_addresses= -k {self.directory}"
        log = self.directory / "postgresql.log"
        options = ["-D", self.data, "-l", log, "-o", f"{where} {quick}", "-w"]
        self.program("pg_ctl", "start", *options)

    def stop(self) -> None:
        self.program("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w")

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return rows, with numbers where there are digits only; ``?`` is a value."""
        for value in values:
            literal = str(value) if isinstance(value, int) else f"'{value}'"
            query = query.replace("?", literal, 1)
        command = ["psql", "-XAtq", "--csv", "-P", f"null={NULL}", "-d", DATABASE]
        rows = csv.reader(io.StringIO(self.program(*command, "-c", query)))
        return [tuple(map(_value, row)) for row in rows]

    def program(self, program: str, *arguments: Any) -> str:
        done = subprocess.run(
            [self.programs / program, *arguments],
            env={**os.environ, **self.environment},
            cwd=self.directory,
            user="nobody" if os.getuid() == 0 else None,
            stdout=subprocess.PIPE,
            # pg_ctl's server inherits what it is given, and would keep a pipe open.
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: see {self.directory}"
        return done.stdout


def _value(text: str) -> Any:
    if text == NULL:
        return None
    return int(text) if text.isdigit() else text


@contextmanager
def cluster(programs: Path) -> Iterator[Cluster]:
    """Lend a directory that PostgreSQL's user can reach, for a while."""
    directory = Path(tempfile.mkdtemp(prefix="bridge-pg-", dir="/tmp"))
    directory.chmod(0o755)
    if os.getuid() == 0:
        shutil.chown(directory, "nobody")
    try:
        yield Cluster(programs, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
