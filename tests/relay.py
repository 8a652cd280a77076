"""What stands between a client and a server, or in a server's place, for a test."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Visit = Callable[[socket.socket], None]


@contextmanager
def _listening(visit: Visit) -> Iterator[str]:
    """Have each connection looked after by a thread; yield where to connect."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client = listener.accept()[0]
                    threading.Thread(target=visit, args=[client], daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def relayed(port: int, source: str) -> Iterator[str]:
    """Let clients connect to a port of this machine from another address of it."""

    def visit(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            server = socket.create_connection(("127.0.0.1", port), 10, (source, 0))
            with server:
                back = threading.Thread(target=_pass_on, args=[server, client])
                back.start()
                _pass_on(client, server)
                back.join()

    with _listening(visit) as address:
        yield address


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@contextmanager
def saying(answer: bytes) -> Iterator[str]:
    """Give the same answer to whatever is asked."""

    def visit(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            while client.recv(65536):
                client.sendall(answer)

    with _listening(visit) as address:
        yield address
