"""A few processes that live and die together, watched by the one that started them."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType

from bridge.processes.child import Child, Program

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, an init system, a terminal that was closed: all of them mean "stop"."""

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
"""Seconds before a program is started again; they double until it lasts this long."""


class StopAsked(Exception):
    """Somebody wants everything to stop."""


class Ended(Exception):
    """A process ended that the others cannot do without."""

    def __init__(self, child: Child, status: int) -> None:
        self.name = child.name
        self.status = status if status > 0 else 1
        super().__init__(f"{child.name} ended unexpectedly")


@dataclass(frozen=True)
class _Ready:
    child: Child
    text: str


@dataclass(frozen=True)
class _Gone:
    child: Child
    status: int
    after: float


@dataclass(frozen=True)
class _Due:
    program: Program


class Crew:
    """Starts programs, waits for them, starts again what may be, stops them all.

    To be used as a context, in the main thread: signals are caught from its beginning
    to its end.
    """

    def __init__(self) -> None:
        # Everything arrives here: threads wait for children, handlers for signals.
        # A SimpleQueue may be put into from a signal handler, others may not.
        self._events: SimpleQueue[_Ready | _Gone | _Due | None] = SimpleQueue()
        self._children: list[Child] = []
        self._delays: dict[str, float] = {}
        before = {number: signal.getsignal(number) for number in SIGNALS}
        if before[signal.SIGHUP] is signal.SIG_IGN:
            del before[signal.SIGHUP]  # somebody said nohup, and means it
        self._handlers = before

    def __enter__(self) -> Crew:
        for number in self._handlers:
            signal.signal(number, self._asked)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def start(self, program: Program) -> Child:
        """Start a program and watch it."""
        child = Child(program)
        self.adopt(child)
        if program.announces:
            threading.Thread(target=self._listen, args=[child], daemon=True).start()
        return child

    def adopt(self, child: Child) -> None:
        """Watch a child that somebody else started, and stop it with the others."""
        self._children.append(child)
        threading.Thread(target=self._watch, args=[child], daemon=True).start()

    def ready(self, child: Child, seconds: float) -> str:
        """Wait until a child has announced itself; return what it said.

        Raises ``StopAsked``, ``Ended`` for any child that matters, or ``TimeoutError``.
        """
        until = time.monotonic() + seconds
        while True:
            try:
                event = self._next(until - time.monotonic())
            except Empty:
                raise TimeoutError(f"{child.name} was not ready in time") from None
            if isinstance(event, _Ready) and event.child is child:
                return event.text

    def run(self) -> None:
        """Keep everything going until ``StopAsked`` or ``Ended`` is raised."""
        while True:
            self._next()

    def stop(self) -> None:
        """Stop the youngest first; a second Ctrl-C ends all of them at once."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            while self._children:
                self._children[-1].stop()
                self._children.pop()
        except KeyboardInterrupt:
            while self._children:
                self._children.pop().kill()

    def _next(self, seconds: float | None = None) -> _Ready | None:
        """Deal with one event; return it when somebody may be waiting for it."""
        event = self._events.get(timeout=None if seconds is None else max(0, seconds))
        if event is None:
            raise StopAsked
        if isinstance(event, _Due):
            self.start(event.program)
        elif isinstance(event, _Gone):
            self._replace(event)
        else:
            return event
        return None

    def _replace(self, gone: _Gone) -> None:
        with contextlib.suppress(ValueError):
            self._children.remove(gone.child)
        program = gone.child.program
        if not program.replaceable:
            raise Ended(gone.child, gone.status)
        delay = self._delays.get(program.name, FIRST_DELAY)
        if gone.after >= LONGEST_DELAY:
            delay = FIRST_DELAY
        self._delays[program.name] = min(LONGEST_DELAY, delay * 2)
        log.error(
            "a process ended and will be started again",
            extra={"program": program.name, "status": gone.status, "seconds": delay},
        )
        timer = threading.Timer(delay, self._events.put, [_Due(program)])
        timer.daemon = True
        timer.start()

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self._events.put(None)

    def _listen(self, child: Child) -> None:
        text = child.announcement()
        if text is not None:
            self._events.put(_Ready(child, text))
        child.drain()

    def _watch(self, child: Child) -> None:
        began = time.monotonic()
        status = child.wait()
        self._events.put(_Gone(child, status, time.monotonic() - began))
