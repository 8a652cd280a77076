"""What the bench starts, as children of this process, and stops again."""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from bench.load import Target
from bridge.embedded import EmbeddedValkey
from bridge.processes import Child, Program
from demo_crm.server import API_KEY

ROOT = Path(__file__).parent.parent

PASSWORD = "bench"


@dataclass(frozen=True)
class Running:
    """A program that announced where it listens."""

    child: Child
    url: str

    def target(self, path: str, user: str) -> Target:
        """Return what a till asks for that signs in as ``user``."""
        login = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        return Target(self.url, path, (f"Authorization: Basic {login}",))

    def workers(self) -> list[psutil.Process]:
        """Return the processes of the bridge that answer requests."""
        (server,) = [
            child
            for child in psutil.Process(self.child.pid).children()
            if "--no-recovery" in child.cmdline()
        ]
        workers: list[psutil.Process] = server.children()
        return workers

    def send(self, number: signal.Signals) -> None:
        os.kill(self.child.pid, number)


@contextmanager
def program(
    name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[Child]:
    """Run a program and keep it quiet."""
    given = {"PYTHONPATH": str(ROOT), **(environment or {})}
    child = Child(Program(name, command, environment=given, quiet=True))
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def python(module: str, *arguments: object) -> Iterator[Running]:
    """Run a module of ours that says ``ready`` and where it listens."""
    running = start(module, *arguments)
    try:
        yield running
    finally:
        running.child.stop()


def start(module: str, *arguments: object) -> Running:
    """Start a module of ours and wait until it is ready."""
    command = [sys.executable, "-P", "-m", module, *map(str, arguments)]
    given = {"PYTHONPATH": str(ROOT)}
    child = Child(Program(module, command, given, announces=True, quiet=True))
    url = child.announcement()
    assert url, f"{module} did not start"
    return Running(child, url)


@contextmanager
def serve(
    directory: Path,
    sites: Mapping[str, Mapping[str, object]],
    workers: int,
    threads: int,
    more: Mapping[str, object] | None = None,
) -> Iterator[Running]:
    """Run ``sitoo-bridge serve`` as in a shop, with sites that have mapping and url.

    ``more`` is what else its configuration says.
    """
    home = directory / "bridge"
    home.mkdir()
    valkey = EmbeddedValkey()
    redis = valkey.start(home / "valkey")
    try:
        config = home / "config.yaml"
        settings = {**_config(sites, redis, workers, threads), **(more or {})}
        config.write_text(json.dumps(settings), "utf-8")
        with python("bridge.cli", "serve", "-c", config) as running:
            yield running
    finally:
        valkey.stop()


def _config(
    sites: Mapping[str, Mapping[str, object]], redis: Path, workers: int, threads: int
) -> dict[str, object]:
    return {
        "sites": {
            name: {
                "country": "SE",
                "mapping": site["mapping"],
                "users": {name: PASSWORD},
                "upstream": {"url": site["url"]},
            }
            for name, site in sites.items()
        },
        "redis": {"url": f"unix://{redis}"},
        "server": {
            "bind": "127.0.0.1:0",
            "workers": workers,
            "threads": threads,
            # All tills have one address here, as behind a proxy.
            "trusted_proxies": 1,
        },
    }


@contextmanager
def stub(
    directory: Path, bodies: Mapping[str, object], milliseconds: float = 20
) -> Iterator[Running]:
    """Run an upstream that answers ``bodies`` after so long."""
    file = directory / f"stub-{len(list(directory.glob('stub-*')))}.json"
    file.write_text(json.dumps(bodies), "utf-8")
    with python("bench.stub", milliseconds, file) as running:
        yield running


@dataclass(frozen=True)
class DemoCrm:
    """The demo CRM at work."""

    url: str
    key: str = API_KEY

    def grant(self, customer_id: str, offers: int) -> list[str]:
        """Give a customer fresh promotions; return their ids."""
        body = {"contact": customer_id, "offers": offers}
        answer = requests.post(
            f"{self.url}/grants", json=body, headers={"X-Api-Key": self.key}, timeout=10
        )
        answer.raise_for_status()
        return list(answer.json()["offers"])


@contextmanager
def demo_crm(latency_ms: float) -> Iterator[DemoCrm]:
    """Run the demo CRM."""
    with python("demo_crm", "--latency", latency_ms) as running:
        yield DemoCrm(running.url)
