"""A worker process: it reads requests, has threads answer them, and refuses the rest.

A thread gets a request only when it is there to its last byte, and leaves as soon as
it is answered: see ``reception`` for clients and ``queue`` for threads.  gunicorn's
worker is the frame; its loop, its parser and its way to the application are used.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import signal
import socket
import sys
import time
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from bridge import log as logs
from bridge.arrival import ENVIRON
from bridge.server import refusal
from bridge.server.connection import Connection
from bridge.server.line import Line
from bridge.server.listener import PASSING, SCARCE, waiting
from bridge.server.master import Stopping
from bridge.server.notice import Notice
from bridge.server.patience import IDLE_SECONDS, Patience
from bridge.server.queue import Queue
from bridge.server.reception import Reception
from bridge.server.refusal import Refusals

log = logging.getLogger(__name__)

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

CALM_SECONDS, BUSY_SECONDS = 0.005, 0.002
"""How long a thread computes while others wait.  Less costs more: each waits in steps
of that.  But the loop waits for its turn at every system call, and where it has many
connections it would be too slow at Python's 5 ms to refuse what is too much."""

ACCEPTED = 16
MANY = 128
"""So many connections are taken at once, where there are many: with few, each worker
takes one at a time, so that all have their share."""

TICK_SECONDS = 0.1
"""How exact the times are for which clients and threads are waited for."""

PROBE_SECONDS = 5.0
"""How long a machine's question waits for the thread that is there for them."""

ABANDONED_SECONDS = 0.05
"""Whose request came longer ago may have gone meanwhile."""

NOT_BEGUN = object()
"""What became of a request that has been answered meanwhile, because it waited."""

TOO_LATE = object()
"""What becomes of one whose thread came too late: it is answered like the others."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """One process; requests run in threads, connections cost none."""

    missed: SimpleQueue[int]
    """Where a signal goes that comes before ``init_signals``: the master's own queue,
    inherited as a copy that nobody reads."""

    stopping: Stopping
    """Whether all of the service stops, and not this worker alone."""

    patience: Patience
    refusals: Refusals
    queue_seconds: float

    wsgi: Any

    def init_signals(self) -> None:
        """Heed a stop that came too early, for which the master would wait in vain."""
        super().init_signals()
        with contextlib.suppress(Empty):
            while True:
                if self.missed.get_nowait() in STOPS:
                    self.alive = False

    def load_wsgi(self) -> None:
        """Make the application, and hand it each request's arrival."""
        super().load_wsgi()
        application = self.wsgi

        def with_arrival(environ: dict[str, Any], start_response: Any) -> Any:
            environ[ENVIRON] = environ["gunicorn.socket"].arrival
            return application(environ, start_response)

        self.wsgi = with_arrival
        self.tills = Queue(self.cfg.threads, self.queue_seconds, pool=self.tpool)
        self.notice = Notice(self.tills)
        self.probes = Queue(1, PROBE_SECONDS)
        self.reception = Reception(
            self.poller, self.patience, self.refusals, self.enqueue_req
        )
        self._addresses: dict[socket.socket, Any] = {}
        self._checked = self._notified = 0.0

    # The loop

    def accept(self, listener: socket.socket) -> None:
        """Take a connection that waits in the listener, or some of many."""
        for _ in range(ACCEPTED if self.reception.open >= MANY else 1):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno == errno.EINVAL:
                    self.alive = False  # nobody listens any more: the service stops
                elif error.errno in SCARCE:
                    self.reception.make_room()
                elif error.errno not in PASSING:
                    raise
                return
            conn = Connection(self.cfg, Line(sock), client, self._address(listener))
            if len(self.sockets) > 1:
                conn.inside = listener is self.sockets[1]
            self.reception.admit(conn)

    def _address(self, listener: socket.socket) -> Any:
        """Return where it listens, which does not change."""
        address = self._addresses.get(listener)
        if address is None:
            address = self._addresses[listener] = listener.getsockname()
        return address

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin or cease to accept connections.

        When the service stops, whoever is connected already is let in, and only then
        does the listener turn others away; where other workers go on, it is theirs.
        """
        super().set_accept_enabled(enabled)
        if enabled or not self.stopping:
            return
        for listener in self.sockets:
            while waiting(listener):
                self.accept(listener)
            with contextlib.suppress(OSError):
                listener.sock.shutdown(socket.SHUT_RDWR)
        self.nr_conns = self.reception.open

    def enqueue_req(self, conn: Connection) -> bool:
        """Have a thread answer a request, or refuse it at once; say which."""
        queue = self.probes if conn.incoming.probes else self.tills
        if not queue.join(conn):
            self._turn_away(conn)
            return False
        future = queue.pool.submit(self._take, queue, conn)
        future.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )
        return True

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        """Go on with a connection once a thread is through with it."""
        kept = False if fs.cancelled() or fs.exception() else fs.result()
        if kept is TOO_LATE:
            self._turn_away(conn)
        elif kept is not NOT_BEGUN:
            self.reception.answered(conn, bool(kept))

    def notify(self) -> None:
        """Tell the master that the loop goes on; not each time: it is a system call."""
        if (now := time.monotonic()) - self._notified >= TICK_SECONDS:
            self._notified = now
            super().notify()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for clients and threads; end what has been waited for too long."""
        if self.reception.open:
            timeout = min(timeout, TICK_SECONDS)
        super().wait_for_and_dispatch_events(timeout)
        now = time.monotonic()
        if now - self._checked < TICK_SECONDS:
            return
        self._checked = now
        for queue in (self.tills, self.probes):
            for conn in queue.overdue():
                self._turn_away(conn)
        self.reception.check_time()
        self.nr_conns = self.reception.open
        many = self.reception.open >= MANY
        sys.setswitchinterval(BUSY_SECONDS if many else CALM_SECONDS)
        self.notice.tell()

    def murder_keepalived(self, force: bool = False) -> None:
        """Close what is open, at the very end; see ``Reception.check_time`` before."""
        if force:
            self.reception.close_all()

    def _cap_keepalive(self, deadline: float) -> None:
        """Leave idle connections open for as long as a proxy may send something."""
        self.reception.end_idle(time.monotonic() + IDLE_SECONDS)

    # In a thread

    def _take(self, queue: Queue, conn: Connection) -> Any:
        waited = queue.begin(conn)
        if waited is None:
            return NOT_BEGUN
        began = time.monotonic()
        try:
            if queue.too_long(waited):
                return TOO_LATE
            if began - conn.began > ABANDONED_SECONDS and conn.sock.hung_up():
                return False
            conn.begin(waited, self.tills.load)
            return self.handle(conn)
        finally:
            queue.end(time.monotonic() - began)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Have the application answer; the word to go on was said long ago.

        The answer says so where no other request can follow: what a client or a proxy
        sends on a connection that is about to be closed is lost.
        """
        req._expected_100_continue = False
        if conn.last_request:
            req.force_close()
        conn.sock.begins = True
        try:
            return super().handle_request(req, conn)
        finally:
            conn.sock.let_go()

    def handle_error(
        self, req: Any, client: socket.socket, addr: Any, exc: BaseException
    ) -> None:
        """Answer what did not get through to the application."""
        logs.request_id.set("")
        status = refusal.status_of(exc)
        fields = {"status": status, "error": type(exc).__name__}
        if status == 500:
            log.error("a request failed in the server", extra=fields, exc_info=exc)
        else:
            log.warning("an invalid request was refused", extra=fields)
        try:
            client.sendall(self.refusals.answer(status, "", refusal.CLOSE))
        except OSError:
            log.debug("nobody was there for the error answer")

    # Refusing

    def _turn_away(self, conn: Connection) -> None:
        """Say that too many are waiting, without a thread."""
        self.notice.refused()
        kept = conn.incoming.repeatable and self.alive
        answer = self.refusals.busy if kept else self.refusals.busy_and_closed
        self.reception.refuse(conn, answer, kept)
