"""The address that the bridge listens on."""

from __future__ import annotations

import errno
import os
import select
import socket
from pathlib import Path
from typing import Any

from bridge.errors import ConfigError

WAITING = 1024
"""Connections that may wait to be accepted, at a moment when all workers are busy."""

PASSING = (errno.EAGAIN, errno.ECONNABORTED, errno.EINTR, errno.EPROTO, errno.EPERM)
"""What ``accept`` may say of a connection that is gone already."""

SCARCE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
"""What it says where there is no room for another one."""


def listen(
    bind: str, socket_mode: str = "0666", key: str = "server.bind"
) -> socket.socket:
    """Take ``host:port`` or ``unix:/path``; ``ConfigError`` when it cannot be had.

    ``[::]`` listens on IPv4 as well, as people expect of it.  ``socket_mode`` is who
    may connect to a path, in octal; ``key`` is the setting that says so.
    """
    try:
        if bind.startswith("unix:"):
            return _at_path(Path(bind.removeprefix("unix:")), int(socket_mode, 8))
        host, _, port = bind.rpartition(":")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        address = (host.strip("[]"), int(port))
        both = address[0] == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(
            address, family=family, backlog=WAITING, dualstack_ipv6=both
        )
    except OSError as error:
        # Python adds the address, which is in the sentence already.
        why = str(error.strerror).partition(" (while")[0]
        raise ConfigError(
            f"{key}: {bind} cannot be listened on ({why}): "
            "stop what uses it, or choose another address"
        ) from None


def address(listener: socket.socket) -> str:
    """Return where it listens, as a client would write it."""
    name = listener.getsockname()
    if isinstance(name, str):
        return f"unix:{name}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"http://{host}:{name[1]}"


def _at_path(path: Path, mode: int) -> socket.socket:
    # What an earlier process left behind is no sign that somebody listens.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(os.fspath(path))
        # Before it listens: nobody may connect in between who should not.
        path.chmod(mode)
        listener.listen(WAITING)
    except OSError:
        listener.close()
        raise
    return listener


def waiting(listener: Any) -> bool:
    """Whether somebody is connected who has not been accepted."""
    try:
        return bool(select.select([listener.sock], [], [], 0)[0]) and not _is_over(
            listener.sock
        )
    except OSError:
        return False


def _is_over(sock: socket.socket) -> bool:
    """Whether another worker has turned the listener off."""
    return not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
