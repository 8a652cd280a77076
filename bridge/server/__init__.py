"""The HTTP server: gunicorn with threads, set up for this service.

The only package that knows gunicorn.  No line that it logs quotes a request, because
the SPI puts personal data into query strings.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from bridge import metrics
from bridge.app import create_app
from bridge.config import Config
from bridge.server.listener import address, listen
from bridge.server.worker import Worker

__all__ = ["Server", "address", "listen"]

LONGEST_HEADER = 16 * 1024
"""Bytes of one header: longer ones than any client sends still get the application's
own answer, and a worker's memory stays bounded (a hundred headers at most)."""


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
        self.cfg.set("post_fork", _worker_forked)
        self.cfg.set("post_worker_init", self._worker_began)
        self.cfg.set("child_exit", _worker_ended)

    def load(self) -> Any:
        """Make the application, in each worker: connections are not shared."""
        return create_app(self._config)

    def _worker_began(self, worker: Worker) -> None:
        if worker.age == 1:
            self._ready()


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


def _worker_forked(server: Any, worker: Worker) -> None:
    worker.missed = server.SIG_QUEUE


def _worker_ended(server: Any, worker: Worker) -> None:
    metrics.forget_process(worker.pid)


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
