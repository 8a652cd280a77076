"""A worker process: what it does about clients that do not keep to the rules.

What the server itself refuses, before the application sees it, gets the SPI's error
object too.
"""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import socket
import ssl
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import Any

from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from bridge import log as logs

log = logging.getLogger(__name__)

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

LINGER_SECONDS = 0.5
LINGER_BYTES = 64 * 1024
"""How long, and how much of a request, a refused client may go on sending."""

REFUSED = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
    errors.ForbiddenProxyRequest: 403,
    ssl.SSLError: 403,
}
"""The statuses for what is not simply a bad request."""

OWN_FAULTS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)
"""The application, not the client, is to blame for these."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """One process; requests run in threads, idle connections cost none."""

    missed: SimpleQueue[int]
    """Where a signal goes that comes before ``init_signals``: the master's own queue,
    inherited as a copy that nobody reads."""

    def init_signals(self) -> None:
        """Heed a stop that came too early, for which the master would wait in vain."""
        super().init_signals()
        with contextlib.suppress(Empty):
            while True:
                if self.missed.get_nowait() in STOPS:
                    self.alive = False

    def handle(self, conn: Any) -> Any:
        """Answer one request, and wait here for a client that is to hang up.

        gunicorn itself waits for up to 2 s in the thread that accepts connections, so
        one client that keeps its end open would hold up all the others.
        """
        kept = super().handle(conn)
        if not kept:
            _linger(conn.sock)
        return kept

    def handle_error(
        self, req: Any, client: socket.socket, addr: Any, exc: BaseException
    ) -> None:
        """Answer what did not get through to the application."""
        logs.request_id.set("")
        status = _status(exc)
        fields = {"status": status, "error": type(exc).__name__}
        if status == 500:
            log.error("a request failed in the server", extra=fields, exc_info=exc)
        else:
            log.warning("an invalid request was refused", extra=fields)
        try:
            client.sendall(_error_answer(status))
        except OSError:
            log.debug("nobody was there for the error answer")


def _linger(connection: socket.socket) -> None:
    """Let a client read its answer: closing at once could take it away again."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(LINGER_SECONDS)
        unread = LINGER_BYTES
        while unread > 0 and (chunk := connection.recv(4096)):
            unread -= len(chunk)
    with contextlib.suppress(OSError):
        # Whoever waits for more of it, gunicorn included, finds the end at once.
        connection.shutdown(socket.SHUT_RD)


def _status(error: BaseException) -> int:
    if isinstance(error, OWN_FAULTS):
        return 500
    for kind, status in REFUSED.items():
        if isinstance(error, kind):
            return status
    return 400 if isinstance(error, errors.ParseException) else 500


def _error_answer(status: int) -> bytes:
    phrase = HTTPStatus(status).phrase
    body = json.dumps({"errortext": f"{phrase}.", "statuscode": status}).encode()
    head = (
        f"HTTP/1.1 {status} {phrase}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
