"""A client's connection: what is written to it, and whether anybody is at its end.

Nobody ever waits here: not for a client to send, and not for one to read.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import struct
from socket import MSG_DONTWAIT
from typing import Any

from bridge.arrival import Arrival

BODY = re.compile(rb"\r\n(?:content-length: [1-9]|transfer-encoding)", re.IGNORECASE)
"""What a head says of a body that follows it."""

HANGS_UP = getattr(select, "POLLRDHUP", select.POLLHUP)
"""The client has closed its end: only Linux tells it apart from silence."""

LAST_DATA, LAST_ACK = 52, 56
"""Where ``tcpi_last_data_recv`` and ``tcpi_last_ack_recv`` stand in linux/tcp.h's
``struct tcp_info``: how long ago they came, in milliseconds."""


class Line(socket.socket):
    """A socket that keeps what a client does not read at once."""

    arrival: Arrival
    """Of the request that is being answered."""

    def __init__(self, accepted: socket.socket) -> None:
        """Take over a connection."""
        kind = accepted.family, accepted.type, accepted.proto
        super().__init__(*kind, fileno=accepted.detach())
        self.unsent = b""
        """What the client's side has not taken yet."""
        self.begins = False
        """Whether an answer is to be written of which nothing has been yet."""
        self._head = b""
        """An answer's head, until its body comes: together they are one packet."""

    def setblocking(self, flag: bool) -> None:
        """Stay as it is: each call here says for itself that it does not wait."""

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Write what is taken at once, and keep the rest; a head waits for its body."""
        if self.begins:
            self.begins = False
            if BODY.search(data):
                self._head = data
                return
        if self._head:
            data, self._head = self._head + data, b""
        if not self.unsent:
            with contextlib.suppress(BlockingIOError):
                data = memoryview(data)[self.send(data, flags | MSG_DONTWAIT) :]
        if data:
            self.unsent += data

    def let_go(self) -> None:
        """Write a head whose body does not come: that of an answer to HEAD."""
        self.begins = False
        if self._head:
            self.sendall(b"")

    def flush(self) -> None:
        """Write what was kept, as far as it is taken now."""
        with contextlib.suppress(BlockingIOError):
            self.unsent = self.unsent[self.send(self.unsent, MSG_DONTWAIT) :]

    def hung_up(self) -> bool:
        """Whether the client has closed its end, or the connection is gone.

        A client that only closes its sending half looks the same, and so would be told
        that it had gone: no till and no proxy does that.
        """
        try:
            poll = select.poll()
            poll.register(self, HANGS_UP)
            return bool(poll.poll(0))
        except (OSError, ValueError):
            return True

    def gone_seconds(self) -> float | None:
        """Return how long ago the client closed its end; ``None`` if it cannot be told.

        A close acknowledges what was received, and nothing comes after it, so the last
        acknowledgement's age is the answer.
        """
        return self._since(LAST_ACK)

    def unread_seconds(self) -> float:
        """Return how long what has come last has been there; 0 if it cannot be told.

        A request may have waited for somebody who reads it: in the listener's queue
        while a worker was started again, or for a process that stood still.
        """
        return self._since(LAST_DATA) or 0.0

    def _since(self, what: int) -> float | None:
        """Ask Linux, which keeps it (tcp(7), TCP_INFO); a path has nothing like it."""
        try:
            known = self.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 60)
            milliseconds: int = struct.unpack_from("=I", known, what)[0]
        except (AttributeError, OSError, struct.error):
            return None
        return milliseconds / 1000
