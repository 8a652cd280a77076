"""Find, add, change and show customers (SPI: the customers and lookup paths)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask import Blueprint

from bridge.errors import Garbled, Missing, NotFound
from bridge.language import _
from bridge.mapping import offers
from bridge.model import Customer, CustomerProperties, SearchKey
from bridge.site import Site
from bridge.spi import schemas
from bridge.spi.door.access_log import note
from bridge.spi.door.edge import Asked
from bridge.spi.door.verdicts import Verdict
from bridge.spi.operations.choices import meant
from bridge.spi.operations.newcomer import addition
from bridge.spi.operations.operation import (
    Body,
    Operation,
    Query,
    Success,
    operation,
    understood,
)
from bridge.spi.operations.written import surely
from bridge.spi.schemas import CustomerSchema, SearchQuerySchema

blueprint = Blueprint("customers", __name__)

SEARCH = Verdict(502, 502, 403, _("Customers cannot be searched for here."))
"""Nobody found is no error, so a CRM that answers 404 is not set up right."""

LOOKUP = Verdict(502, 502, 501, _("There is no register to look people up in here."))

CREATE = Verdict(
    400,
    400,
    403,
    _("New customers cannot be added at the till here."),
    {
        "no answer": _(
            "No answer, so the customer may have been added. Search for the customer "
            "before you try again."
        ),
        "failed": _(
            "The customer system is in trouble, so the customer may have been added. "
            "Search for the customer before you try again."
        ),
        "refused": _(
            "The customer cannot be added like this. Check what is filled in."
        ),
    },
    not_found=400,
)

UPDATE = Verdict(
    400,
    404,
    403,
    _("Customers cannot be changed at the till here."),
    {
        "no answer": _(
            "No answer, so the change may have been made. Open the customer again and "
            "look before you try again."
        ),
        "failed": _(
            "The customer system is in trouble, so the change may have been made. Open "
            "the customer again and look before you try again."
        ),
        "refused": _("The change cannot be made so. Check what is filled in."),
    },
)

GET = Verdict(502, 404, 403, _("Customers cannot be shown here."))


class Change(NamedTuple):
    """What the POS wants changed, and for whom, if its body says so too."""

    customer_id: str | None
    properties: CustomerProperties


def _key(query: Mapping[str, str], site: Site) -> SearchKey:
    key = schemas.load_search(query, site.country)
    note(**schemas.checked({key.key_type: key.key}, site.country))
    return key


def _new(body: object, site: Site) -> CustomerProperties:
    properties = schemas.load_customer_properties(
        body, site.country, creating=True, required=site.required
    )
    note(**schemas.checked(properties, site.country))
    return properties


def _change(body: object, site: Site) -> Change:
    properties = schemas.load_customer_properties(body, site.country, creating=False)
    note(**schemas.checked(properties, site.country))
    return Change(schemas.body_customer_id(body), properties)


@blueprint.get("/customers")
@operation(
    Operation(
        summary="Search for a customer",
        about="Looks in the CRM for the one customer whom a key belongs to.",
        takes=Query(SearchQuerySchema(), _key),
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
        takes=Query(SearchQuerySchema(), _key),
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
            "and so are unknown ones. The same request again, from the same register "
            "within half a minute, is taken for a second tap and gets the same "
            "customer."
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
    mapping = asked.mapping
    if not offers(type(mapping), "create"):
        return mapping.create(properties)
    properties = meant(asked, properties)
    return asked.newcomers.add(
        asked.site,
        asked.context,
        repr(sorted(properties.items())),
        addition(asked, properties),
        deadline=asked.deadline,
    )


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
            "Compares the properties that are sent with what the card shows, and has "
            "the CRM change what differs. A property that is not sent stays as it is; "
            "null or an empty value clears one. An address is sent whole: a part that "
            "the card shows and the request leaves out is cleared. What the card "
            "cannot show stays. The home store stays as it was set."
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
        raise Garbled(detail="customer_id: must be the path's, or left out")
    mapping, properties, had = asked.mapping, change.properties, None
    if offers(type(mapping), "update") and offers(type(mapping), "get"):
        customer = understood(lambda: mapping.get(customer_id))
        properties = schemas.difference(properties, customer, asked.site.country)
        if not properties:
            return customer
        had = customer.additional_options
    schemas.refuse_clearing(properties, asked.site.required)
    properties = meant(asked, properties, had)
    asked.still_there()
    return surely(mapping, lambda: mapping.update(customer_id, properties))


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
