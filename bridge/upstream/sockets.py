"""Connections that keep to the deadline, whatever the other side does.

A timeout in ``requests`` is one for each ``recv``, so a server that sends a byte a
second is waited for as long as it likes.  Here every step, from finding the address
to the last byte of the body, gets what is left of the attempt's time and no more.
Knows sockets; knows nothing of what a status means.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.connection import create_connection

from bridge.upstream.attempt import Attempt, under_way
from bridge.upstream.names import addresses


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


class _BoundedSocket:
    """What ``http.client`` takes a response from."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines

    def makefile(self, mode: str) -> io.BufferedReader:
        return self._lines


class _Bounded(HTTPConnection):
    """What is the same with and without TLS."""

    _idle_since = 0.0
    _lines: _Lines

    def response_class(  # type: ignore[override]
        self, sock: socket.socket, *args: Any, **keywords: Any
    ) -> http.client.HTTPResponse:
        """Stand in for the attribute that ``http.client`` makes its responses with."""
        self._lines = _Lines(_BoundedBytes(sock, under_way()))
        bounded: Any = _BoundedSocket(self._lines)
        return http.client.HTTPResponse(bounded, *args, **keywords)

    @property
    def is_connected(self) -> bool:
        """Asked before a kept connection is used again; if not, it is made anew."""
        idle = time.monotonic() - self._idle_since
        return idle < under_way().idle_seconds and super().is_connected

    def request(self, *args: Any, **keywords: Any) -> None:
        """Send the request; nothing before this call can have reached the CRM."""
        if self.sock is None:
            self.connect()
        attempt = under_way()
        self.timeout = attempt.patience(attempt.read_seconds)
        attempt.sent = True
        super().request(*args, **keywords)

    def getresponse(self) -> Any:
        response = super().getresponse()
        self._lines.in_headers = False
        self._idle_since = time.monotonic()
        return response

    def _new_conn(self) -> socket.socket:
        attempt = under_way()
        attempt.sent = False
        try:
            sock = self._dial(attempt)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from None
        except TimeoutError:
            raise ConnectTimeoutError(self, "connecting took too long") from None
        except OSError as error:
            raise NewConnectionError(self, str(error)) from None
        # For the handshakes with a proxy and of TLS, which come next.
        seconds = min(attempt.connect_seconds, attempt.deadline.remaining())
        sock.settimeout(max(seconds, 0.001))
        return sock

    def _dial(self, attempt: Attempt) -> socket.socket:
        wait = attempt.patience(attempt.connect_seconds)
        found = addresses(self._dns_host, self.port, wait)
        for place, address in enumerate(found, 1):
            seconds = attempt.patience(attempt.connect_seconds)
            try:
                return create_connection(
                    (address, self.port), seconds, socket_options=self.socket_options
                )
            except OSError:
                if place == len(found):
                    raise
        raise OSError("the name has no address")


class BoundedConnection(_Bounded, HTTPConnection):
    """Without TLS."""


class BoundedTLSConnection(_Bounded, HTTPSConnection):
    """With TLS."""


class BoundedPool(HTTPConnectionPool):
    """Keeps connections without TLS."""

    ConnectionCls = BoundedConnection


class BoundedTLSPool(HTTPSConnectionPool):
    """Keeps connections with TLS."""

    ConnectionCls = BoundedTLSConnection


POOLS: dict[str, Any] = {"http": BoundedPool, "https": BoundedTLSPool}
