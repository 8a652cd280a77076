"""Redeem items, and give them back (SPI: the redeem paths)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, request

from bridge import metrics
from bridge.errors import BridgeError, NotFound
from bridge.language import _
from bridge.mapping import offers
from bridge.model.personal import looks_personal
from bridge.site import Site
from bridge.spi import schemas
from bridge.spi.door import origin, told
from bridge.spi.door.access_log import note
from bridge.spi.door.edge import Asked
from bridge.spi.door.verdicts import Verdict
from bridge.spi.operations.operation import (
    Body,
    Operation,
    Success,
    operation,
    understood,
)
from bridge.spi.schemas import Basket, RedeemSchema, Report

blueprint = Blueprint("redeem", __name__)

REDEEM_ID = re.compile("[0-9A-F]{32}")
"""What every redeem_id looks like: nothing else can be one, nor reach a log."""

TRY_AGAIN = _(
    "No answer from the customer system. Try again: nothing can be taken twice."
)
UNSURE = _("The customer system is in trouble. Try again: nothing can be taken twice.")

LATER = _(
    "The customer system cannot be reached. It is given back as soon as it can be."
)

REDEEM = Verdict(
    409,
    409,
    409,
    _("Can't redeem: your customer system does not offer it."),
    {
        "no answer": TRY_AGAIN,
        "failed": UNSURE,
        "refused": _(
            "Can't redeem: one of these cannot be used. Take it away and try again."
        ),
        "not asked": _(
            "Can't redeem: the customer system is not answering. Nothing is taken. Try "
            "again in a moment, or sell without it."
        ),
        "not reached": _(
            "Can't redeem: the customer system cannot be reached. Nothing is taken. "
            "Try again in a moment, or sell without it."
        ),
    },
)

UNDO = Verdict(
    409,
    409,
    409,
    _("Can't undo: your customer system does not offer it."),
    {
        "gone": _(
            "Can't undo: this redeem is not known. Check the receipt, or call support."
        ),
        "no answer": _(
            "No answer from the customer system. It is given back as soon as there "
            "is one."
        ),
        "failed": _(
            "The customer system is in trouble. It is given back as soon as it works."
        ),
        "not asked": LATER,
        "not reached": LATER,
        "refused": _("Can't undo: one of these cannot be given back. Call support."),
    },
)

KEY = "Idempotency-Key"


@contextmanager
def _counted(site: Site, operation: str, success: str) -> Iterator[None]:
    """Count how it ends: with its success, or in one of the words of ``what``."""
    outcome = BridgeError.what
    try:
        yield
        outcome = success
    except BridgeError as error:
        outcome = error.what
        raise
    finally:
        metrics.REDEEMS.labels(site.name, operation, outcome).inc()


def _basket(body: object, _site: Site) -> Basket:
    return schemas.load_redeem(body)


def _as_it_is(answer: Any, _country: str, _report: Report) -> Any:
    return answer


@blueprint.post("/customers/<id:customer_id>/redeem")
@operation(
    Operation(
        summary="Redeem bonus checks and promotions",
        about=(
            "Spends all the items or none. After an error nothing stays spent, though "
            "giving items back may take a moment. The same request again within a "
            "minute is taken for a second tap and gets the first one's redeem_id."
        ),
        takes=Body(RedeemSchema(), _basket),
        success=Success(
            "Every item is spent; redeem_id is what undoes it.",
            RedeemSchema(),
            _as_it_is,
        ),
        verdict=REDEEM,
        refuses=(404, 409, 415),
        headers=((KEY, "Also makes a later repeat safe: the same key, one redeem."),),
    )
)
def redeem(asked: Asked, basket: Basket, customer_id: str) -> dict[str, Any]:
    """Answer what was asked for, with the redeem_id."""
    _look_first(asked, customer_id)
    key = origin.checked(KEY, request.headers.get(KEY, ""))
    with _counted(asked.site, "redeem", "redeemed"):
        redeemed = asked.redeemer.redeem(
            asked.site,
            asked.context,
            customer_id,
            basket.bonus_checks,
            basket.promotions,
            deadline=asked.deadline,
            idempotency_key=key or None,
            about=told.about(asked.redeemer, told.REDEEM),
        )
    note(redeem_id=redeemed.redeem_id)
    return schemas.answer_redeem(
        redeemed.redeem_id, basket.bonus_checks, basket.promotions
    )


def _look_first(asked: Asked, customer_id: str) -> None:
    """Let nobody's data into the journal as the id of a customer who does not exist.

    Few CRMs have ids of that shape: for theirs it costs one more read.
    """
    mapping = asked.mapping
    if looks_personal(customer_id) and offers(type(mapping), "get"):
        understood(lambda: mapping.get(customer_id))


@blueprint.delete("/customers/<id:customer_id>/redeem/<id:redeem_id>")
@operation(
    Operation(
        summary="Undo a redeem",
        about=(
            "Gives every item of a redeem back. A redeem that has been undone already "
            "is no error."
        ),
        success=Success("Nothing of the redeem is spent any more; an empty body."),
        verdict=UNDO,
        refuses=(404, 409),
    )
)
def undo(asked: Asked, customer_id: str, redeem_id: str) -> None:
    """Answer nothing: it is undone."""
    if not REDEEM_ID.fullmatch(redeem_id):
        raise NotFound
    note(redeem_id=redeem_id)
    with _counted(asked.site, "undo", "given back"):
        asked.redeemer.undo(
            asked.site,
            asked.context,
            customer_id,
            redeem_id,
            deadline=asked.deadline,
            about=told.about(asked.redeemer, told.UNDO),
        )
