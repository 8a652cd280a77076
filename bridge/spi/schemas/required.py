"""What a customer must have, by the site's choice.

A till's own form asks for what the back office says; this holds whoever sends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.errors import Invalid
from bridge.language import _
from bridge.spi.schemas.labels import problem, together

KNOWN_BY = (
    *("name_first", "name_last", "company", "email", "mobile", "phone"),
    *("member_number", "personal_id", "company_id"),
)
"""What somebody can be told by.  A tick or a home store alone is nobody."""

NOBODY = _("A customer must have a name, or something to be found by.")

REQUIRED = _("is required")


def missing(
    properties: Mapping[str, Any], required: Sequence[str] | None
) -> Iterator[str]:
    """Yield what a new customer must have and has not.

    Where a site has not chosen, anything to know a customer by is enough.
    """
    if required is None:
        if not any(properties.get(name) for name in KNOWN_BY):
            yield NOBODY
        return
    yield from (_told(name) for name in required if not properties.get(name))


def refuse_clearing(
    properties: Mapping[str, Any], required: Sequence[str] | None
) -> None:
    """Raise ``Invalid`` for an update that clears what a customer must have."""
    cleared = [
        name for name in required or () if name in properties and not properties[name]
    ]
    if cleared:
        raise Invalid(together([_told(name) for name in cleared]))


def _told(name: str) -> str:
    return problem(name, REQUIRED)
