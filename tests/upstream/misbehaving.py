"""A server on a raw socket that does to its clients what real ones do on bad days."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

TLS = Path(__file__).with_name("tls")

JSON = b'{"points": 12.5}'


class Visit:
    """One connection, as the server sees it."""

    def __init__(self, server: Misbehaving, sock: socket.socket) -> None:
        self.server = server
        self._sock = sock
        self._unread = b""

    def request(self) -> bytes | None:
        """Read one request to its end; ``None`` when the client is gone."""
        while b"\r\n\r\n" not in self._unread:
            if not self._receive():
                return None
        head, _, rest = self._unread.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self._unread = rest
        while len(self._unread) < length:
            if not self._receive():
                return None
        body, self._unread = self._unread[:length], self._unread[length:]
        self.server.requests.append(head + b"\r\n\r\n" + body)
        return head

    def glimpse(self) -> None:
        """Wait for the first byte of a request."""
        self._sock.recv(1, socket.MSG_PEEK)

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def drip(self, data: bytes) -> None:
        """Send a byte now and then, until the end or until the test is over."""
        for place in range(len(data)):
            self.send(data[place : place + 1])
            if self.server.over.wait(0.05):
                return

    def hang(self) -> None:
        self.server.hanging.release()
        self.server.over.wait(10)

    def close(self) -> None:
        self._sock.close()

    def reset(self) -> None:
        """Close so that the client gets a reset instead of an end."""
        self._sock.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self._sock.close()

    def _receive(self) -> bool:
        data = self._sock.recv(65536)
        self._unread += data
        return bool(data)


Behaviour = Callable[[Visit], None]


class Misbehaving:
    """Each connection gets the next behaviour, the last one again and again."""

    def __init__(self, *behaviours: Behaviour, tls: bool = False) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self.hanging = threading.Semaphore(0)
        self._behaviours = behaviours
        self._tls = _tls() if tls else None
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._listener.getsockname()[1]
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://localhost:{self.port}/api"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.over.set()
        # Closing alone may leave the thread accepting for the next owner of the number.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 5).close()
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                if self.over.is_set():
                    sock.close()
                    return
                place = min(self.connections, len(self._behaviours) - 1)
                self.connections += 1
                behaviour = self._behaviours[place]
                threading.Thread(
                    target=self._visited, args=(sock, behaviour), daemon=True
                ).start()

    def _visited(self, sock: socket.socket, behaviour: Behaviour) -> None:
        # A client that gives up is what most of these tests are about.
        with contextlib.suppress(OSError), sock:
            if self._tls:
                with self._tls.wrap_socket(sock, server_side=True) as secured:
                    behaviour(Visit(self, secured))
            else:
                behaviour(Visit(self, sock))


def answer(
    body: bytes = JSON,
    status: str = "200 OK",
    *headers: str,
    length: int | None = None,
) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {length or len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answers(data: bytes) -> Behaviour:
    """Send the same to every request on a connection that stays open."""

    def behave(visit: Visit) -> None:
        while visit.request() is not None:
            visit.send(data)

    return behave


def answers_then_closes(data: bytes) -> Behaviour:
    """Send it to one request, and close."""

    def behave(visit: Visit) -> None:
        if visit.request() is not None:
            visit.send(data)

    return behave


def answers_then_drops(data: bytes) -> Behaviour:
    """Answer the first request; read the second one and close without a word."""

    def behave(visit: Visit) -> None:
        visit.request()
        visit.send(data)
        visit.request()

    return behave


def after_an_answer(behaviour: Behaviour) -> Behaviour:
    """Answer the first request; what comes then meets a connection that is kept."""

    def behave(visit: Visit) -> None:
        visit.request()
        visit.send(answer())
        behaviour(visit)

    return behave


def hangs(visit: Visit) -> None:
    visit.request()
    visit.hang()


def hangs_at_once(visit: Visit) -> None:
    visit.hang()


def resets_at_once(visit: Visit) -> None:
    visit.reset()


def resets_within_request(visit: Visit) -> None:
    visit.glimpse()
    visit.reset()


def resets_after_request(visit: Visit) -> None:
    visit.request()
    visit.reset()


def drips(data: bytes, *, after: bytes = b"") -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.request()
        visit.send(after)
        visit.drip(data)
        visit.hang()

    return behave


def endless(head: bytes, piece: bytes) -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.request()
        visit.send(head)
        while not visit.server.over.is_set():
            visit.send(piece)

    return behave


def gzip_bomb(size: int) -> bytes:
    """An answer of a few KiB that unpacks to ``size`` bytes of JSON."""
    packed = gzip.compress(b'"' + b"0" * size + b'"', mtime=0)
    return answer(packed, "200 OK", "Content-Encoding: gzip")


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem")
    return context


@contextlib.contextmanager
def misbehaving(*behaviours: Behaviour, tls: bool = False) -> Iterator[Misbehaving]:
    server = Misbehaving(*behaviours, tls=tls)
    try:
        yield server
    finally:
        server.close()
