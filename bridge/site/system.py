"""One CRM, and how a process reaches it.  Knows nothing of other systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.deadline import Deadline
from bridge.mapping import Mapping
from bridge.model import Context

if TYPE_CHECKING:
    from bridge.upstream import Gateway


@dataclass(frozen=True)
class System:
    """A mapping's class, its options, and the way to its CRM."""

    mapping_class: type[Mapping]
    options: Any
    gateway: Gateway

    def mapping(self, context: Context, deadline: Deadline) -> Mapping:
        """Return a mapping object for one request."""
        upstream = self.gateway.at(deadline, context)
        mapping = self.mapping_class(self.options, upstream, context)
        upstream.explain = mapping.explain
        return mapping
