"""Connections that keep to the deadline, whatever the other side does.

A timeout in ``requests`` is one for each ``recv``, so a server that sends a byte a
second is waited for as long as it likes.  Here every step, from finding the address
to the last byte of the body, gets what is left of the attempt's time and no more.
Knows sockets; knows nothing of what a status means.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import time
from http.client import HTTPException
from typing import Any

from urllib3 import (
    HTTPConnectionPool,
    HTTPHeaderDict,
    HTTPResponse,
    HTTPSConnectionPool,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util.connection import create_connection

from bridge.upstream.wire.attempt import Attempt, under_way
from bridge.upstream.wire.names import addresses
from bridge.upstream.wire.response import BoundedResponse

PLAIN = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*")
"""A target that is sent as it is (RFC 3986, 3.3 and 3.4)."""


class _Bounded(HTTPConnection):
    """What is the same with and without TLS."""

    _idle_since = 0.0

    def response_class(  # type: ignore[override]
        self, sock: socket.socket, *args: Any, **keywords: Any
    ) -> BoundedResponse:
        """Stand in for the attribute that ``http.client`` makes its responses with."""
        return BoundedResponse(sock, under_way(), *args, **keywords)

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
        self._idle_since = time.monotonic()
        return response

    def exchange(self, method: str, target: str, body: Any, headers: Any) -> Any:
        """Send a request over the connection that is there; read its answer's head.

        As ``http.client`` does it: urllib3 looks at everything once more, which costs a
        fifth of a call.
        """
        attempt = under_way()
        attempt.sent = False
        assert self.sock is not None
        self.sock.settimeout(attempt.patience(attempt.read_seconds))
        attempt.sent = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # Whoever hangs up may have answered before.
            http.client.HTTPConnection.request(self, method, target, body, headers)
        response = http.client.HTTPConnection.getresponse(self)
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


class _Keeping(HTTPConnectionPool):
    """A pool with a shorter way for connections that are there already."""

    def kept(self, method: str, target: str, body: Any, headers: Any) -> Any:
        """Send over a connection that is kept, and return urllib3's answer.

        ``None`` if there is none, or if urllib3 would write the target in another way:
        then nothing was sent.
        """
        if not PLAIN.fullmatch(target):
            return None
        connection: Any = self._get_conn()
        if connection.sock is None:
            self._put_conn(connection)
            return None
        try:
            raw = connection.exchange(method, target, body, headers)
        except BaseException as error:
            connection.close()
            self._put_conn(connection)
            raise self._said(error) from None
        return HTTPResponse(
            body=raw,
            headers=HTTPHeaderDict(raw.msg.items()),
            status=raw.status,
            reason=raw.reason,
            version=raw.version,
            preload_content=False,
            original_response=raw,
            pool=self,
            connection=connection,
            request_method=method,
        )

    def _said(self, error: BaseException) -> BaseException:
        """Return what urllib3 makes of an error."""
        if isinstance(error, TimeoutError):
            return ReadTimeoutError(self, "", "Read timed out.")
        if isinstance(error, HTTPException | OSError):
            return ProtocolError("Connection aborted.", error)
        return error


class BoundedPool(_Keeping, HTTPConnectionPool):
    """Keeps connections without TLS."""

    ConnectionCls = BoundedConnection


class BoundedTLSPool(_Keeping, HTTPSConnectionPool):
    """Keeps connections with TLS."""

    ConnectionCls = BoundedTLSConnection


POOLS: dict[str, Any] = {"http": BoundedPool, "https": BoundedTLSPool}
