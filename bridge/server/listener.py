"""The address that the bridge listens on."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from bridge.errors import ConfigError

WAITING = 1024
"""Connections that may wait to be accepted, at a moment when all workers are busy."""


def listen(bind: str) -> socket.socket:
    """Take ``host:port`` or ``unix:/path``; ``ConfigError`` when it cannot be had."""
    try:
        if bind.startswith("unix:"):
            return _at_path(Path(bind.removeprefix("unix:")))
        host, _, port = bind.rpartition(":")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        address = (host.strip("[]"), int(port))
        return socket.create_server(address, family=family, backlog=WAITING)
    except OSError as error:
        # Python adds the address, which is in the sentence already.
        why = str(error.strerror).partition(" (while")[0]
        raise ConfigError(
            f"server.bind: {bind} cannot be listened on ({why}): "
            "stop what uses it, or choose another address"
        ) from None


def address(listener: socket.socket) -> str:
    """Return where it listens, as a client would write it."""
    name = listener.getsockname()
    if isinstance(name, str):
        return f"unix:{name}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"http://{host}:{name[1]}"


def _at_path(path: Path) -> socket.socket:
    # What an earlier process left behind is no sign that somebody listens.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(os.fspath(path))
        listener.listen(WAITING)
    except OSError:
        listener.close()
        raise
    return listener
