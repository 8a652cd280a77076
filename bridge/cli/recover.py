"""``sitoo-bridge recover``: recovery on its own."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from bridge import log
from bridge.app import create_parts
from bridge.cli.options import config_option
from bridge.config import load
from bridge.redeem import Recovery


@click.command("recover")
@config_option
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(config_path: Path, once: bool) -> None:
    """Finish redeems that were interrupted, without serving.

    Any number of machines may do this at once.  With --once, it says how many redeems
    it settled; exit status 1: the journal cannot be reached.
    """
    config = load(config_path)
    log.configure(config.log.level, config.log.format)
    parts = create_parts(config)
    recovery = Recovery(parts.redeemer, parts.sites)
    if once:
        click.echo(f"settled {recovery.run_once()}")
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    recovery.run_forever(stop)
