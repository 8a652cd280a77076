"""Which door a request came through: the one for the POS, or the one for the inside.

Where the bridge listens at two addresses, monitoring and the journal's pages are there
at the inner one, everything else at the outer one, and neither knows of the other.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from bridge.spi.door.paths import nothing_there

INSIDE = ("health.ready", "health.exposition")
"""Pages of the inside, besides those of the journal."""

EVERYWHERE = ("health.alive", "entrance.page")
"""The one says nothing but that the process lives, for whatever balances load; the
other leads to what is at the same door."""


def install(app: Flask) -> None:
    """Answer 404 for what belongs to the other door, as if it were not there."""
    app.before_request(_keep_apart)


def _keep_apart() -> Response | None:
    endpoint = request.endpoint
    return None if endpoint is None or is_here(endpoint) else nothing_there()


def is_here(endpoint: str) -> bool:
    """Whether a page is at the door that the current request came through."""
    if g.arrival.inside is None or endpoint in EVERYWHERE:
        return True
    belongs_inside = endpoint in INSIDE or endpoint.startswith("journal.")
    return bool(belongs_inside == g.arrival.inside)
