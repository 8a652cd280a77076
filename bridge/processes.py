"""Child processes that never outlive the process that started them.

Knows nothing of what the children do.  Each child has a session of its own, so that
Ctrl-C in a terminal reaches only the parent, which then stops its children in order.
When the parent is killed without a chance to do so, a tiny shell that holds the other
end of a pipe notices and ends them: that works on every POSIX system, for children of
any language, and whichever thread started them (Linux's own parent death signal does
not).
"""

from __future__ import annotations

import atexit
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence

WATCH = """
trap '' HUP INT TERM
pids=
while read -r line; do pids=$line; done
[ -n "$pids" ] || exit 0
kill -TERM $pids
tries=50
while [ $tries -gt 0 ]; do
    alive=
    for pid in $pids; do kill -0 $pid && alive="$alive $pid"; done
    pids=$alive
    [ -n "$pids" ] || exit 0
    tries=$((tries - 1))
    sleep 0.1
done
kill -KILL $pids
"""
"""Reads the pids to end, the latest line being the valid one, until its parent is gone.

Five seconds lie between asking and forcing: as long as a worker may need for a call.
"""


class Leash:
    """What ends this process's children when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pids: set[int] = set()
        self._owner = os.getpid()
        self._watch = subprocess.Popen(  # noqa: S603 - a constant program
            ["/bin/sh", "-c", WATCH],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(self.close)

    def hold(self, pid: int) -> None:
        """End ``pid`` when this process dies."""
        with self._lock:
            self._pids.add(pid)
            self._tell()

    def release(self, pid: int) -> None:
        """Forget ``pid``, which has ended."""
        with self._lock:
            self._pids.discard(pid)
            self._tell()

    def close(self) -> None:
        """End whatever is still held, as this process's death would."""
        if os.getpid() == self._owner and self._watch.returncode is None:
            self._watch.communicate()

    def _tell(self) -> None:
        line = " ".join(map(str, sorted(self._pids))) + "\n"
        assert self._watch.stdin is not None
        self._watch.stdin.write(line.encode())
        self._watch.stdin.flush()


class Child:
    """One child process, which ends when this process does."""

    _leash: Leash | None = None

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        quiet: bool = False,
        keep_open: Sequence[int] = (),
    ) -> None:
        """Start it.

        ``environment`` is added to this process's own; ``keep_open`` are file
        descriptors that the child inherits under the same numbers.
        """
        self.name = name
        output = subprocess.DEVNULL if quiet else None
        self._process = subprocess.Popen(  # noqa: S603 - the bridge's own programs
            arguments,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=keep_open,
            start_new_session=True,
        )
        if Child._leash is None:
            Child._leash = Leash()
        Child._leash.hold(self.pid)

    @property
    def pid(self) -> int:
        """The number the system knows it by."""
        return self._process.pid

    def status(self) -> int | None:
        """Return its exit status, minus the signal that ended it, or ``None``."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for it to end, and return its exit status."""
        status = self._process.wait()
        if Child._leash is not None:
            Child._leash.release(self.pid)
        return status

    def stop(self, seconds: float = 10) -> int:
        """Ask it to end, force it after ``seconds``; return its exit status."""
        if self.status() is None:
            self._process.terminate()
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self.wait()

    def kill(self) -> int:
        """End it on the spot, as a crash would; return its exit status."""
        self._process.kill()
        return self.wait()
