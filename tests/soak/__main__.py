"""``make soak MINUTES=60``: run it for so long, and print the report."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.soak.run import soak


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--tills", type=int, default=12)
    parser.add_argument("--pause", type=float, default=0.3)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="soak-") as directory:
        report = soak(
            Path(directory), given.minutes, given.tills, given.pause, say=_say
        )
    for line in report.lines():
        _say(line)
    sys.exit(bool(report.wrongs))


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
