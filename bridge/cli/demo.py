"""``sitoo-bridge demo``: everything at once, on one machine, to play with.

Only here does one command start a CRM, a Redis and the bridge.  The bridge itself is
started as it would be in a shop: from a configuration file, which is written first.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bridge import log
from bridge.cli import programs
from bridge.cli.welcome import welcome
from bridge.embedded import EmbeddedValkey
from bridge.errors import ConfigError
from bridge.journal_ui.passwords import hashed
from bridge.processes import Crew, Program

READY_SECONDS = 30.0

CONFIG = """\
# Written by `sitoo-bridge demo` at every start.
sites:
  demo:
    country: SE
    mapping: demo
    users: {{demo: demo}}
    upstream:
      url: {crm}
      auth: {{kind: header, name: X-Api-Key, value: demo-crm-key}}
redis:
  url: {redis}
journal:
  over_https: false
  users:
    demo:  # its password is demo, too
      role: operate
      password_hash: "{password_hash}"
"""


@click.command("demo")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Where to listen; 0 takes a free port.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    help="Keep everything in this directory; without it, every start is fresh.",
)
@click.option(
    "--crm-latency",
    type=click.FloatRange(min=0),
    default=0,
    metavar="MS",
    help="How many milliseconds the demo CRM takes for every answer.",
)
@click.option("--empty", is_flag=True, help="Begin without any customers.")
def command(port: int, data: Path | None, crm_latency: float, empty: bool) -> None:
    """Try the whole bridge on this machine, with a CRM to play with.

    Starts a small CRM, an embedded Valkey, the bridge and its recovery, all on
    127.0.0.1 only, and stops all of them on Ctrl-C.
    """
    log.configure("info")
    with (
        _take(port) as listener,
        _directory(data) as directory,
        programs.counting_together(),
        Crew() as crew,
        _valkey(directory, crew) as valkey,
    ):
        crm = crew.start(_crm(directory, crm_latency, empty))
        config = directory / "config.yaml"
        _write(config, crew.ready(crm, READY_SECONDS), valkey)
        server = crew.start(programs.server(config, listener))
        url = crew.ready(server, READY_SECONDS)
        crew.start(programs.recovery(config))
        click.echo(welcome(url, data, empty))
        crew.run()


@contextmanager
def _take(port: int) -> Iterator[socket.socket]:
    """Take the port before anything else is started; the server inherits it."""
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        why = f"cannot be used ({os.strerror(error.errno or 0)})"
        if error.errno == errno.EADDRINUSE:
            why = "is taken"
        raise ConfigError(
            f"Port {port} {why}: try another one, with --port 18080 "
            "or make demo PORT=18080."
        ) from None
    with listener:
        yield listener


@contextmanager
def _directory(data: Path | None) -> Iterator[Path]:
    if data is not None:
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise ConfigError(f"--data: {data} cannot be made ({why}).") from None
        yield data.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="sitoo-bridge-demo-") as directory:
        yield Path(directory)


@contextmanager
def _valkey(directory: Path, crew: Crew) -> Iterator[Path]:
    """Start the store under the crew's eyes; the crew stops it after the bridge."""
    valkey = EmbeddedValkey()
    path = valkey.start(directory / "valkey")
    crew.adopt(valkey.child)
    try:
        yield path
    finally:
        crew.stop()
        valkey.stop()


def _crm(directory: Path, latency: float, empty: bool) -> Program:
    arguments = ["--data", str(directory / "crm.json"), "--latency", str(latency)]
    return Program(
        "the demo CRM",
        programs.module("demo_crm", *arguments, *(["--empty"] if empty else [])),
        environment=programs.environment(),
        announces=True,
    )


def _write(path: Path, crm: str, valkey: Path) -> None:
    redis = json.dumps(f"unix://{valkey}")
    text = CONFIG.format(crm=crm, redis=redis, password_hash=hashed("demo"))
    path.write_text(text, "utf-8")
