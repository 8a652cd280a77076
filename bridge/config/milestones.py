"""The lines that a program writes where its life turns: start, ready, reload, stop.

Whoever looks into a log after a bad night finds what ran, in which version, for which
sites.  All of these lines have the same fields, and none has a secret.
"""

from __future__ import annotations

import logging
import platform
import time
from collections.abc import Sequence
from typing import Any, Literal

from bridge import __version__
from bridge.config.settings import Config, SiteConfig
from bridge.errors import ConfigError
from bridge.redeem.journal.server.settings import without_password

log = logging.getLogger(__name__)

Program = Literal["server", "recovery"]

SENTENCES: dict[Program, dict[str, str]] = {
    "server": {
        "start": "the bridge starts",
        "ready": "the bridge is ready",
        "reload": "the configuration was read again",
        "reload refused": "the new configuration is wrong, so the old one goes on",
        "stop": "the bridge stops",
        "stopped": "the bridge has stopped",
    },
    "recovery": {
        "start": "recovery starts",
        "ready": "recovery is ready",
        "reload": "recovery has read the configuration again",
        "reload refused": "the new configuration is wrong, so recovery keeps the old",
        "stopped": "recovery has stopped",
    },
}


class Milestones:
    """What one program says of itself; ``config`` is what it goes by."""

    def __init__(
        self, program: Program, config: Config, listeners: Sequence[str] = ()
    ) -> None:
        """``listeners``: where a server listens, the inside address last."""
        self.config = config
        self._program = program
        self._listeners = list(listeners)
        self._began = time.monotonic()

    def log(self, event: str) -> None:
        """Write the line of an event: a key of ``SENTENCES``."""
        self._log(logging.INFO, event)

    def refuse(self, error: ConfigError) -> None:
        """Say why a new configuration is not used: a line for each problem."""
        for problem in error.problems:
            self._log(logging.ERROR, "reload refused", problem=problem)

    def _log(self, level: int, event: str, **more: str) -> None:
        fields = {"event": event, **more, **self._fields()}
        log.log(level, SENTENCES[self._program][event], extra=fields)

    def _fields(self) -> dict[str, Any]:
        config = self.config
        served = {
            "workers": config.server.workers,
            "threads": config.server.threads,
            "listeners": self._listeners,
        }
        return {
            "program": self._program,
            "version": __version__,
            "python": platform.python_version(),
            "sites": [site.name for site in config.sites],
            "mappings": [_mappings(site) for site in config.sites],
            "redis_url": without_password(config.redis.url),
            **(served if self._program == "server" else {}),
            "up_seconds": round(time.monotonic() - self._began, 1),
        }


def _mappings(site: SiteConfig) -> str:
    """Name a site's mapping, or both: its customers', then its benefits'."""
    second = site.benefits
    return f"{site.mapping}+{second.mapping}" if second else site.mapping
