"""``sitoo-bridge serve``: the server, and recovery beside it."""

from __future__ import annotations

import socket
from pathlib import Path

import click

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
    gracefully on SIGTERM or Ctrl-C.  Exit status 2: the configuration is wrong.
    """
    with programs.counting_together():
        if no_recovery:
            _serve(config_path, listen_fd)
        else:
            _supervise(config_path)


def _supervise(config_path: Path) -> None:
    """Run both as children; this process stays small and only watches."""
    with Crew() as crew:
        server = crew.start(programs.server(config_path))
        address = crew.ready(server, READY_SECONDS)
        crew.start(programs.recovery(config_path))
        click.echo(f"ready {address}")
        crew.run()


def _serve(config_path: Path, listen_fd: int | None) -> None:
    """Become the server."""
    from bridge import log
    from bridge.config import load
    from bridge.server import Server, listen

    config = load(config_path)
    log.configure(config.log.level, config.log.format)
    if listen_fd is None:
        listener = listen(config.server)
    else:
        listener = socket.socket(fileno=listen_fd)
    address = _address(listener)
    Server(config, listener, lambda: click.echo(f"ready {address}")).run()


def _address(listener: socket.socket) -> str:
    name = listener.getsockname()
    if isinstance(name, str):
        return f"unix:{name}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"http://{host}:{name[1]}"
