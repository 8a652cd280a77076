"""One child process, which never outlives this one.

It has a session of its own, so that Ctrl-C in a terminal reaches only the parent,
which then stops its children in order.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.processes.leash import Leash


@dataclass(frozen=True)
class Program:
    """What to start, and how."""

    name: str
    """What people call it."""

    arguments: Sequence[str]

    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to this process's own."""

    keep_open: Sequence[int] = ()
    """File descriptors that it inherits under the same numbers."""

    announces: bool = False
    """Whether it writes one line that begins with ``ready`` when it is."""

    quiet: bool = False
    """Whether to throw away what it writes."""

    replaceable: bool = False
    """Whether the others go on without it while it is started again."""

    patience: float | None = 20.0
    """Seconds that it may take to end before it is forced to; ``None`` for one that
    sees to its own end in time."""


class Child:
    """A program at work."""

    _leash: Leash | None = None

    def __init__(self, program: Program) -> None:
        self.program = program
        silent = subprocess.DEVNULL if program.quiet else None
        self._process = subprocess.Popen(  # noqa: S603 - the bridge's own programs
            program.arguments,
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program.announces else silent,
            stderr=silent,
            pass_fds=program.keep_open,
            start_new_session=True,
            text=True,
        )
        if Child._leash is None:
            Child._leash = Leash()
        Child._leash.hold(self.pid)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.program.name

    @property
    def pid(self) -> int:
        """The number that the system knows it by."""
        return self._process.pid

    def announcement(self) -> str | None:
        """Wait until it says ``ready``; return what follows, or ``None`` if it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "ready":
                return rest
        return None

    def drain(self) -> None:
        """Read whatever else it says until it ends, so that it is never held up."""
        assert self._process.stdout is not None
        with self._process.stdout as rest:
            for _ in rest:
                pass

    def status(self) -> int | None:
        """Return its exit status, minus the signal that ended it, or ``None``."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for it to end, and return its exit status."""
        status = self._process.wait()
        if Child._leash is not None:
            Child._leash.release(self.pid)
        return status

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it is there."""
        self._process.send_signal(number)

    def stop(self) -> int:
        """Ask it to end, force it where it does not; return its exit status."""
        if self.status() is None:
            self._process.terminate()
            try:
                self._process.wait(self.program.patience)
            except subprocess.TimeoutExpired:
                return self.kill()
        return self.wait()

    def kill(self) -> int:
        """End it and its own children on the spot; return its exit status."""
        if self.status() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        return self.wait()
