"""What a process says of itself."""

from __future__ import annotations

import platform

from prometheus_client import Gauge

from bridge import __version__

BUILD = Gauge(
    "sitoo_bridge_build_info",
    "Always 1: which version of the bridge runs, on which Python",
    ["version", "python"],
    multiprocess_mode="livemax",
)


def introduce() -> None:
    """Say which version this process is: after a fork, once more."""
    BUILD.labels(__version__, platform.python_version()).set(1)
