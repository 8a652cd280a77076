"""A few processes that live and die together, watched by the one that started them."""

from __future__ import annotations

import contextlib
import logging
import math
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType

from bridge.processes.child import Child, Program

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, an init system, a terminal that was closed: all of them mean "stop"."""

NOT_OURS = (signal.SIGUSR1, signal.SIGUSR2)
"""What tools send to have logs reopened, which end nothing here."""

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
"""Seconds before a program is started again; they double until it lasts this long."""

LOOK_SECONDS = 1.0
"""How often somebody who waits looks whether a signal came.  Python's handlers run in
the main thread, and one that comes just before it begins to wait does not wake it."""


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


@dataclass(frozen=True)
class _HungUp:
    pass


@dataclass(frozen=True)
class _Done:
    future: Future[None]


_Event = _Ready | _Gone | _Due | _HungUp | _Done


class Crew:
    """Starts programs, waits for them, starts again what may be, stops them all.

    To be used as a context, in the main thread: signals are caught from its beginning
    to its end.
    """

    def __init__(self, *, passes_on_hangup: bool = False) -> None:
        """``passes_on_hangup``: SIGHUP is for the children, and no reason to stop."""
        # Everything arrives here: threads wait for children, handlers for signals.
        # A SimpleQueue may be put into from a signal handler, others may not.
        self._events: SimpleQueue[_Event | None] = SimpleQueue()
        self._passes_on_hangup = passes_on_hangup
        self._children: list[Child] = []
        self._awaited: set[Child] = set()
        self._behind: set[Child] = set()
        self._delays: dict[str, float] = {}
        before = {number: signal.getsignal(number) for number in SIGNALS}
        if before[signal.SIGHUP] is signal.SIG_IGN:
            del before[signal.SIGHUP]  # somebody said nohup, and means it
        for number in NOT_OURS:
            before[number] = signal.getsignal(number)
        self._handlers = before

    def __enter__(self) -> Crew:
        for number in self._handlers:
            signal.signal(number, self._asked)
        for number in NOT_OURS:
            # Children begin like this, too, before they have handlers of their own.
            signal.signal(number, signal.SIG_IGN)
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
            self._awaited.add(child)
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

    def beside(self, work: Callable[[], None]) -> None:
        """Do something, on a thread: children are watched meanwhile, and signals heard.

        Raises what ``work`` does; ``StopAsked`` and ``Ended`` do not wait for its end.
        """
        done: Future[None] = Future()
        threading.Thread(target=self._work, args=[work, done], daemon=True).start()
        while True:
            event = self._next()
            if isinstance(event, _Done) and event.future is done:
                return done.result()

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

    def _next(self, seconds: float | None = None) -> _Ready | _Done | None:
        """Deal with one event; return it when somebody may be waiting for it."""
        event = self._event(seconds)
        if event is None:
            raise StopAsked
        if isinstance(event, _Ready):
            self._awaited.discard(event.child)
            if event.child in self._behind:
                self._behind.discard(event.child)
                event.child.tell(signal.SIGHUP)
        if isinstance(event, _Due):
            self.start(event.program)
        elif isinstance(event, _Gone):
            self._replace(event)
        elif isinstance(event, _HungUp):
            self._pass_on()
        else:
            return event
        return None

    def _event(self, seconds: float | None) -> _Event | None:
        """Wait for an event, or raise ``Empty``; see ``LOOK_SECONDS``."""
        until = math.inf if seconds is None else time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            try:
                return self._events.get(timeout=max(0.0, min(LOOK_SECONDS, left)))
            except Empty:
                if left <= LOOK_SECONDS:
                    raise

    def _pass_on(self) -> None:
        """Have children read their configuration again, once they hear signals."""
        for child in self._children:
            if child in self._awaited:
                self._behind.add(child)
            else:
                child.tell(signal.SIGHUP)

    def _replace(self, gone: _Gone) -> None:
        with contextlib.suppress(ValueError):
            self._children.remove(gone.child)
        for children in (self._awaited, self._behind):
            children.discard(gone.child)
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

    def _work(self, work: Callable[[], None], done: Future[None]) -> None:
        try:
            work()
            done.set_result(None)
        except Exception as error:
            done.set_exception(error)
        self._events.put(_Done(done))

    def _asked(self, number: int, frame: FrameType | None) -> None:
        passed_on = number == signal.SIGHUP and self._passes_on_hangup
        self._events.put(_HungUp() if passed_on else None)

    def _listen(self, child: Child) -> None:
        text = child.announcement()
        if text is not None:
            self._events.put(_Ready(child, text))
        child.drain()

    def _watch(self, child: Child) -> None:
        began = time.monotonic()
        status = child.wait()
        self._events.put(_Gone(child, status, time.monotonic() - began))
