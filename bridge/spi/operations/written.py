"""What went wrong once the CRM had been changed, and what that says of the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bridge.errors import OutcomeUnknown, Unavailable
from bridge.mapping import Mapping

Answer = TypeVar("Answer")


def surely(mapping: Mapping, write: Callable[[], Answer]) -> Answer:
    """Have a mapping write; raise "not done" only where nothing has been.

    A verb that has written may still read, and find the CRM away or no place free: an
    error that invites to try again would have a customer added a second time.
    """
    try:
        return write()
    except Unavailable as error:
        if not mapping.upstream.changed:
            raise
        raise OutcomeUnknown(detail=error.for_support) from error
