"""What a cashier calls the properties that a till sends."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.language import Situation, _

LABELS = {
    "member_number": _("Member number"),
    "email": _("E-mail"),
    "name_first": _("First name"),
    "name_last": _("Last name"),
    "personal_id": _("Personal id"),
    "company": _("Company"),
    "company_id": _("Company id"),
    "phone": _("Phone"),
    "mobile": _("Mobile"),
    "invoice_address": _("Invoice address"),
    "delivery_address": _("Delivery address"),
    "name": _("Name"),
    "address": _("Street address"),
    "address2": _("Address, second line"),
    "zip": _("Postcode"),
    "city": _("Town"),
    "state": _("State or region"),
    "country_id": _("Country"),
    "gender": _("Gender"),
    "birthday": _("Birthday"),
    "accepts_communication": _("Ways to be reached"),
    "consents": _("Consents"),
    "additional_options": _("Additional choices"),
    "store_id_home": _("Home store"),
    "promotions": _("Promotions"),
    "bonus_checks": _("Bonus checks"),
    "key": _("Search"),
    "key_type": _("What to search by"),
}
"""By the property's name; an address's parts are said after the address."""


def problem(path: str, text: str) -> Situation:
    """Say what is wrong with the property at a path such as ``addresses.0.zip``.

    A programmer reads the path, and a cashier the labels.
    """
    plain = f"{path}: {text}" if path else str(text)
    steps = [step for step in path.split(".") if step in LABELS]
    if not steps:
        return Situation(text) if not path else Situation.known_as(plain, plain)
    label = Situation(LABELS[steps[0]])
    for step in steps[1:]:
        label = Situation("{whole}, {part}", whole=label, part=Situation(LABELS[step]))
    said = {"label": label, "problem": Situation(text)}
    return Situation.known_as(plain, "{label}: {problem}", **said)


def labelled(text: str) -> str:
    """Say a mapping's ``email: is not known`` with the property's label.

    An address's part is named by its path, ``invoice_address.zip``.
    """
    if isinstance(text, Situation) and text.named:
        return text
    parts = [one.partition(": ") for one in text.split("; ")]
    if not all(
        colon and LABELS.keys() >= {*path.split(".")} for path, colon, _ in parts
    ):
        return text
    return together([problem(path, rest) for path, _colon, rest in parts])


def together(problems: Sequence[str]) -> str:
    """Put several problems into one text."""
    said, plain = Situation(problems[0]), str(problems[0])
    for one in problems[1:]:
        plain = f"{plain}; {one}"
        more = Situation(one)
        said = Situation.known_as(plain, "{some}; {more}", some=said, more=more)
    return said
