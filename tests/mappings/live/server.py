"""The process that serves a CRM, on a free port."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Server:
    """A command that takes a port, 0 for any, and prints ``ready PORT`` as it listens.

    It may print other lines before.  ``path`` is where the CRM's API is.
    """

    command: tuple[str | Path, ...]
    environment: Mapping[str, str]
    log: Path
    path: str
    process: subprocess.Popen[str] | None = None
    port: str = "0"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def start(self) -> Server:
        """Return once it listens, where it did before if it was started before."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*self.command, self.port],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, _, port = line.strip().partition(" ")
            if word == "ready":
                self.port = port
                return self
        raise AssertionError(f"the CRM did not start: see {self.log}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None
