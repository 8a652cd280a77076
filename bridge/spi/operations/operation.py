"""An SPI operation, declared once: what it takes, what it answers, what it refuses.

The declaration carries a request through (let in, read, carry out, present) and is what
the API description is made from.  A view is left with what the operation *does*.
"""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, request
from marshmallow import Schema

from bridge import metrics
from bridge.errors import (
    BridgeError,
    Elsewhere,
    Misread,
    Missing,
    Unpresentable,
    Unsupported,
)
from bridge.site import Site
from bridge.spi.door.access_log import note_error
from bridge.spi.door.answer import empty_answer, json_answer, refusal
from bridge.spi.door.edge import Asked, admit, json_body, parameters
from bridge.spi.door.verdicts import Verdict
from bridge.spi.operations.spoken import spoken
from bridge.spi.schemas import Report
from bridge.spi.schemas.labels import labelled

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

View = Callable[..., Any]
"""Takes ``Asked``, then what was read of the query or body, and the path's ids."""

Load = Callable[[Any, Site], Any]
"""Checks what was sent to a site; raises ``Invalid``, with all that is wrong."""

Show = Callable[[Any, str, Report], Any]
"""Turns the view's answer into JSON; raises ``Unpresentable``."""

ODD_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a translator raises over JSON that it does not expect."""


@dataclass(frozen=True)
class Query:
    """What an operation takes in the query string."""

    schema: Schema
    load: Load

    def read(self, site: Site) -> Any:
        """Return what the query string says."""
        return self.load(parameters(request, self.schema.fields), site)


@dataclass(frozen=True)
class Body:
    """What an operation takes as its body, in JSON."""

    schema: Schema
    load: Load

    def read(self, site: Site) -> Any:
        """Return what the body says."""
        return self.load(json_body(request), site)


@dataclass(frozen=True)
class Success:
    """What an operation answers when all is well; without a schema, an empty body."""

    about: str
    schema: Schema | None = None
    show: Show | None = None
    status: int = 200


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What the SPI says about one method of one path."""

    summary: str
    about: str
    takes: Query | Body | None = None
    success: Success
    verdict: Verdict
    refuses: tuple[int, ...] = ()
    """The error statuses that are possible here, besides those that always are."""

    headers: tuple[tuple[str, str], ...] = ()
    """Request headers with their descriptions, besides those that say who asks."""

    def carry_out(self, view: View, ids: dict[str, str]) -> Response:
        """Answer the current request."""
        asked = admit(request, ids)
        try:
            read = [self.takes.read(asked.site)] if self.takes else []
            return self._answer(asked, self._understood(view, asked, *read, **ids))
        except BridgeError as raised:
            error = self._judged(raised, ids)
            note_error(error)
            if isinstance(error, Unsupported) and self.verdict.lacking is None:
                return json_answer([])
            text = labelled(self.verdict.text(error))
            return refusal(error, self.verdict.status(error), text)

    def _judged(self, error: BridgeError, ids: dict[str, str]) -> BridgeError:
        """Take a customer whom the CRM has at another id now for one who is gone."""
        asked = self.verdict.missing == 404 and ids.get("customer_id")
        moved = isinstance(error, Elsewhere) and error.moved
        return Missing() if asked and asked == moved else error

    def _understood(self, view: View, asked: Asked, *read: Any, **ids: str) -> Any:
        """Call the view; what breaks a mapping's translators is an odd answer.

        After a request that changes something, it does not say what the CRM has done.
        """
        changes = isinstance(self.takes, Body)
        return understood(
            lambda: view(asked, *read, **ids),
            Misread if changes else Unpresentable,
        )

    def _answer(self, asked: Asked, answer: Any) -> Response:
        if self.success.show is None:
            return empty_answer(self.success.status)
        repairs = Repairs()
        said = spoken(answer, asked.site.language)
        shown = self.success.show(said, asked.site.country, repairs)
        if repairs.found:
            repairs.tell(asked.site.name)
        return json_answer(shown, self.success.status)


def understood(
    ask: Callable[[], Answer], otherwise: type[BridgeError] = Unpresentable
) -> Answer:
    """Ask a mapping; raise ``otherwise`` where it stumbles over the CRM's answer."""
    try:
        return ask()
    except ODD_SHAPE as error:
        log.error("the mapping cannot read the CRM's answer", exc_info=error)
        raise otherwise from error


def operation(declared: Operation) -> Callable[[View], Callable[..., Response]]:
    """Turn a function into a view that carries the operation out."""

    def decorate(view: View) -> Callable[..., Response]:
        @functools.wraps(view)
        def answer(**ids: str) -> Response:
            return declared.carry_out(view, ids)

        answer.operation = declared  # type: ignore[attr-defined]
        return answer

    return decorate


class Repairs:
    """What had to be repaired or left out of one answer: names, never values."""

    def __init__(self) -> None:
        self.found = Counter[tuple[str, str]]()

    def __call__(self, name: str, what: str) -> None:
        self.found[name, what] += 1

    def tell(self, site: str) -> None:
        """Count them, and log them in one line."""
        for (name, what), count in self.found.items():
            metrics.REPAIRS.labels(site, name, what).inc(count)
        told = {f"{name} {what}": count for (name, what), count in self.found.items()}
        log.info("the CRM's answer was repaired", extra={"site": site, "repairs": told})
