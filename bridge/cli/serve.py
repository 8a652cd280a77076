"""``sitoo-bridge serve``: the server, and recovery beside it."""

from __future__ import annotations

import functools
import socket
import sys
from pathlib import Path

import click

from bridge import log
from bridge.cli import programs
from bridge.cli.options import config_option
from bridge.processes import Crew

READY_SECONDS = 60.0
"""A slow disk may need long for the first import of everything."""


@click.command("serve")
@config_option
@click.option(
    "--no-recovery",
    is_flag=True,
    help="Serve only: `sitoo-bridge recover` runs elsewhere.",
)
@click.option("--listen-fd", type=int, hidden=True)
def command(config_path: Path, no_recovery: bool, listen_fd: int | None) -> None:
    """Answer the POS, and recover interrupted redeems beside it.

    Says `ready` and the address on standard output, logs to standard error, and stops
    gracefully on SIGTERM or Ctrl-C.  SIGHUP has it read its configuration again; a
    wrong one is refused, with its reason in the log.  Exit status 2: the configuration
    is wrong.
    """
    log.configure("info")
    with programs.counting_together():
        if no_recovery:
            _serve(config_path, listen_fd)
        else:
            _supervise(config_path)


def _supervise(config_path: Path) -> None:
    """Run both as children; this process stays small and only watches."""
    # A terminal that is closed hangs up as well, and then means "stop".
    with Crew(passes_on_hangup=not sys.stdin.isatty()) as crew:
        server = crew.start(programs.server(config_path))
        address = crew.ready(server, READY_SECONDS)
        crew.start(programs.recovery(config_path))
        click.echo(f"ready {address}")
        crew.run()


def _serve(config_path: Path, listen_fd: int | None) -> None:
    """Become the server."""
    from bridge.config import load
    from bridge.server import Server, address, listen

    config = load(config_path)
    log.configure(config.log.level, config.log.format)
    if listen_fd is None:
        listener = listen(config.server.bind, config.server.socket_mode)
    else:
        listener = socket.socket(fileno=listen_fd)
    ready = f"ready {address(listener)}"
    inside = None
    if config.server.inside_bind:
        where = config.server.inside_bind, config.server.socket_mode
        inside = listen(*where, "server.inside_bind")
        ready += f" inside {address(inside)}"
    reread = functools.partial(load, config_path)
    Server(config, listener, lambda: click.echo(ready), reread, inside=inside).run()
