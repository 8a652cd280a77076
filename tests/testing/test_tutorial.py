"""The tutorial, followed to the letter, ends with a mapping that stands the kit.

Three things differ from a reader's afternoon: the bridge is not installed by pip but
found where it is, pip may not use the network, and ports are those that are free.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.extent import needed
from tests.running import ROOT
from tests.testing.followed import Command, blocks, commands, write

PAGE = ROOT / "docs" / "integrators" / "tutorial.rst"

PROGRAMS = {
    "pip": 'pip "$@" --no-build-isolation --no-deps --no-index',
    "pytest": 'pytest "$@" -p no:cacheprovider',
    "sitoo-bridge": 'bridge.cli "$@"',
}
"""What stands in the virtual environment, as modules with their arguments."""


class Reader:
    """Somebody who does what the page says, in a directory of their own."""

    def __init__(self, directory: Path, redis: Path) -> None:
        self.where = directory
        self.environment = directory / ".venv"
        self.redis = redis
        self.ports: dict[str, str] = {}
        self.variables = {
            "PATH": f"{self.environment / 'bin'}:{os.environ['PATH']}",
            "COLUMNS": "160",
            "HOME": str(directory),
            # A reader has none of the plugins that the bridge itself is tested with.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        self.running: list[subprocess.Popen[str]] = []

    def prepare(self) -> None:
        """Make the virtual environment, with the bridge in it."""
        venv.create(self.environment, with_pip=False)
        inner = {"base": str(self.environment), "platbase": str(self.environment)}
        packages = Path(sysconfig.get_path("purelib", vars=inner))
        outer = sysconfig.get_path("purelib")
        (packages / "bridge.pth").write_text(f"{outer}\n{ROOT}\n")
        for name, module in PROGRAMS.items():
            program = self.environment / "bin" / name
            program.write_text(f"#!/bin/sh\nexec python -m {module}\n")
            program.chmod(0o755)

    def run(self, command: Command) -> None:
        line = self.with_free_ports(command.line)
        words = shlex.split(line)
        if words[0] == "cd":
            self.where /= words[1]
        elif words[0] == "export":
            said = dict(word.split("=", 1) for word in words[1:])
            self.variables |= said | {"REDIS_URL": f"unix://{self.redis}"}
        elif words[-1] == "&":
            self.start(words[:-1])
        else:
            self.look(line, command)

    def look(self, line: str, command: Command) -> None:
        """Run a command and compare what it says with what the page shows."""
        run = subprocess.run(
            line,
            shell=True,
            cwd=self.where,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        said = run.stdout + run.stderr
        shown = [self.with_free_ports(one) for one in command.shown]
        missing = Command(line, shown).missing_from(run.stdout)
        assert missing is None, f"$ {line}\nnever said {missing!r}:\n{said}"
        assert (run.returncode != 0) == command.may_fail, f"$ {line}\n{said}"

    def start(self, words: list[str]) -> None:
        """Start a command in the background, and wait until it is ready."""
        process = subprocess.Popen(
            words,
            cwd=self.where,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready "), words

    def stop(self) -> None:
        for process in reversed(self.running):
            process.terminate()
            process.wait(30)
            assert process.stdout is not None
            process.stdout.close()

    def with_free_ports(self, text: str) -> str:
        """Put a free port in the place of each that the page names."""
        return re.sub(r"\b80[89]0\b", lambda found: self.free(found[0]), text)

    def free(self, port: str) -> str:
        if port not in self.ports:
            with socket.create_server(("127.0.0.1", 0)) as server:
                self.ports[port] = str(server.getsockname()[1])
        return self.ports[port]


@pytest.fixture
def reader(tmp_path: Path, valkey: Path) -> Iterator[Reader]:
    reader = Reader(tmp_path, valkey)
    reader.prepare()
    yield reader
    reader.stop()


def test_whoever_follows_the_tutorial_has_a_mapping(reader: Reader) -> None:
    for block in blocks(PAGE.read_text("utf-8")):
        if block.language == "console":
            for command in commands(block.text):
                reader.run(command)
        elif block.caption:
            text = reader.with_free_ports(block.text)
            write(reader.where / block.caption, replace(block, text=text))
    _is_clean(reader.where)


def _is_clean(package: Path) -> None:
    """All of it is typed, and in the form that ruff gives it."""
    needed("ruff", "make venv")
    needed("mypy", "make venv")
    ruff = [sys.executable, "-m", "ruff"]
    mypy = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "setup.cfg")]
    sources = [str(package / "sitoo_birka.py"), str(package / "tests")]
    for command, where in (
        ([*ruff, "check", "--no-cache", "--fix", "."], package),
        ([*ruff, "format", "--no-cache", "."], package),
        ([*mypy, *sources], ROOT),
    ):
        run = subprocess.run(
            command,
            cwd=where,
            env={"MYPYPATH": f"{package}:{package / 'tests'}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
