"""The bridge under gunicorn, with a worker that can be told where to die.

Run as a program in place of ``sitoo-bridge serve``.  ``FUSE`` names a file with a
number: before and after each journal write and each call to the CRM it is counted down,
and at zero the process kills itself as the kernel would (SIGKILL).  An empty file means
that nobody dies.  Steps taken are added to the file named by ``STEPS``.  A number with
a minus has the till hang up instead: at zero, a byte goes into the pipe ``NOW``, and
one is waited for from the pipe ``GO_ON``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from bridge import log
from bridge.app import create_app
from bridge.config import load
from bridge.parts import create_parts
from bridge.redeem import Recovery, Redeemer, open_journal
from bridge.server import Server, address, listen
from mappings.demo import Mapping as Demo

WRITES = ("create", "save", "open", "close", "reserve", "claim_key", "give_key")
CALLS = ("redeem_item", "find_receipt", "undo_item")

FUSE = Path(os.environ["FUSE"])
STEPS = Path(os.environ["STEPS"])
NOW = Path(os.environ["NOW"])
GO_ON = Path(os.environ["GO_ON"])
LOCK = threading.Lock()


def burn() -> None:
    """Come one step closer to death."""
    with LOCK:
        STEPS.write_text(str(int(STEPS.read_text() or 0) + 1))
        left = FUSE.read_text()
        if not left:
            return
        if left.startswith("-"):
            let_hang_up(int(left))
            return
        FUSE.write_text(str(int(left) - 1))
        if int(left) <= 1:
            FUSE.write_text("")  # the next worker lives
            os.kill(os.getpid(), signal.SIGKILL)


def let_hang_up(left: int) -> None:
    """Count on; at zero, go on once the till has hung up."""
    if left < -1:
        FUSE.write_text(str(left + 1))
        return
    FUSE.write_text("")
    NOW.write_bytes(b"x")
    with GO_ON.open("rb", buffering=0) as go_on:
        go_on.read(1)


def fragile(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return the call with a place to die before it and after it."""

    @wraps(call)
    def step(*args: Any, **given: Any) -> Any:
        burn()
        result = call(*args, **given)
        burn()
        return result

    return step


class Mortal(Demo):
    """The demo mapping; each of its redeem verbs may be the last."""


for name in CALLS:
    setattr(Mortal, name, fragile(getattr(Demo, name)))


class MortalServer(Server):
    """As ``sitoo-bridge serve`` runs it, but for the journal and the mapping."""

    def load(self) -> Any:
        config = self._config
        journal = open_journal(config.redis, config.redeem)
        for write in WRITES:
            setattr(journal, write, fragile(getattr(journal, write)))
        app = create_app(config, mapping=Mortal, journal=journal)
        parts = create_parts(config, mapping=Mortal, journal=journal)

        @app.post("/recover/<float:later>")
        def recover(later: float) -> str:
            """Recover in this worker, as if it were so many seconds later."""
            redeemer = Redeemer(
                journal, config.redeem, clock=lambda: time.time() + later
            )
            return str(Recovery(redeemer, parts.sites).run_once())

        return app


def main() -> None:
    """Serve, and say so, as the real command does."""
    config = load(Path(sys.argv[sys.argv.index("-c") + 1]))
    log.configure(config.log.level, config.log.format)
    listener = listen(config.server.bind)
    ready = f"ready {address(listener)}"
    MortalServer(config, listener, lambda: click.echo(ready), lambda: config).run()


if __name__ == "__main__":
    main()
