"""What a customer can agree to and choose from (SPI: consents, additional options).

The same for everybody and slow to change: kept for a while per site, and answered from
there while the CRM is down.
"""

from __future__ import annotations

from flask import Blueprint

from bridge.model import AdditionalOptionsSection, Consent
from bridge.spi import schemas
from bridge.spi.door.edge import Asked
from bridge.spi.door.verdicts import Verdict
from bridge.spi.operations.operation import Operation, Success, operation
from bridge.spi.schemas import AdditionalOptionsSectionSchema, ConsentSchema

blueprint = Blueprint("catalogue", __name__)

CATALOGUE = Verdict(refused=502, missing=502, lacking=None, not_found=502)


@blueprint.get("/consents")
@operation(
    Operation(
        summary="List the consents",
        about="Reads what a customer can agree to when registering.",
        success=Success(
            "The consents; an empty list where the CRM has none.",
            ConsentSchema(many=True),
            schemas.answer_consents,
        ),
        verdict=CATALOGUE,
    )
)
def consents(asked: Asked) -> list[Consent]:
    """Answer the site's consents."""
    read = asked.mapping.consents
    return asked.site.catalogue.cached("consents", read, asked.deadline)


@blueprint.get("/additional-options")
@operation(
    Operation(
        summary="List the additional options",
        about="Reads, by section, what else a customer's form can ask for.",
        success=Success(
            "The sections; an empty list where the CRM has none.",
            AdditionalOptionsSectionSchema(many=True),
            schemas.answer_additional_options,
        ),
        verdict=CATALOGUE,
    )
)
def additional_options(asked: Asked) -> list[AdditionalOptionsSection]:
    """Answer the site's sections of options."""
    read = asked.mapping.additional_options
    return asked.site.catalogue.cached("additional_options", read, asked.deadline)
