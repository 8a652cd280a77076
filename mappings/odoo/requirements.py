"""What the bridge needs of an Odoo, and how to mend what is missing.

Every sentence stands alone: it is read on the screen of whoever runs ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.errors import AccessRefused, Missing
from mappings.odoo.action import TEXT, Action, digest
from mappings.odoo.options import Options
from mappings.odoo.protocol import Domain, Odoo

CONTACTS = "base.group_partner_manager"
ALL_ORDERS = "sales_team.group_sale_salesman_all_leads"
TILLS = "point_of_sale.group_pos_user"

NO_LANGUAGE = (
    "Odoo has no language {}: activate it under Settings, Translations, or correct "
    "options.language."
)
NO_CURRENCY = "Odoo has no active currency {}: activate it, or correct options."
WHICH_COMPANY = (
    "The bridge's user in Odoo belongs to several companies: say in options.company "
    "which of them sells."
)
NO_CONTACTS = (
    "The bridge's user in Odoo may not write contacts: tick Contact Creation for it."
)
OWN_ORDERS = (
    "The bridge's user in Odoo does not see all orders, so that purchases would be "
    "missing without a word: give it the right Sales, User: All Documents."
)
NO_TILLS = (
    "The bridge's user in Odoo does not see the orders of points of sale: give it the "
    "right Point of Sale, User, or set options.point_of_sale to false."
)
NO_LOYALTY = (
    "The bridge's user in Odoo sees no loyalty cards: switch on Discounts, Loyalty & "
    "Gift Card in the settings of Sales, and give the user the right Sales, User."
)
NO_FIELD = "Odoo's contacts have no field {}: add it, or correct options.{}."
NO_TAG = "Odoo has no contact tag named {} with tags below it: add it, or correct {}."
NO_ACTION = (
    "Odoo has no server action of the id in options.action that the bridge's user may "
    "run: install it as the page Odoo of the documentation says."
)
OLD_ACTION = (
    "The server action in Odoo is another version than this bridge's, or was edited: "
    "install it anew as the page Odoo of the documentation says."
)

NO_NORMALISED = (
    "Odoo's contacts have no field {}: activate the modules Discuss and Phone Numbers "
    "Validation."
)
NO_PARTS = (
    "Some rewards leave points on a member's card, and are not offered without the "
    "server action: install it and set mapping to odoo, or set options.points to false."
)

NORMALISED = ("phone_sanitized", "email_normalized")
"""What mobile numbers and e-mail addresses are found by."""


def missing(odoo: Odoo, options: Options) -> Iterator[str]:
    """Yield what is missing, each with how to mend it."""
    spoken = [["code", "=", options.language]]
    if options.language and not odoo.ask("res.lang", "search_count", spoken):
        # In a language that is not there, Odoo refuses every other read.
        yield NO_LANGUAGE.format(options.language)
        return
    used: Domain = [["name", "=", options.currency]]
    if not odoo.ask("res.currency", "search_count", used):
        yield NO_CURRENCY.format(options.currency)
    if not options.company and odoo.ask("res.company", "search_count", []) > 1:
        yield WHICH_COMPANY
    yield from _rights(odoo, options)
    yield from _fields(odoo, options)
    yield from _tags(odoo, options)


def wrong_action(action: Action) -> Iterator[str]:
    """Yield what is wrong with the server action."""
    try:
        text = action.text()
    except (AccessRefused, Missing):
        yield NO_ACTION
        return
    if digest(text) != digest(TEXT):
        yield OLD_ACTION


def parts_of_points(odoo: Odoo) -> Iterator[str]:
    """Yield that some rewards are not offered, if there are any such."""
    domain: Domain = [["program_id.program_type", "=", "loyalty"]]
    domain += [["program_id.active", "=", True], ["clear_wallet", "=", False]]
    if odoo.ask("loyalty.reward", "search_count", domain):
        yield NO_PARTS


def _rights(odoo: Odoo, options: Options) -> Iterator[str]:
    if not odoo.has_group(CONTACTS):
        yield NO_CONTACTS
    if not odoo.has_group(ALL_ORDERS):
        yield OWN_ORDERS
    if options.point_of_sale and not odoo.has_group(TILLS):
        yield NO_TILLS
    try:
        odoo.ask("loyalty.card", "search_count", [["id", "=", 0]])
    except AccessRefused:
        yield NO_LOYALTY


def _fields(odoo: Odoo, options: Options) -> Iterator[str]:
    wanted = [(name, "fields") for name in options.fields.values()]
    wanted += [(name, "additional_options") for name in options.own_fields]
    names = [*NORMALISED, *(name for name, _ in wanted)]
    known = odoo.ask("res.partner", "fields_get", names, attributes=["type"])
    for name in NORMALISED:
        if name not in known:
            yield NO_NORMALISED.format(name)
    for name, setting in wanted:
        if name not in known:
            yield NO_FIELD.format(name, setting)


def _tags(odoo: Odoo, options: Options) -> Iterator[str]:
    for setting, name in options.tags:
        below: Domain = [["parent_id.name", "=", name]]
        if not odoo.read("res.partner.category", below, ["name"], limit=1):
            yield NO_TAG.format(name, f"options.{setting}")
