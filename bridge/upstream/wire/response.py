"""An answer as it comes in: byte by byte within the attempt's time, if need be.

``http.client`` knows how HTTP is framed, and goes on knowing it here.  What is replaced
is where its bytes come from, and how it reads the lines of the headers.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
from http.client import HTTPException, HTTPMessage, HTTPResponse, LineTooLong
from types import FunctionType
from typing import Any

from bridge.upstream.wire.attempt import Attempt

LONGEST_LINE = 65536
MOST_HEADERS = 100

ORDINARY = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)\r?\n")
"""A header on a line of its own (RFC 9112, 5), as nearly all are."""

END = (b"\r\n", b"\n", b"")


class BoundedResponse(HTTPResponse):
    """A response whose every read gets what is left of the time, and no more."""

    def __init__(
        self, sock: socket.socket, attempt: Attempt, *args: Any, **keywords: Any
    ) -> None:
        self._lines = _Lines(_BoundedBytes(sock, attempt))
        super().__init__(self, *args, **keywords)  # type: ignore[arg-type]

    def makefile(self, mode: str) -> io.BufferedReader:
        """Stand in for the socket, of which ``http.client`` wants only this."""
        return self._lines

    def begin(self) -> None:
        """Read the status line and the headers."""
        _begin(self)
        self._lines.in_headers = False


class _BoundedBytes(io.RawIOBase):
    """The bytes of a socket, each read of which keeps to the attempt's time."""

    def __init__(self, sock: socket.socket, attempt: Attempt) -> None:
        self._sock = sock
        # makefile counts itself in, so that the socket stays open for it.
        self._bytes = sock.makefile("rb", buffering=0)
        self._attempt = attempt

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        attempt = self._attempt
        self._sock.settimeout(attempt.patience(attempt.read_seconds))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._bytes.close()
        super().close()


class _Lines(io.BufferedReader):
    """What ``http.client`` reads a response from.

    It takes the end of the connection for the end of the headers.  An answer that was
    cut off in there would be a success with an empty body.
    """

    in_headers = True

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if self.in_headers and not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError("the answer ends in its headers")
        return line


def parse_headers(lines: io.BufferedIOBase, *args: Any, **keywords: Any) -> HTTPMessage:
    """Read headers to their end, like the function of this name in ``http.client``.

    That one reads them as those of an e-mail, which takes a third of all the time that
    a call to a CRM costs.  What is out of the ordinary, folded lines for one, is left
    to it.
    """
    read: list[bytes] = []
    while (line := lines.readline(LONGEST_LINE + 1)) not in END:
        if len(line) > LONGEST_LINE:
            raise LineTooLong("header line")
        read.append(line)
        if len(read) > MOST_HEADERS:
            raise HTTPException("too many headers")
    message = HTTPMessage()
    for line in read:
        header = ORDINARY.fullmatch(line)
        if header is None:
            whole = io.BytesIO(b"".join(read) + b"\r\n")
            message = http.client.parse_headers(whole, *args, **keywords)
            break
        name, value = header.groups()
        message[name.decode("ascii")] = value.decode("latin-1").rstrip()
    return message


_begin: Any = FunctionType(
    HTTPResponse.begin.__code__,
    # The same code, which finds the function above where it looks for its own.
    {**vars(http.client), "parse_headers": parse_headers},
)
