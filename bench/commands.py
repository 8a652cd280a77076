"""What a command on the journal takes to start: processor time, of a plain install."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Chapter, Figure, at_most, middle
from bridge.embedded import EmbeddedValkey

STARTS = 11

LIMIT_SECONDS = 0.5

MISSING = "0" * 32

COMMANDS = {
    "list": (),
    "show": (MISSING,),
    "export": (),
    "audit": (),
    "close": (MISSING, "--reason", "bench", "--yes"),
}
"""On an empty journal: until there is something to show, or to ask a CRM about."""

# redis-py imports OpenTelemetry wherever it is, as in the bench's own environment.
RUN = """\
import sys
sys.modules["opentelemetry"] = None
from bridge.cli import main
main()
"""

CONFIG = """\
sites:
  sweden:
    country: SE
    mapping: demo
    users: {{bench: bench}}
    upstream: {{url: "http://127.0.0.1:1"}}
redis: {{url: "unix://{socket}"}}
"""


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure."""
    valkey = EmbeddedValkey()
    config = directory / "config.yaml"
    try:
        config.write_text(CONFIG.format(socket=valkey.start(directory / "redis")))
        yield Chapter("A command on the journal", list(_figures(config)))
    finally:
        valkey.stop()


def _figures(config: Path) -> Iterator[Figure]:
    took: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(STARTS):
        for name, others in COMMANDS.items():
            took[name].append(_seconds(name, "-c", str(config), *others))
    for name, seconds in took.items():
        yield at_most(
            f"journal {name}, processor time", middle(seconds), LIMIT_SECONDS, "s", 2
        )


def _seconds(*arguments: str) -> float:
    before = _children()
    command = [sys.executable, "-c", RUN, "journal", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, input="")
    assert done.returncode in (0, 1), done.stderr
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
