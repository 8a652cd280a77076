"""What a customer bought (SPI: the transactions path)."""

from __future__ import annotations

from flask import Blueprint

from bridge.model import Transaction
from bridge.spi import schemas
from bridge.spi.edge import Asked
from bridge.spi.operation import Operation, Success, operation
from bridge.spi.schemas import TransactionSchema
from bridge.spi.verdicts import Verdict

blueprint = Blueprint("transactions", __name__)


@blueprint.get("/customers/<id:customer_id>/transactions")
@operation(
    Operation(
        summary="List a customer's purchases",
        about="Reads what the customer bought, newest first, as far as the CRM knows.",
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
    """Answer the purchases in the mapping's order."""
    return asked.mapping.transactions(customer_id)
