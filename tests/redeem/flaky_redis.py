"""A socket between the bridge and Redis, which breaks when a test wants it to.

It counts commands, not bytes: it can cut the line before a command reaches Redis, or
after Redis has carried it out and before the answer is out.
"""

from __future__ import annotations

import contextlib
import math
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

When = Literal["before", "after"]

GREETINGS = {b"HELLO", b"CLIENT", b"SELECT", b"AUTH", b"PING"}
"""What a new connection says: not counted."""


class FlakyRedis:
    """Passes every command on, one after the other, until it is told otherwise."""

    def __init__(self, server: Path, path: Path) -> None:
        self.server, self.path = server, path
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(os.fspath(path))
        self._listener.listen(64)
        self.heal()
        self._over = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    # What a test tells it

    def heal(self) -> None:
        """Pass everything on again, and count from the beginning."""
        with self._lock:
            self.seen = 0
            self._at: float = math.inf
            self._cuts: float = 0
            self._act: Callable[[], object] | None = None
            self.down = self.mute = False
            self.error = b""
            self._last = b""

    def cut(self, at: int, when: When, times: float = math.inf) -> None:
        """Cut the line at a command, and at whatever comes next, so many times."""
        self.heal()
        self._at, self._when, self._cuts = at, when, times

    def end_at(self, command: bytes) -> None:
        """Be gone from the first command of this name on."""
        self.heal()
        self._last = command

    def act(self, at: int, act: Callable[[], object]) -> None:
        """Do something right before a command is passed on."""
        self.heal()
        self._at, self._act = at, act

    @property
    def reached(self) -> bool:
        """Whether it has come to the command that it was told to wait for."""
        return self.seen >= self._at

    def close(self) -> None:
        """Stop listening, and hang up."""
        self.down = self._over = True
        # Closing alone may leave the thread accepting for the next owner of the number.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as last:
            last.connect(os.fspath(self.path))
        self._thread.join()
        self._listener.close()
        self.path.unlink(missing_ok=True)
        for connection in list(self._open):
            _hang_up(connection)

    # What it does

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._over:
                    client.close()
                    return
                threading.Thread(
                    target=self._serve, args=(client,), daemon=True
                ).start()

    def _serve(self, client: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX) as server, client:
            self._open |= {client}
            with contextlib.suppress(OSError, EOFError):
                server.connect(os.fspath(self.server))
                self._pass_on(client, server)
            self._open -= {client}
            _hang_up(client)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        commands, answers = client.makefile("rb"), server.makefile("rb")
        while True:
            command = read_value(commands)
            cut = self._cut(command)
            if self.down or cut == "before":
                return
            answer = self.error or _asked(server, answers, command)
            if cut == "after":
                return
            if not self.mute:
                client.sendall(answer)

    def _cut(self, command: bytes) -> When | None:
        name = command.split(b"\r\n")[2].upper()
        if name in GREETINGS:
            return None
        with self._lock:
            self.seen += 1
            if name == self._last:
                self.down = True
                return "before"
            if self.seen < self._at:
                return None
            if self._act and self.seen == self._at:
                self._act()
            if self._cuts < 1:
                return None
            self._cuts -= 1
            return self._when


def _asked(server: socket.socket, answers: BinaryIO, command: bytes) -> bytes:
    server.sendall(command)
    return read_value(answers)


def read_value(stream: BinaryIO) -> bytes:
    """Read one value of the Redis protocol, whatever it is made of."""
    line = stream.readline()
    if not line:
        raise EOFError
    kind = line[:1]
    if kind in b"$=!":
        length = int(line[1:])
        return line if length < 0 else line + stream.read(length + 2)
    if kind in b"*~>%":
        count = int(line[1:]) * (2 if kind == b"%" else 1)
        return line + b"".join(read_value(stream) for _ in range(count))
    return line


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
