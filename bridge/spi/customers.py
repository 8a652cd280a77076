"""Find, add, change and show customers (SPI: the customers and lookup paths)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint

from bridge.errors import Invalid, Missing, NotFound
from bridge.model import Customer, CustomerProperties, SearchKey
from bridge.spi import schemas
from bridge.spi.access_log import note
from bridge.spi.edge import Asked
from bridge.spi.operation import Body, Operation, Query, Success, operation
from bridge.spi.schemas import CustomerSchema, SearchQuerySchema
from bridge.spi.verdicts import Verdict

blueprint = Blueprint("customers", __name__)

SEARCH = Verdict(502, 502, 403, "The CRM behind this bridge cannot be searched.")
"""Nobody found is no error, so a CRM that answers 404 is not set up right."""

LOOKUP = Verdict(502, 502, 501, "There is no register behind this bridge to look in.")

CREATE = Verdict(
    400, 400, 403, "Customers of this CRM cannot be added from a POS.", not_found=400
)

UPDATE = Verdict(400, 404, 403, "Customers of this CRM cannot be changed from a POS.")

GET = Verdict(502, 404, 403, "The CRM behind this bridge cannot show a customer.")


class Change(NamedTuple):
    """What the POS wants changed, and for whom, if its body says so too."""

    customer_id: str | None
    properties: CustomerProperties


def _new(body: object, country: str) -> CustomerProperties:
    return schemas.load_customer_properties(body, country, creating=True)


def _change(body: object, country: str) -> Change:
    properties = schemas.load_customer_properties(body, country, creating=False)
    return Change(schemas.body_customer_id(body), properties)


@blueprint.get("/customers")
@operation(
    Operation(
        summary="Search for a customer",
        about="Looks in the CRM for the one customer whom a key belongs to.",
        takes=Query(SearchQuerySchema(), schemas.load_search),
        success=Success(
            "The customer, or an empty list when nobody has this key.",
            CustomerSchema(many=True),
            schemas.answer_customers,
        ),
        verdict=SEARCH,
        refuses=(403,),
    )
)
def search(asked: Asked, key: SearchKey) -> list[Customer]:
    """Answer whoever matches best."""
    return _best(asked.mapping.search, key)


@blueprint.get("/lookup_customers")
@operation(
    Operation(
        summary="Look a person up outside the CRM",
        about=(
            "Asks a register that the CRM offers, a national one for instance, so that "
            "a new customer need not spell everything out. Nothing is stored."
        ),
        takes=Query(SearchQuerySchema(), schemas.load_search),
        success=Success(
            "The person, or an empty list when nobody has this key.",
            CustomerSchema(many=True),
            schemas.answer_lookup,
        ),
        verdict=LOOKUP,
        refuses=(501,),
    )
)
def lookup(asked: Asked, key: SearchKey) -> list[Customer]:
    """Answer whoever matches best in the register."""
    return _best(asked.mapping.lookup, key)


@blueprint.post("/customers")
@operation(
    Operation(
        summary="Add a customer",
        about=(
            "Registers a customer. Properties that only the CRM decides are ignored, "
            "and so are unknown ones."
        ),
        takes=Body(CustomerSchema(), _new),
        success=Success(
            "The customer as the CRM now has it.",
            CustomerSchema(),
            schemas.answer_customer,
            status=201,
        ),
        verdict=CREATE,
        refuses=(403, 415),
    )
)
def create(asked: Asked, properties: CustomerProperties) -> Customer:
    """Answer the customer as the CRM has it, not as it was sent."""
    return asked.mapping.create(properties)


@blueprint.get("/customers/<id:customer_id>")
@operation(
    Operation(
        summary="Show a customer",
        about="Reads one customer with everything that a cashier can see or redeem.",
        success=Success("The customer.", CustomerSchema(), schemas.answer_customer),
        verdict=GET,
        refuses=(403, 404),
    )
)
def get(asked: Asked, customer_id: str) -> Customer:
    """Answer one customer."""
    return asked.mapping.get(customer_id)


@blueprint.put("/customers/<id:customer_id>")
@operation(
    Operation(
        summary="Change a customer",
        about=(
            "Changes the properties that are sent and leaves the others as they are; "
            "null or an empty value clears one. The home store stays as it was set."
        ),
        takes=Body(CustomerSchema(), _change),
        success=Success(
            "The customer as the CRM now has it.",
            CustomerSchema(),
            schemas.answer_customer,
        ),
        verdict=UPDATE,
        refuses=(403, 404, 415),
    )
)
def update(asked: Asked, change: Change, customer_id: str) -> Customer:
    """Answer the customer as the CRM has it, the unchanged properties included."""
    if change.customer_id not in (None, customer_id):
        raise Invalid("customer_id: must be the path's, or left out")
    return asked.mapping.update(customer_id, change.properties)


def _best(
    find: Callable[[SearchKey], list[Customer]], key: SearchKey
) -> list[Customer]:
    """Return the first match alone: the other ones are nobody's business (SPI: one)."""
    note(key_type=str(key.key_type))
    try:
        found = find(key)
    except Missing:
        raise
    except NotFound:
        found = []
    note(matches=len(found))
    return found[:1]
