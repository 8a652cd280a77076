"""``make simulate SEEDS=10000 FIRST=0``: play many seeds, or one again."""

from __future__ import annotations

import argparse
import os
import sys

from tests.simulation.campaign import campaign


def main() -> None:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--all", action="store_true", help="go on after a failure")
    chosen = parser.parse_args()
    total = campaign(
        chosen.first, chosen.seeds, chosen.processes, _say, goes_on=chosen.all
    )
    sys.exit(bool(total.failed))


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
