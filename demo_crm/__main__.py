"""``python -m demo_crm``: say where the CRM listens, and serve until told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from demo_crm.seed import nobody, seed
from demo_crm.server import Server
from demo_crm.state import State


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo_crm", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data", type=Path, help="JSON file; without: in memory")
    parser.add_argument("--latency", type=float, default=0, metavar="MS")
    parser.add_argument("--empty", action="store_true", help="begin without contacts")
    return parser.parse_args()


def leave(signum: int, frame: FrameType | None) -> None:
    """Stop at once: what was answered is saved, what was not is not promised."""
    sys.exit(0)


def main() -> None:
    given = arguments()
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    state = State(nobody if given.empty else seed, given.data)
    try:
        server = Server(state, given.port, given.latency)
    except OSError as error:
        sys.exit(f"demo CRM: cannot listen on port {given.port}: {error.strerror}")
    print(f"ready {server.url}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
