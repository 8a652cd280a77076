"""A client that says exactly what a test writes, and tells what it was answered."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answered:
    """One answer, as it came."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value, or nothing where there is none."""
        found = re.search(rf"(?im)^{name}:[ \t]*(.*?)\r?$", self.head)
        return found[1] if found else None


def connected(address: str) -> socket.socket:
    """Connect to ``http://host:port`` or ``unix:/path``."""
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(20)
        connection.connect(address.removeprefix("unix:"))
        return connection
    where = urlsplit(address)
    return socket.create_connection((where.hostname, where.port), 20)


def say(address: str, sent: bytes) -> Answered:
    """Send bytes that ask to have the connection closed; return the answer."""
    with connected(address) as connection:
        connection.sendall(sent)
        got = b""
        while more := connection.recv(65536):
            got += more
    head, _, body = got.partition(b"\r\n\r\n")
    return Answered(int(head.split(b" ", 2)[1]), head.decode("latin-1"), body)


def get(address: str, target: str, *headers: str, method: str = "GET") -> Answered:
    """Ask for a target in exactly this spelling."""
    lines = [f"{method} {target} HTTP/1.1", "Host: bridge", "Connection: close"]
    return say(address, "\r\n".join([*lines, *headers, "", ""]).encode("latin-1"))
