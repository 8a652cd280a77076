"""``python -m bench``: everything, in one table; or the parts that are named."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import (
    card,
    commands,
    described,
    edge,
    hanging,
    journal_pages,
    overload,
    processes,
    redeem,
    slow_clients,
    spelling,
    traces,
)
from bench.figures import Chapter, show
from bench.machine import description

PARTS = {
    "edge": edge.chapters,
    "card": card.chapters,
    "described": described.chapters,
    "spelling": spelling.chapters,
    "hanging": hanging.chapters,
    "overload": overload.chapters,
    "slow": slow_clients.chapters,
    "processes": processes.chapters,
    "redeem": redeem.chapters,
    "pages": journal_pages.chapters,
    "traces": traces.chapters,
    "commands": commands.chapters,
}


def main(names: list[str]) -> None:
    chapters: list[Chapter] = []
    machine = description()
    for name in names or PARTS:
        print(f"measuring: {name} ...", end="\r", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            chapters += PARTS[name](Path(directory))
    show(chapters, machine)


if __name__ == "__main__":
    main(sys.argv[1:])
