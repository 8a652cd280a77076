"""One connection, from its first request to its last."""

from __future__ import annotations

import time
from enum import Enum, auto
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn

from bridge.arrival import Arrival, Load
from bridge.server.incoming import Incoming
from bridge.server.line import Line
from bridge.throttle import counted_as


class Stage(Enum):
    """What an open connection that no thread is on is waiting for."""

    #: the first byte of a request
    SILENT = auto()
    #: the rest of a request's head
    HEAD = auto()
    #: the rest of its body
    BODY = auto()
    #: the client to read its answer
    ANSWERED = auto()
    #: the client's end of the connection: everything has been said
    LEAVING = auto()


class Connection(TConn):  # type: ignore[misc]
    """gunicorn's connection, whose requests are there before anybody parses them."""

    sock: Line
    initialized: bool

    def __init__(self, cfg: Any, line: Line, client: Any, server: Any) -> None:
        super().__init__(cfg, line, client, server)
        self.data_ready = True
        self.stage = Stage.SILENT
        self.until = 0.0
        self.incoming = Incoming()
        self.began = 0.0
        """When the first byte of the request was there, though nobody read it yet."""
        self.last_request = False
        """Whether no other one can follow: nobody knows where this one ends, or its
        client says so."""
        self.watched = 0
        """What the poller tells of: its events."""
        self.kept = False
        """Whether another request may follow this one's answer."""
        self.pieces = 0
        """How many pieces more a client that is leaving may send."""
        self.inside: bool | None = None
        """Whether it came to the inner of two listeners."""
        self.peer = str(client[0]) if isinstance(client, tuple) else ""
        """The address at its other end; "" for somebody at a path of this machine."""
        self.address = counted_as(self.peer)
        """Whom it counts for; "" for nobody."""

    def receive(self, data: bytes) -> None:
        """Take what has come of a request."""
        if not self.incoming.begun:
            self.began = time.monotonic() - self.sock.unread_seconds()
        self.incoming.add(data)

    def begin(self, queued: float, load: Load) -> None:
        """Give the request to the parser, which never reads from the socket itself."""
        self.init()
        received, self.incoming = self.incoming, Incoming()
        self.last_request = received.closes or not received.certain
        self.parser.unreader.unread(bytes(received.received))
        self.sock.arrival = Arrival(
            self.began,
            queued,
            self.sock.hung_up,
            self.sock.gone_seconds,
            load,
            self.inside,
        )

    def init(self) -> None:
        """Make the parser, of whichever kind, for all requests of this connection."""
        if not self.initialized:
            self.initialized = True
            self.parser = get_parser(self.cfg, _Over(), self.client)

    def forget_request(self) -> None:
        """Be done with a request that nobody parses."""
        self.incoming = Incoming()

    def left_over(self) -> bytes:
        """Return what the parser has not used: the beginning of another request."""
        return self.parser.unreader.take_buffered() if self.initialized else b""


class _Over:
    """What the parser finds behind the bytes that it was given: the end."""

    def recv(self, _size: int) -> bytes:
        return b""
