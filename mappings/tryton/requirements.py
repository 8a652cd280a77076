"""What the bridge needs of a Tryton, and how to mend what is missing.

Every sentence stands alone: it is read on the screen of whoever runs ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.errors import AccessRefused
from mappings.tryton.options import Options
from mappings.tryton.protocol import Tryton

NO_SESSION = (
    "Tryton does not let options.user sign in: redeeming needs the login and password "
    "of the bridge's user besides the application key."
)
NO_MODULE = "Tryton lacks the module {}: activate it, or set options.{} to false."
NO_RIGHT = (
    "The bridge's user in Tryton may not {} {}: give its group that right, under "
    "Models Access."
)
NO_COMPANY = (
    "The bridge's user in Tryton does not belong to the company of options.company: "
    "add the company to the user, or correct the id."
)
NO_LANGUAGE = "Tryton has no language {}: correct options.language, such as fi."
NO_CATEGORY = "Tryton has no party category named {}: add it, or correct options.{}."

MODULES = {
    "coupons": "sale_promotion_coupon",
    "gift_cards": "sale_gift_card",
    "discounts": "sale_discount",
}
"""The module that each setting relies on."""

RIGHTS = {
    "country.country": ("read",),
    "party.category": ("read",),
    "party.party": ("read", "write", "create"),
    "sale.sale": ("read",),
}
REDEEMED = {
    "coupons": "sale.promotion.coupon.number",
    "gift_cards": "sale.gift_card",
}


def missing(tryton: Tryton, options: Options) -> Iterator[str]:
    """Yield what is missing, each with how to mend it."""
    rows = tryton.read("ir.module", ["name"], [["state", "=", "activated"]])
    active = {row["name"] for row in rows}
    wanted = [setting for setting in MODULES if getattr(options, setting)]
    for setting in wanted:
        if MODULES[setting] not in active:
            yield NO_MODULE.format(MODULES[setting], setting)
    redeemed = [
        model
        for setting, model in REDEEMED.items()
        if setting in wanted and MODULES[setting] in active
    ]
    yield from _rights(tryton, redeemed)
    yield from _records(tryton, options)
    if redeemed and not _signs_in(tryton):
        yield NO_SESSION


def _rights(tryton: Tryton, redeemed: list[str]) -> Iterator[str]:
    wanted = RIGHTS | dict.fromkeys(redeemed, ("read", "write"))
    if redeemed:
        wanted["sale.sale"] = ("read", "write", "create")
    ask = {"models": list(wanted)}
    given = tryton.ask("ir.model.access", "get_access", ask)
    for model, verbs in wanted.items():
        lacking = [verb for verb in verbs if not given[model][verb]]
        if lacking:
            yield NO_RIGHT.format(" or ".join(lacking), model)


def _records(tryton: Tryton, options: Options) -> Iterator[str]:
    if not tryton.read("company.company", ["id"], [["id", "=", options.company]]):
        yield NO_COMPANY
    spoken = options.language
    if spoken and not tryton.read("ir.lang", ["id"], [["code", "=", spoken]]):
        yield NO_LANGUAGE.format(spoken)
    for setting in ("consents_category", "communication_category"):
        name = getattr(options, setting)
        if not tryton.read("party.category", ["id"], [["name", "=", name]]):
            yield NO_CATEGORY.format(name, setting)


def _signs_in(tryton: Tryton) -> bool:
    try:
        tryton.session(anew=True)
    except AccessRefused:
        return False
    return True
