"""What a customer bought (SPI: the transactions path)."""

from __future__ import annotations

import logging

from flask import Blueprint

from bridge.errors import Unavailable
from bridge.model import Transaction
from bridge.spi import schemas
from bridge.spi.door.access_log import note
from bridge.spi.door.edge import Asked
from bridge.spi.door.verdicts import Verdict
from bridge.spi.operations.operation import Operation, Success, operation
from bridge.spi.schemas import TransactionSchema

log = logging.getLogger(__name__)

blueprint = Blueprint("transactions", __name__)


@blueprint.get("/customers/<id:customer_id>/transactions")
@operation(
    Operation(
        summary="List a customer's purchases",
        about=(
            "Reads what the customer bought, newest first, as far as the CRM knows it "
            "and can be read in time."
        ),
        success=Success(
            "The purchases; an empty list where the CRM keeps none.",
            TransactionSchema(many=True),
            schemas.answer_transactions,
        ),
        verdict=Verdict(refused=502, missing=404, lacking=None),
        refuses=(404,),
    )
)
def transactions(asked: Asked, customer_id: str) -> list[Transaction]:
    """Answer the purchases in the mapping's order, as far as they could be read."""
    read: list[Transaction] = []
    try:
        # Not extend(): what was read before an error would be lost with it.
        for purchase in asked.mapping.transactions(customer_id):
            read.append(purchase)
    except Unavailable as error:
        if not read:
            raise
        note(partial=True)
        log.warning(
            "not all of a history could be read",
            extra={"site": asked.site.name, "why": type(error).__name__},
        )
    return read
