"""An HTTP server in a thread, on this machine, for as long as a test."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

POLL_SECONDS = 0.005
"""How long a stop waits at most: there are several hundred in a run of the kit."""


class LocalServer(ThreadingHTTPServer):
    """Listens from the moment it is made; answers within ``serving``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, handler: type[LocalHandler], port: int = 0) -> None:
        """Take ``port``, or a free one."""
        super().__init__(("127.0.0.1", port), handler)

    @property
    def origin(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self.server_port}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Answer requests for a while."""
        with self:
            thread = threading.Thread(target=self.serve_forever, args=(POLL_SECONDS,))
            thread.start()
            try:
                yield
            finally:
                self.shutdown()
                thread.join()

    def server_bind(self) -> None:
        """Bind without asking the name service who we are."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def shutdown_request(self, request: Any) -> None:
        """Close at once: a farewell first would turn a reset into an end."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up."""


class LocalHandler(BaseHTTPRequestHandler):
    """Reads requests on one connection, which stays open between them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Take a connection that breaks for one that ends."""
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def body(self) -> bytes:
        """Read the body, which may be empty."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(
        self,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes,
        *,
        announced: int | None = None,
    ) -> None:
        """Send an answer in one go; ``announced`` bytes of body, not all may come."""
        lines = [f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if status != 204:
            lines.append(f"Content-Length: {announced or len(body)}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + body)

    def reset(self) -> None:
        """Have the client meet a reset instead of an end."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""
