"""The bridge's own programs, as children of the commands that need them."""

from __future__ import annotations

import logging
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.processes import Program

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
"""Where the packages lie; put first, so that children run the same code."""

METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""What names the directory where all processes leave what they have counted."""


def module(name: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of ours."""
    # Not -P alone: without an installation, the packages must be found as well.
    return [sys.executable, "-P", "-m", name, *arguments]


def environment() -> dict[str, str]:
    """Return what children need to find the same code."""
    others = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), *([others] if others else [])])}


def server(config: Path, listener: socket.socket | None = None) -> Program:
    """Return the HTTP server, which announces where it listens.

    It inherits ``listener``, or listens where the configuration says.
    """
    inherited = [] if listener is None else [listener.fileno()]
    listen = [text for fd in inherited for text in ("--listen-fd", str(fd))]
    return Program(
        "the server",
        module("bridge.cli", "serve", "--no-recovery", "-c", str(config), *listen),
        environment=environment(),
        keep_open=inherited,
        announces=True,
        # It waits for server.graceful_seconds, and ends its workers itself.
        patience=None,
    )


def recovery(config: Path) -> Program:
    """Return the recovery; the server goes on while it is started again."""
    return Program(
        "recovery",
        module("bridge.cli", "recover", "-c", str(config)),
        environment=environment(),
        announces=True,
        replaceable=True,
    )


@contextmanager
def counting_together() -> Iterator[None]:
    """Let all children count into one directory, which is gone afterwards.

    It lies where systemd gives a service a directory of its own (RuntimeDirectory), or
    else where temporary files do.  Without any, each process counts for itself.
    """
    if METRICS_DIRECTORY in os.environ:
        yield
        return
    parent = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0] or None
    try:
        kept = tempfile.TemporaryDirectory(
            prefix="sitoo-bridge-metrics-", dir=parent, ignore_cleanup_errors=True
        )
    except OSError:
        log.warning("there is no place for metrics: each process counts for itself")
        yield
        return
    with kept as directory:
        os.environ[METRICS_DIRECTORY] = directory
        try:
            yield
        finally:
            del os.environ[METRICS_DIRECTORY]
