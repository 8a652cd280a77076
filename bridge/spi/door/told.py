"""What the till was told about a redeem goes into the redeem's own story.

Written down once the answer has been sent, so that no till waits for it: what was sent,
when, and whether anybody was still there to hear it.  A note, and no more: whatever is
wrong with it, the answer has been given.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, g

from bridge.arrival import Arrival
from bridge.errors import BridgeError
from bridge.redeem import Redeem, Redeemer
from bridge.redeem.record import Event

log = logging.getLogger(__name__)

REDEEM, UNDO = "answered", "undo answered"
"""What the answer is about, in the journal's words."""


def install(app: Flask) -> None:
    """Follow every answer of the application that is about a redeem."""
    app.after_request(_tell)


def about(redeemer: Redeemer, what: str) -> Callable[[Redeem], None]:
    """Return who is to be told which redeem this request is about."""

    def know(redeem: Redeem) -> None:
        g.told = redeemer, redeem, what

    return know


def _tell(response: Response) -> Response:
    if "told" in g:
        arrival: Arrival = g.arrival
        gone = _gone_ms(arrival)
        said = Said(response.status_code, g.get("said", ""), arrival, gone)
        response.call_on_close(partial(_write, g.told, said))
    return response


def _gone_ms(arrival: Arrival) -> int | None:
    """Return how long the till has been gone by now; ``None`` if it is there."""
    if not arrival.hung_up():
        return None
    return round(1000 * (arrival.gone_seconds() or 0.0))


@dataclass(frozen=True)
class Said:
    """An answer that is about to be sent."""

    status: int
    text: str
    arrival: Arrival
    gone_ms: int | None
    """How long the till had been gone when it was made."""

    def event(self, at: float, what: str) -> Event:
        """Return what is written down of it, now that it was sent."""
        took = round((time.monotonic() - self.arrival.at) * 1000)
        gone = _gone_ms(self.arrival) if self.gone_ms is None else self.gone_ms
        text = self.text if self.status >= 400 else ""
        return Event(at, what, None, took, text, status=self.status, gone_ms=gone)


def _write(told: tuple[Redeemer, Redeem, str], said: Said) -> None:
    redeemer, redeem, what = told
    try:
        event = said.event(redeemer.tools.clock(), what)
        redeemer.journal.tell(redeem, event)
    except BridgeError:
        log.warning("what the till was told is not in the journal")
