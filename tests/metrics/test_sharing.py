"""Metrics of several real processes, and whatever may become of their directory."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.redis_servers import wait_until
from tests.running import Running, running, still_there

CONFIG = """
sites:
  north:
    country: SE
    mapping: demo
    users: {{till: env:TILL}}
    upstream: {{url: "http://127.0.0.1:9"}}
redis: {{url: "unix://{valkey}"}}
server: {{bind: "127.0.0.1:0", workers: 2, threads: 4}}
"""


@pytest.fixture
def config(tmp_path: Path, valkey: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TILL", "secret")
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(valkey=valkey))
    return path


class Asked:
    """A bridge at work, asked on a new connection each time."""

    def __init__(self, serve: Running) -> None:
        self.serve = serve
        self.address = serve.until("ready http://").rpartition("/")[2]

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection(self.address, timeout=10)
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def counted(self) -> float:
        status, text = self.get("/metrics")
        assert status == 200
        pattern = r'^sitoo_bridge_requests_total\{.*status="401".*\} ([\d.]+)$'
        return sum(map(float, re.findall(pattern, text, re.MULTILINE)))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "runtime"


@pytest.fixture
def asked(config: Path, directory: Path) -> Iterator[Asked]:
    directory.mkdir()
    with running(
        "serve", "-c", str(config), environment={"RUNTIME_DIRECTORY": str(directory)}
    ) as serve:
        yield Asked(serve)


def refused(asked: Asked, count: int) -> None:
    for _ in range(count):
        assert asked.get("/customers/c1")[0] == 401


def test_all_processes_are_counted_wherever_one_asks(
    asked: Asked, directory: Path
) -> None:
    refused(asked, 20)
    for _ in range(200):
        if asked.counted() == 20:
            break
    assert [asked.counted() for _ in range(5)] == [20.0] * 5
    wait_until(
        lambda: 'sitoo_bridge_open_redeems{site="north"} 0' in asked.get("/metrics")[1],
        "recovery's word",
    )
    asked.serve.tell(15)
    assert asked.serve.end() == 0
    assert list(directory.iterdir()) == []


def vanish(directory: Path) -> None:
    shutil.rmtree(directory)


def be_a_file(directory: Path) -> None:
    shutil.rmtree(directory)
    directory.write_text("no directory")


@pytest.mark.parametrize("fate", [vanish, be_a_file])
def test_a_directory_that_goes_away_fails_no_request(
    asked: Asked, directory: Path, fate: Callable[[Path], None]
) -> None:
    refused(asked, 5)
    (kept,) = directory.iterdir()
    fate(kept)
    refused(asked, 20)
    assert asked.get("/readyz")[0] == 200
    # Alone, a process knows what it has counted itself, and another one may answer.
    wait_until(asked.counted, "a process that has counted to say so")
    if fate is be_a_file:
        asked.serve.until_logged("metrics cannot be shared")


@pytest.mark.parametrize("place", ["/proc/nowhere", "/proc/self", "/dev/null/metrics"])
def test_a_bad_directory_fails_no_start_and_no_request(
    config: Path, place: str
) -> None:
    with running(
        "serve", "-c", str(config), environment={"PROMETHEUS_MULTIPROC_DIR": place}
    ) as serve:
        asked = Asked(serve)
        refused(asked, 10)
        wait_until(asked.counted, "a process that has counted to say so")


FULL = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
from bridge import metrics
metrics.share()
metrics.REDEEMS.labels("north", "redeem", "200").inc()
text = metrics.exposition()[0].decode()
os.write(1, text.encode())
"""


def test_a_full_disk_fails_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "full")},
        capture_output=True,
        text=True,
        check=True,
    )
    line = 'sitoo_bridge_redeems_total{operation="redeem",outcome="200",site="north"} 1'
    assert line in done.stdout
    assert "metrics cannot be shared between processes" in done.stderr


def test_without_any_place_each_process_counts_for_itself(config: Path) -> None:
    with running(
        "serve", "-c", str(config), environment={"RUNTIME_DIRECTORY": "/proc/nowhere"}
    ) as serve:
        asked = Asked(serve)
        refused(asked, 5)
        assert asked.get("/metrics")[0] == 200
        serve.until_logged("each process counts for itself")


def test_workers_end_with_their_master(config: Path) -> None:
    with running("serve", "-c", str(config)) as serve:
        asked = Asked(serve)
        idle = HTTPConnection(asked.address, timeout=10)
        idle.request("GET", "/healthz")
        assert json.load(idle.getresponse()) == {"status": "alive"}
        (master,) = [one for one in serve.descendants() if one.children()]
        # The bridge is ready with the first of them.
        wait_until(lambda: len(master.children()) == 2, "both workers")
        workers = master.children()
        master.kill()
        assert still_there(workers) == []
        assert serve.end() == 1
        idle.close()
