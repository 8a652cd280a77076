"""The CRM as one request sees it."""

from __future__ import annotations

from bridge.deadline import Deadline
from bridge.model import Context


class Upstream:
    """A CRM, bounded by one request's deadline."""

    def __init__(self, deadline: Deadline, context: Context) -> None:
        self.deadline = deadline
        self.context = context
