"""The HTTP server: gunicorn with threads, set up for this service.

The only package that knows gunicorn.  No line that it logs quotes a request, because
the SPI puts personal data into query strings.
"""

from __future__ import annotations

import logging
import os
import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import wsgi

from bridge import log as logs
from bridge import metrics, traces
from bridge.app import create_app
from bridge.config import Config
from bridge.config.milestones import Milestones
from bridge.errors import ConfigError
from bridge.redeem import introduce
from bridge.server.incoming import LONGEST_HEADER
from bridge.server.listener import address, listen
from bridge.server.master import Master, Stopping
from bridge.server.patience import Patience
from bridge.server.refusal import Refusals
from bridge.server.worker import Worker

__all__ = ["Server", "address", "listen"]

log = logging.getLogger(__name__)

CONNECTIONS = 4096
"""So many may be open in one worker; then whoever has waited longest makes room."""

MEMORY = "/dev/shm"  # noqa: S108
"""Heartbeats are file changes: on a disk they can block a worker."""

SPARE_FILES = 512
"""What a worker opens besides: to the CRM, to Redis, its own."""


# What every answer says of the server: its name, and nothing of what it is made with.
wsgi.SERVER = "sitoo-crm-bridge"


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn's master: it imports everything once, its workers wire it each."""

    def __init__(
        self,
        config: Config,
        listener: socket.socket,
        ready: Callable[[], None],
        read: Callable[[], Config],
        *,
        inside: socket.socket | None = None,
    ) -> None:
        """Take the listeners over; ``ready`` is called once some worker is.

        ``read`` reads the configuration once more, or raises ``ConfigError``.
        ``inside`` is where monitoring and the journal's pages are, if they are apart.
        """
        self.stopping = Stopping()
        self._config = config
        self._read = read
        where = [address(one) for one in (listener, inside) if one]
        self.milestones = Milestones("server", config, where)
        # The order says which is which: see Worker.accept.
        self._listeners = [one.detach() for one in (listener, inside) if one]
        self._ready = ready
        self._unsaid = _one_token()
        self._connections = _most_connections()
        super().__init__()

    def load_config(self) -> None:
        """Translate the bridge's settings into gunicorn's."""
        for key, value in _gunicorn_settings(self._config).items():
            self.cfg.set(key, value)
        self.cfg.set("bind", [f"fd://{one}" for one in self._listeners])
        self.cfg.set("post_fork", self._worker_forked)
        self.cfg.set("post_worker_init", self._worker_began)
        self.cfg.set("child_exit", _worker_ended)
        self.cfg.set("worker_exit", _worker_ends)
        self.cfg.set("on_exit", self._stopped)

    def run(self) -> None:
        """Serve until told to stop."""
        self.milestones.log("start")
        Master(self).run()

    def reread(self) -> bool:
        """Read the configuration once more; return whether it is to be used."""
        try:
            config = self._read()
        except ConfigError as error:
            self.milestones.refuse(error)
            return False
        if _binds(config) != _binds(self._config):
            log.warning("a new address takes a restart: the old one goes on")
        self._config = self.milestones.config = config
        logs.configure(config.log.level, config.log.format)
        self.milestones.log("reload")
        return True

    def load(self) -> Any:
        """Make the application, in each worker: connections are not shared."""
        traces.begin(self._config.telemetry)
        return create_app(self._config)

    def _worker_forked(self, server: Any, worker: Worker) -> None:
        settings = self._config.server
        worker.missed = server.SIG_QUEUE
        worker.stopping = self.stopping
        worker.queue_seconds = settings.queue_seconds
        sites = self._config.sites
        worker.refusals = Refusals(site.language for site in sites)
        worker.patience = Patience(
            head=settings.head_seconds,
            body=settings.body_seconds,
            idle=settings.keepalive_seconds,
            connections=self._connections,
            per_address=settings.address_connections,
            # Behind a proxy, every client has its address.
            proxies=settings.proxies,
        )

    def _worker_began(self, worker: Worker) -> None:
        # Not the first that was started: that one may have died before it came so far.
        if self._unsaid():
            self._ready()
            self.milestones.log("ready")
            introduce(self._config.redis)

    def _stopped(self, server: Any) -> None:
        self.milestones.log("stopped")


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


def _binds(config: Config) -> tuple[str | None, ...]:
    return config.server.bind, config.server.inside_bind


def _worker_ends(server: Any, worker: Worker) -> None:
    traces.end()


def _worker_ended(server: Any, worker: Worker) -> None:
    metrics.forget_process(worker.pid)


def _one_token() -> Callable[[], bool]:
    """Return what says yes once, among this process and all that it forks."""
    taking, giving = os.pipe()
    os.set_blocking(taking, False)
    os.write(giving, b"1")

    def take() -> bool:
        with suppress(BlockingIOError):
            return bool(os.read(taking, 1))
        return False

    return take


def _most_connections() -> int:
    """Let this process and its workers open more files; return how many connections."""
    wanted = CONNECTIONS + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(soft // 2, soft - SPARE_FILES)
    return CONNECTIONS


def _gunicorn_settings(config: Config) -> dict[str, Any]:
    server = config.server
    return {
        "workers": server.workers,
        "threads": server.threads,
        "worker_class": Worker,
        # Above our own limit, at which somebody makes room.
        "worker_connections": 2 * CONNECTIONS,
        "keepalive": server.keepalive_seconds,
        "graceful_timeout": server.graceful_seconds,
        "limit_request_field_size": LONGEST_HEADER,
        "logger_class": DiscreetLogger,
        # Its INFO lines say what processes it starts and stops; ours suffice.
        "loglevel": "debug" if config.log.level == "debug" else "warning",
        "worker_tmp_dir": MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None,
        "control_socket_disable": True,
        # No header says where a request leads, nor what scheme it came by.
        "forwarder_headers": "",
        "secure_scheme_headers": {},
        # Files go the way of all answers, which has a time limit.
        "sendfile": False,
    }
