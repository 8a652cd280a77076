"""``sitoo-bridge demo``: everything at once, on one machine, to play with.

Only here does one command start a CRM, a Redis and the bridge.  The bridge itself is
started as it would be in a shop: from a configuration file, which is written first.
What it says then is in ``welcome``; ``trouble`` is what tills can have with it.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bridge import log
from bridge.cli import programs
from bridge.cli.demo.till import Crm
from bridge.cli.demo.trouble import Trouble
from bridge.cli.demo.welcome import welcome
from bridge.cli.options import FilePath
from bridge.embedded import EmbeddedValkey
from bridge.errors import ConfigError
from bridge.journal_ui.door.passwords import hashed
from bridge.processes import Crew, Program

READY_SECONDS = 60.0

KEY = "demo-crm-key"

CONFIG = """\
# Written by `sitoo-bridge demo` at every start.
sites:
  demo:
    country: SE
    mapping: demo
    users: {{demo: demo}}
    upstream:
      url: {crm}
      auth: {{kind: header, name: X-Api-Key, value: {key}}}
redis:
  url: {redis}
journal:
  over_https: false
  users:
    demo:  # its password is demo, too
      role: operate
      password_hash: "{password_hash}"
"""

PRACTICE = """\
server:
  # What one process knows of the CRM goes for every till.
  workers: 1
redeem:
  # What is open stays so until somebody has practised on it.
  stuck_after_attempts: 1000
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
    type=FilePath(file_okay=False, writable=True),
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
@click.option(
    "--with-trouble",
    is_flag=True,
    help="Begin with troubled redeems to practise on, as support does; it takes some "
    "ten seconds.",
)
def command(
    port: int, data: Path | None, crm_latency: float, empty: bool, with_trouble: bool
) -> None:
    """Try the whole bridge on this machine, with a CRM to play with.

    Starts a small CRM, an embedded Valkey, the bridge and its recovery, all on
    127.0.0.1 only, and stops all of them on Ctrl-C.
    """
    if with_trouble and empty:
        raise click.UsageError("--with-trouble needs customers: leave --empty out.")
    log.configure("info")
    with (
        _take(port) as listener,
        _directory(data) as directory,
        programs.counting_together(),
        Crew() as crew,
        _valkey(directory, crew, fresh=with_trouble) as valkey,
    ):
        demo = Demo(crew, directory, listener, valkey, crm_latency)
        url, crm = demo.start_with_trouble() if with_trouble else demo.start(empty)
        click.echo(welcome(url, crm, demo.config, data, empty, with_trouble))
        crew.run()


@dataclass(frozen=True)
class Demo:
    """All that is started, over a Valkey that runs."""

    crew: Crew
    directory: Path
    listener: socket.socket
    valkey: Path
    latency: float

    @property
    def config(self) -> Path:
        """The bridge's configuration, written anew at every start."""
        return self.directory / "config.yaml"

    def start(self, empty: bool) -> tuple[str, str]:
        """Return where the bridge is and where the CRM is, when both are ready."""
        crm = self._crm("--empty") if empty else self._crm()
        self._write(crm)
        url = self._server()
        self.crew.start(programs.recovery(self.config))
        return url, crm

    def start_with_trouble(self) -> tuple[str, str]:
        """Do so after some trouble: at first, the CRM is not there at all."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        crm = f"http://127.0.0.1:{port}"
        self._write(crm, PRACTICE)
        url = self._server()
        trouble = Trouble(url, Crm(crm, KEY))
        self.crew.beside(trouble.without_crm)
        self._crm("--port", str(port))
        self.crew.start(programs.recovery(self.config))
        self.crew.beside(trouble.with_crm)
        return url, crm

    def _server(self) -> str:
        server = self.crew.start(programs.server(self.config, self.listener))
        return self.crew.ready(server, READY_SECONDS)

    def _crm(self, *arguments: str) -> str:
        kept = ["--data", str(self.directory / "crm.json")]
        slow = ["--latency", str(self.latency)]
        program = Program(
            "the demo CRM",
            programs.module("demo_crm", *kept, *slow, *arguments),
            environment=programs.environment(),
            announces=True,
        )
        return self.crew.ready(self.crew.start(program), READY_SECONDS)

    def _write(self, crm: str, more: str = "") -> None:
        text = CONFIG.format(
            crm=crm,
            key=KEY,
            redis=json.dumps(f"unix://{self.valkey}"),
            password_hash=hashed("demo"),
        )
        self.config.write_text(text + more, "utf-8")


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
def _valkey(directory: Path, crew: Crew, *, fresh: bool) -> Iterator[Path]:
    """Start the store under the crew's eyes; the crew stops it after the bridge."""
    if fresh and (directory / "crm.json").exists():
        raise ConfigError(
            f"--data: {directory} has a demo in it already: --with-trouble needs a new "
            "directory, or none."
        )
    valkey = EmbeddedValkey()
    path = valkey.start(directory / "valkey")
    crew.adopt(valkey.child)
    try:
        yield path
    finally:
        crew.stop()
        valkey.stop()
