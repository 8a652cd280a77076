"""The HTTP server: gunicorn with threads, set up for this service.

The only file that knows gunicorn.  What the server itself refuses, before the
application sees it, gets the SPI's error object too; and no line that it logs quotes a
request, because the SPI puts personal data into query strings.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import ssl
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from bridge import log as logs
from bridge import metrics
from bridge.app import create_app
from bridge.config import Config, ServerSettings
from bridge.errors import ConfigError

log = logging.getLogger(__name__)

LONGEST_HEADER = 16 * 1024
"""Bytes of one header: longer ones than any client sends still get the application's
own answer, and a worker's memory stays bounded (a hundred headers at most)."""

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


class DiscreetLogger(Logger):  # type: ignore[misc]
    """Hands gunicorn's lines to the bridge's log, without quoting requests."""

    def setup(self, cfg: Any) -> None:
        """Add no handlers: the root logger has the one."""
        self.cfg = cfg
        self.error_log.propagate = True
        self.error_log.setLevel(cfg.loglevel.upper())

    def access(self, *_: Any) -> None:
        """Write nothing: the application logs each request, without its query."""

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Drop the values: some are what a client has sent so far."""
        self.error_log.debug(msg.partition("%")[0], **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Drop the values: some are a request's address."""
        self.error_log.exception(msg.partition("%")[0], **kwargs)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn's master: it imports everything once, its workers wire it each."""

    def __init__(
        self, config: Config, listener: socket.socket, ready: Callable[[], None]
    ) -> None:
        """Take over ``listener``; ``ready`` is called when the first worker is."""
        self._config = config
        self._listener = listener.detach()
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """Translate the bridge's settings into gunicorn's."""
        for key, value in _gunicorn_settings(self._config).items():
            self.cfg.set(key, value)
        self.cfg.set("bind", f"fd://{self._listener}")
        self.cfg.set("post_worker_init", self._worker_began)
        self.cfg.set("child_exit", _worker_ended)

    def load(self) -> Any:
        """Make the application, in each worker: connections are not shared."""
        return create_app(self._config)

    def _worker_began(self, worker: Worker) -> None:
        if worker.age == 1:
            self._ready()


def _worker_ended(server: Any, worker: Worker) -> None:
    metrics.forget_process(worker.pid)


def listen(settings: ServerSettings) -> socket.socket:
    """Take the address; ``ConfigError`` when it cannot be had."""
    try:
        if settings.bind.startswith("unix:"):
            return _listen_at_path(Path(settings.bind.removeprefix("unix:")))
        host, _, port = settings.bind.rpartition(":")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), int(port)), family=family)
    except OSError as error:
        raise ConfigError(
            f"server.bind: {settings.bind} cannot be listened on "
            f"({error.strerror}): stop what uses it, or choose another address"
        ) from None


def _listen_at_path(path: Path) -> socket.socket:
    # What an earlier process left behind is no sign that somebody listens.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.fspath(path))
    listener.listen()
    return listener


def _gunicorn_settings(config: Config) -> dict[str, Any]:
    server = config.server
    return {
        "workers": server.workers,
        "threads": server.threads,
        "worker_class": Worker,
        "worker_connections": 1000,
        "keepalive": server.keepalive_seconds,
        "graceful_timeout": server.graceful_seconds,
        "limit_request_field_size": LONGEST_HEADER,
        "logger_class": DiscreetLogger,
        # Its INFO lines say what processes it starts and stops; ours suffice.
        "loglevel": "debug" if config.log.level == "debug" else "warning",
        # Heartbeats are file changes: on a disk they can block a worker.
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108
        "control_socket_disable": True,
    }


def _linger(connection: socket.socket) -> None:
    """Let a client read its answer: closing at once could take it away again."""
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(LINGER_SECONDS)
        unread = LINGER_BYTES
        while unread > 0 and (chunk := connection.recv(4096)):
            unread -= len(chunk)
        connection.shutdown(socket.SHUT_RD)
    except OSError:
        return


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
