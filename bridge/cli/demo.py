"""``sitoo-bridge demo``: everything at once, on one machine, to play with.

Only here does one command start a CRM, a Redis and the bridge.  The bridge itself is
started as it would be in a shop: from a configuration file, which is written first.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bridge.cli import programs
from bridge.embedded import EmbeddedValkey
from bridge.errors import ConfigError
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
server:
  bind: 127.0.0.1:{port}
"""

CUSTOMER = "a26d8975-3b86-43c0-9b12-a86401074770"
PROMOTION = "d65804be-1941-4a5b-851a-abd000bfc8bc"

WELCOME = """\
The bridge is ready at {url} (user demo, password demo).

Paste one of these into another terminal:

  {curls}

{url}/docs describes the whole API and lets you try it; {url}/openapi.json is the
description itself.  {keeping}
Ctrl-C stops everything."""

CURLS = (
    ("{curl} '{url}/customers?key_type=mobile&key=0701112233'"),
    ("{curl} {url}/customers/" + CUSTOMER),
    (
        "{curl} {url}/customers/" + CUSTOMER + "/redeem -H 'Content-Type: "
        'application/json\' -d \'{{"bonus_checks": [], "promotions": ["'
        + PROMOTION
        + "\"]}}'"
    ),
)
"""Find a customer, show the card, redeem a promotion."""

CURLS_EMPTY = (
    (
        "{curl} {url}/customers -H 'Content-Type: application/json' "
        '-d \'{{"name_first": "Astrid", "mobile": "+46701112233"}}\''
    ),
    ("{curl} '{url}/customers?key_type=mobile&key=0701112233'"),
    ("{curl} {url}/consents"),
)
"""Add a customer, find it again, see what it could agree to."""


@click.command("demo")
@click.option("--port", default=8080, show_default=True, help="Where to listen.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
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
    with (
        _taken(port) as listener,
        _directory(data) as directory,
        programs.counting_together(),
        Crew() as crew,
        _valkey(directory, crew) as valkey,
    ):
        crm = crew.start(_crm(directory, crm_latency, empty))
        config = directory / "config.yaml"
        _write(config, crew.ready(crm, READY_SECONDS), valkey, port)
        _start_bridge(crew, config, listener)
        url = f"http://127.0.0.1:{port}"
        click.echo(_welcome(url, data, empty))
        crew.run()


def _start_bridge(crew: Crew, config: Path, listener: socket.socket) -> None:
    fd = listener.fileno()
    server = crew.start(
        programs.server(config, "--listen-fd", str(fd), keep_open=(fd,))
    )
    crew.ready(server, READY_SECONDS)
    crew.start(programs.recovery(config))


@contextmanager
def _taken(port: int) -> Iterator[socket.socket]:
    """Take the port before anything else is started."""
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "there is no such port"
        raise ConfigError(
            f"Port {port} is taken ({why}): choose another one with --port 18080, "
            "or make demo PORT=18080."
        ) from None
    with listener:
        yield listener


@contextmanager
def _directory(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
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


def _write(path: Path, crm: str, valkey: Path, port: int) -> None:
    redis = json.dumps(f"unix://{valkey}")
    path.write_text(CONFIG.format(crm=crm, redis=redis, port=port), "utf-8")


def _welcome(url: str, data: Path | None, empty: bool) -> str:
    curl = "curl -u demo:demo"
    lines = CURLS_EMPTY if empty else CURLS
    return WELCOME.format(
        url=url,
        curls="\n  ".join(line.format(curl=curl, url=url) for line in lines),
        keeping=f"Everything is kept in {os.fspath(data)}."
        if data
        else "Nothing is kept.",
    )
