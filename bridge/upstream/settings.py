"""How to reach one site's CRM: the ``upstream`` section of the configuration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UpstreamSettings:
    """Durations in seconds, sizes in bytes."""

    url: str
