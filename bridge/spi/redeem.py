"""Redeem items, and give them back (SPI: the redeem paths)."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, request

from bridge.errors import NotFound
from bridge.spi import origin, schemas
from bridge.spi.access_log import note
from bridge.spi.edge import Asked
from bridge.spi.operation import Body, Operation, Success, operation
from bridge.spi.schemas import Basket, RedeemSchema, Report
from bridge.spi.verdicts import Verdict

blueprint = Blueprint("redeem", __name__)

REDEEM_ID = re.compile("[0-9A-F]{32}")
"""What every redeem_id looks like: nothing else can be one, nor reach a log."""

REDEEM = Verdict(409, 409, 409, "Can't redeem: the CRM does not offer it.")

UNDO = Verdict(409, 409, 409, "Can't undo: the CRM does not offer it.")

KEY = "Idempotency-Key"


def _basket(body: object, _country: str) -> Basket:
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
    key = origin.checked(KEY, request.headers.get(KEY, ""))
    redeemed = asked.redeemer.redeem(
        asked.site,
        asked.context,
        customer_id,
        basket.bonus_checks,
        basket.promotions,
        deadline=asked.deadline,
        idempotency_key=key or None,
    )
    note(redeem_id=redeemed.redeem_id)
    return schemas.answer_redeem(
        redeemed.redeem_id, basket.bonus_checks, basket.promotions
    )


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
        raise NotFound("There is no such redeem.")
    note(redeem_id=redeem_id)
    asked.redeemer.undo(
        asked.site, asked.context, customer_id, redeem_id, deadline=asked.deadline
    )
