"""An upstream that answers every call after the same time, whatever comes.

It must never be what is measured, so it is one loop over sockets with answers made
beforehand.  ``python -m bench.stub MS FILE``: FILE maps paths to JSON bodies.  SIGUSR1
makes it swallow requests without an answer, SIGUSR2 makes it well again.
"""

from __future__ import annotations

import json
import select
import signal
import socket
import sys
import time
from collections import deque
from pathlib import Path

CONNECTIONS = 1024


class Stub:
    """Answers ``GET`` requests with keep-alive."""

    def __init__(self, milliseconds: float, bodies: dict[str, object]) -> None:
        self.seconds = milliseconds / 1000
        self.answers = {
            path.encode(): _framed("200 OK", body) for path, body in bodies.items()
        }
        self.unknown = _framed("404 Not Found", {})
        self.hangs = False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS)
        self.listener.setblocking(False)
        self.epoll = select.epoll()
        self.epoll.register(self.listener, select.EPOLLIN)
        self.connections: dict[int, socket.socket] = {}
        self.received: dict[int, bytes] = {}
        # All wait for the same time, so the first one in is the first one out.
        self.due: deque[tuple[float, socket.socket, bytes]] = deque()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        """Serve until the process ends."""
        while True:
            # An epoll itself waits for whole milliseconds only; select does better.
            wait = max(0.0, self.due[0][0] - time.monotonic()) if self.due else None
            select.select([self.epoll], [], [], wait)
            for number, _ in self.epoll.poll(0):
                if number == self.listener.fileno():
                    self._accept()
                else:
                    self._read(number)
            self._answer()

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections[connection.fileno()] = connection
        self.epoll.register(connection, select.EPOLLIN)

    def _read(self, number: int) -> None:
        connection = self.connections[number]
        got = _received(connection)
        request = self.received.pop(number, b"") + got
        if not got:
            self.epoll.unregister(number)
            self.connections.pop(number).close()
        elif not request.endswith(b"\r\n\r\n"):
            self.received[number] = request
        elif not self.hangs:
            path = request.split(b" ", 2)[1]
            answer = self.answers.get(path, self.unknown)
            self.due.append((time.monotonic() + self.seconds, connection, answer))

    def _answer(self) -> None:
        now = time.monotonic()
        while self.due and self.due[0][0] <= now:
            _, connection, answer = self.due.popleft()
            try:
                connection.sendall(answer)
            except OSError:
                continue  # whoever asked has hung up


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except ConnectionError:
        return b""


def _framed(status: str, body: object) -> bytes:
    raw = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


def main() -> None:
    stub = Stub(float(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8")))
    signal.signal(signal.SIGUSR1, lambda *_: setattr(stub, "hangs", True))
    signal.signal(signal.SIGUSR2, lambda *_: setattr(stub, "hangs", False))
    print(f"ready {stub.url}", flush=True)
    stub.run()


if __name__ == "__main__":
    main()
