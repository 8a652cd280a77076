"""The master process: it starts workers, has them make room for others, and stops them.

gunicorn's, but for two things.  A new configuration is read before anything is given up
for it.  And workers are told whether they make room for others or the service stops:
only then does nobody accept any more what has been connected to the listener.
"""

from __future__ import annotations

import mmap

from gunicorn.arbiter import Arbiter


class Stopping:
    """Whether the service stops: one byte, which all processes of a server see."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def begin(self) -> None:
        """From now on it does."""
        self._byte[0] = 1

    def __bool__(self) -> bool:
        return self._byte[0] == 1


class Master(Arbiter):  # type: ignore[misc]
    """Starts, replaces and stops workers; signals reach it one by one."""

    def handle_hup(self) -> None:
        """Have new workers take over, if the new configuration is right."""
        if self.app.reread():
            super().handle_hup()

    def handle_usr2(self) -> None:
        """Do nothing: a new program is started by whoever watches over this one."""

    def stop(self, graceful: bool = True) -> None:
        """Stop all workers; by a signal that is in a hurry, this comes twice."""
        if not self.app.stopping:
            self.app.milestones.log("stop")
        self.app.stopping.begin()
        super().stop(graceful)
