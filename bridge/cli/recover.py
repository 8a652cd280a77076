"""``sitoo-bridge recover``: recovery on its own."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from queue import Empty, SimpleQueue

import click

from bridge import log, traces
from bridge.cli.options import config_option
from bridge.config import Config, load
from bridge.config.milestones import Milestones
from bridge.errors import ConfigError
from bridge.parts import create_parts
from bridge.redeem import Recovery, introduce


@click.command("recover")
@config_option
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(config_path: Path, once: bool) -> None:
    """Finish redeems that were interrupted, without serving.

    Any number of machines may do this at once.  With --once, it says how many redeems
    it settled; exit status 1: the journal cannot be reached.
    """
    if once:
        click.echo(f"settled {_recovery(load(config_path)).run_once()}")
        traces.end()
        return
    stop, again = Told(), Told()

    def told(number: int, frame: object) -> None:
        if number in (signal.SIGINT, signal.SIGTERM):
            stop.set()
        again.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, told)
    for number in (signal.SIGUSR1, signal.SIGUSR2):  # sent to have logs reopened
        signal.signal(number, signal.SIG_IGN)
    config = load(config_path)
    milestones = Milestones("recovery", config)
    recovery = _recovery(config)
    milestones.log("start")
    click.echo("ready")  # from here on: whoever started it may send signals
    milestones.log("ready")
    introduce(config.redis)
    while True:
        recovery.run_forever(again)
        again.clear()  # before anything is looked at: what comes later counts again
        if stop.is_set():
            traces.end()
            milestones.log("stopped")
            return
        recovery = _read_again(config_path, milestones) or recovery


class Told:
    """An event that a signal's handler may set.

    ``threading.Event`` has a lock, which the very thread may hold that is interrupted
    by the signal: then both would wait for ever.  A ``SimpleQueue`` may be put into.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._wakes: SimpleQueue[None] = SimpleQueue()

    def is_set(self) -> bool:
        """Whether somebody has set it."""
        return self._is_set

    def set(self) -> None:
        """Set it, and wake whoever waits."""
        self._is_set = True
        self._wakes.put(None)

    def clear(self) -> None:
        """Take back what was set."""
        self._is_set = False
        with contextlib.suppress(Empty):
            while True:
                self._wakes.get_nowait()

    def wait(self, seconds: float) -> bool:
        """Wait until it is set, but not for longer; return whether it is."""
        if not self._is_set:
            with contextlib.suppress(Empty):
                self._wakes.get(timeout=seconds)
        return self._is_set


def _recovery(config: Config) -> Recovery:
    log.configure(config.log.level, config.log.format)
    traces.begin(config.telemetry)
    parts = create_parts(config)
    return Recovery(parts.redeemer, parts.sites)


def _read_again(path: Path, milestones: Milestones) -> Recovery | None:
    """Return what recovers by the new configuration, if that is right."""
    try:
        config = load(path)
        recovery = _recovery(config)
    except ConfigError as error:
        milestones.refuse(error)
        return None
    milestones.config = config
    milestones.log("reload")
    return recovery
