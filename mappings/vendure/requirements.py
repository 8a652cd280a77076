"""What the bridge needs of a Vendure, and how to mend what is missing.

Every sentence stands alone: it is read on the screen of whoever runs ``check``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bridge.errors import AccessRefused, Missing
from mappings.vendure.options import Options
from mappings.vendure.protocol import Json, Vendure

NO_RIGHT = (
    "The bridge's API key in Vendure lacks the permission {}: add it to the key's role."
)
NO_FIELD = (
    "Vendure has no custom field {1} on {0}: declare it in its configuration, or "
    "correct the options."
)
WRONG_LIST = "Vendure's custom field {1} on {0} must {2}be a list."
NO_VARIANT = "Vendure has no product variant with the id of options.variant."
NO_SHIPPING = "Vendure has no shipping method with the id of options.shipping_method."
PRICED = (
    "The product variant of options.variant has a price: set it to 0, or redeems look "
    "like sales."
)
DISABLED = "The product variant of options.variant is disabled: enable it."
STOCKED = (
    "The product variant of options.variant runs out of stock: have Vendure not track "
    "its inventory."
)
DECIMALS = "Vendure counts in amounts with {0} decimals: set options.decimals to {0}."

NOBODY = {False: "999999999", True: "ffffffff-ffff-4fff-8fff-ffffffffffff"}
"""Ids that Vendure has not given yet, of either kind (is it a UUID?)."""

RIGHTS = {
    "ReadCustomer": "{ customers(options: { take: 1 }) { totalItems } }",
    "ReadOrder": "{ orders(options: { take: 1 }) { totalItems } }",
    "ReadPromotion": "{ promotions(options: { take: 1 }) { totalItems } }",
    "ReadCountry": "{ countries(options: { take: 1 }) { totalItems } }",
    "ReadProduct": '{ productVariant(id: "%s") { id } }',
    "ReadShippingMethod": '{ shippingMethod(id: "%s") { id } }',
    "CreateCustomer": """mutation { createCustomerAddress(customerId: "%s",
        input: { streetLine1: "", countryCode: "" }) { id } }""",
    "UpdateCustomer": """mutation { updateCustomer(input: { id: "%s" }) {
        __typename } }""",
    "CreateOrder": """mutation { setDraftOrderCustomFields(orderId: "%s",
        input: { id: "%s" }) { id } }""",
    "UpdateOrder": """mutation { setOrderCustomFields(input: { id: "%s" }) {
        id } }""",
}
"""The permissions that the bridge needs, and what only they allow.

The writes are to nobody: with the right to write, Vendure says that there is no such
thing.
"""

SETTINGS = """query ($variant: ID!, $shipping: ID!) {
    globalSettings { serverConfig {
        moneyStrategyPrecision
        entityCustomFields {
            entityName
            customFields { ... on CustomField { name list } }
        }
    } }
    productVariant(id: $variant) { enabled priceWithTax trackInventory }
    shippingMethod(id: $shipping) { id }
}"""


def missing(vendure: Vendure, options: Options) -> Iterator[str]:
    """Yield what is missing, each with how to mend it."""
    nobody = NOBODY["-" in options.variant]
    lacking = [right for right in RIGHTS if not _may(vendure, RIGHTS[right], nobody)]
    yield from map(NO_RIGHT.format, lacking)
    if {"ReadProduct", "ReadShippingMethod"} & {*lacking}:
        return
    ids = {"variant": options.variant, "shipping": options.shipping_method}
    found = vendure.ask(SETTINGS, **ids)
    server = found["globalSettings"]["serverConfig"]
    yield from _fields(server["entityCustomFields"], options)
    yield from _variant(found["productVariant"])
    if found["shippingMethod"] is None:
        yield NO_SHIPPING
    if server["moneyStrategyPrecision"] != options.decimals:
        yield DECIMALS.format(server["moneyStrategyPrecision"])


def _may(vendure: Vendure, document: str, nobody: str) -> bool:
    try:
        vendure.ask(document.replace("%s", nobody))
    except AccessRefused:
        return False
    except Missing:
        return True
    return True


def _fields(entities: list[Json], options: Options) -> Iterator[str]:
    lists = {options.consents_field, options.communication_field}
    lists |= {one.id for one in options.choices if one.type == "enum-multi"}
    known = {
        (entity["entityName"], one["name"]): one["list"]
        for entity in entities
        for one in entity["customFields"]
    }
    for entity, names in options.custom_fields.items():
        for name in names:
            if (entity, name) not in known:
                yield NO_FIELD.format(entity, name)
            elif known[entity, name] != (name in lists):
                yield WRONG_LIST.format(entity, name, "" if name in lists else "not ")


def _variant(variant: Json | None) -> Iterator[str]:
    faults: dict[str, Callable[[Json], bool]] = {
        PRICED: lambda one: bool(one["priceWithTax"]),
        DISABLED: lambda one: not one["enabled"],
        STOCKED: lambda one: one["trackInventory"] != "FALSE",
    }
    if variant is None:
        yield NO_VARIANT
    else:
        yield from (text for text, fault in faults.items() if fault(variant))
