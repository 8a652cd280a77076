"""One site: a retailer's shop chain with its own CRM, credentials and country."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any

from bridge.deadline import Deadline
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.secret import Secret
from bridge.upstream import Cache, Gateway


@dataclass(frozen=True)
class Site:
    """What a process keeps for one site, shared by all its requests."""

    name: str
    country: str
    mapping_class: type[Mapping]
    options: Any
    gateway: Gateway
    users: Table[str, tuple[Secret, ...]]
    catalogue: Cache
    """Consents and additional options: the same for every customer."""

    def mapping(self, context: Context, deadline: Deadline) -> Mapping:
        """Return a mapping object for one request."""
        upstream = self.gateway.at(deadline, context)
        mapping = self.mapping_class(self.options, upstream, context)
        upstream.explain = mapping.explain
        return mapping
