"""Open connections that no thread is on: requests arrive here, and clients take leave.

One loop waits for all of them, so that a client who is slow, silent or hostile costs a
socket and some bytes, for a limited time, and never a thread.  Knows nothing of what
is asked; everything happens on the thread of the loop.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from bridge import metrics
from bridge.deadline import Clock
from bridge.server.connection import Connection, Stage
from bridge.server.patience import (
    ANSWER_SECONDS,
    LEAVE_PIECES,
    LEAVE_SECONDS,
    UNREAD_BYTES,
    Patience,
)
from bridge.server.refusal import CONTINUE, Refusals

PIECE = 64 * 1024
"""Bytes that are read at once."""


class Reception:
    """Reads requests until they are whole; ends what takes too long."""

    def __init__(
        self,
        poller: selectors.BaseSelector,
        patience: Patience,
        refusals: Refusals,
        ready: Callable[[Connection], bool],
        clock: Clock = time.monotonic,
    ) -> None:
        """``ready`` is told of a request that a thread can answer.

        It says whether one will; else the request has been refused.
        """
        self._poller, self._patience, self._ready = poller, patience, ready
        self._refusals = refusals
        self._clock = clock
        self._here: dict[Connection, None] = {}
        self._addresses: Counter[str] = Counter()
        self._latest_end = float("inf")
        self.open = 0

    # Coming

    def admit(self, connection: Connection) -> None:
        """Take a new connection, or refuse it where there are too many."""
        if self._patience.proxies.trusts(connection.peer):
            connection.address = ""
        address = connection.address
        if self.open >= self._patience.connections:
            self.make_room()
        crowded = address and self._addresses[address] >= self._patience.per_address
        if crowded or self.open >= self._patience.connections:
            metrics.CLIENTS_REFUSED.labels("connections").inc()
            with contextlib.suppress(OSError):
                connection.sock.sendall(
                    self._refusals.crowded
                    if crowded
                    else self._refusals.busy_and_closed
                )
            connection.close()
            return
        self.open += 1
        if address:
            self._addresses[address] += 1
        self._stay(connection, Stage.SILENT, self._clock() + self._patience.head)
        # What is asked has often come together with the connection.
        self._readable(connection)
        if connection in self._here:
            self._watch(connection, selectors.EVENT_READ)

    def make_room(self) -> None:
        """Close whoever has been waiting here for longest without getting on."""
        longest = next(iter(self._here), None)
        if longest:
            self.close(longest)

    def answered(self, connection: Connection, kept: bool) -> None:
        """Go on with a connection whose request has its answer.

        Once the client has read it, another request may follow if it is ``kept``.
        """
        connection.kept = kept
        if connection.sock.unsent:
            self._wait(connection, Stage.ANSWERED, ANSWER_SECONDS)
            self._make_memory(connection)
        elif kept:
            self._wait(connection, Stage.SILENT, self._patience.idle)
            if received := connection.left_over():
                self._received(connection, received)
        else:
            self._say_goodbye(connection)

    def refuse(self, connection: Connection, answer: bytes, kept: bool = False) -> None:
        """Answer a request that no thread has looked at."""
        connection.forget_request()
        with contextlib.suppress(OSError):
            connection.sock.sendall(answer)
        self.answered(connection, kept)

    def _say_goodbye(self, connection: Connection) -> None:
        """Close a connection once the client has had time to read its answer."""
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_WR)
        connection.pieces = LEAVE_PIECES
        self._wait(connection, Stage.LEAVING, LEAVE_SECONDS)

    def close(self, connection: Connection) -> None:
        """Close a connection at once."""
        self._leave(connection)
        connection.close()
        self.open -= 1
        if connection.address:
            self._addresses[connection.address] -= 1
            if not self._addresses[connection.address]:
                del self._addresses[connection.address]

    # Waiting

    def check_time(self) -> None:
        """End whatever has taken too long."""
        now = self._clock()
        for connection in [one for one in self._here if one.until <= now]:
            if connection.stage in (Stage.SILENT, Stage.ANSWERED, Stage.LEAVING):
                self.close(connection)
                continue
            metrics.CLIENTS_REFUSED.labels(connection.stage.name.lower()).inc()
            self.refuse(connection, self._refusals.too_slow)

    def end_idle(self, at: float) -> None:
        """Wait for no first byte beyond a moment, from now on."""
        self._latest_end = at
        for connection in self._here:
            if connection.stage is Stage.SILENT:
                connection.until = min(connection.until, at)

    def close_all(self) -> None:
        """Close everything that is here."""
        for connection in list(self._here):
            self.close(connection)

    def _wait(self, connection: Connection, stage: Stage, seconds: float) -> None:
        self._stay(connection, stage, self._clock() + seconds)
        writes = stage is Stage.ANSWERED
        self._watch(
            connection, selectors.EVENT_WRITE if writes else selectors.EVENT_READ
        )

    def _watch(self, connection: Connection, events: int) -> None:
        """Have the poller tell of a connection: each change costs a system call."""
        if connection.watched == events:
            return
        self._unwatch(connection)
        connection.watched = events
        writes = events == selectors.EVENT_WRITE
        act = self._writable if writes else self._readable
        with contextlib.suppress(OSError, ValueError):
            self._poller.register(connection.sock, events, partial(act, connection))

    def _unwatch(self, connection: Connection) -> None:
        if connection.watched:
            connection.watched = 0
            with contextlib.suppress(OSError, KeyError, ValueError):
                self._poller.unregister(connection.sock)

    def _stay(self, connection: Connection, stage: Stage, until: float) -> None:
        """Go on waiting, behind all who have been waiting for longer."""
        self._here.pop(connection, None)
        self._here[connection] = None
        connection.stage = stage
        connection.until = until
        if stage is Stage.SILENT:
            connection.until = min(until, self._latest_end)

    def _leave(self, connection: Connection) -> None:
        self._here.pop(connection, None)
        self._unwatch(connection)

    # Writing

    def _writable(self, connection: Connection, _: object) -> None:
        if connection not in self._here:
            return  # closed meanwhile, in the same round
        try:
            connection.sock.flush()
        except OSError:
            self.close(connection)
            return
        if not connection.sock.unsent:
            self._leave(connection)
            self.answered(connection, connection.kept)

    def _make_memory(self, connection: Connection) -> None:
        """Close a connection whose client reads too little, with many others."""
        waiting = [one for one in self._here if one.stage is Stage.ANSWERED]
        if sum(len(one.sock.unsent) for one in waiting) > UNREAD_BYTES:
            self.close(connection)

    # Reading

    def _readable(self, connection: Connection, _: object = None) -> None:
        if connection not in self._here:
            return
        try:
            data = connection.sock.recv(PIECE, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.close(connection)
            return
        if connection.stage is Stage.LEAVING:
            connection.pieces -= 1
            if not data or not connection.pieces:
                self.close(connection)
        elif data:
            self._received(connection, data)
        elif connection.incoming.head:
            self._hand_over(connection)  # cut off: the parser knows what to say
        else:
            self.close(connection)

    def _received(self, connection: Connection, data: bytes) -> None:
        connection.receive(data)
        incoming = connection.incoming
        if incoming.ready:
            self._hand_over(connection)
        elif incoming.head and connection.stage is not Stage.BODY:
            until = connection.began + self._patience.body
            self._stay(connection, Stage.BODY, until)
            if incoming.expects:
                with contextlib.suppress(OSError):
                    connection.sock.sendall(CONTINUE)
        elif incoming.begun and connection.stage is Stage.SILENT:
            until = connection.began + self._patience.head
            self._stay(connection, Stage.HEAD, until)

    def _hand_over(self, connection: Connection) -> None:
        if self._ready(connection):
            self._leave(connection)
