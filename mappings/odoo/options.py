"""What a site's ``options`` say about its Odoo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bridge.mapping import Secret
from bridge.model import AdditionalOption, AdditionalOptionsSection

KEPT = ("personal_id", "gender", "birthday", "store_id_home")
"""Properties that Odoo Community has no field for: a retailer may add one for each."""

OWN_FIELD = "x_"
"""How the names of fields begin that were added in Odoo itself, by hand or over RPC."""

NAME = re.compile("[a-z][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the retailer's Odoo is set up."""

    database: str
    """The name of Odoo's database."""

    user_id: int
    """The id of the bridge's user in Odoo: a number, not the login."""

    key: Secret
    """An API key of this user."""

    currency: str
    """What the tills count in (ISO 4217): cards in another one are not shown."""

    company: int = 0
    """The id of the company that sells, where Odoo has several."""

    language: str = ""
    """Odoo's code for the language of names, and of customers that a till adds."""

    fields: dict[str, str] = field(default_factory=dict)
    """The contact's field for each property of ``KEPT`` that is to be kept."""

    consents_tag: str = "Consents"
    """The contact tag whose children a customer can agree to."""

    communication_tag: str = "Communication"
    """The one whose children are ``email``, ``sms`` and ``mail``."""

    additional_options: tuple[AdditionalOptionsSection, ...] = ()
    """What can be chosen for a customer besides.

    An option whose id begins with ``x_`` is the contact's field of that name.  Any
    other is a contact tag of that name, and its values are the names of its children.
    """

    offers: dict[str, str] = field(default_factory=dict)
    """Programs, by name, that Sitoo knows: the voucher password that unlocks each."""

    point_of_sale: bool = False
    """Show what was bought at Odoo's own tills, too."""

    stores: dict[str, str] = field(default_factory=dict)
    """Sitoo's store id by the id of one of Odoo's points of sale."""

    transactions: int = 100
    """How many of a customer's last purchases are shown."""

    def __post_init__(self) -> None:
        """Refuse what Odoo could not keep."""
        if not set(self.fields) <= set(KEPT):
            raise ValueError(f"fields: knows {', '.join(KEPT)} and no others")
        for key, names in (
            ("fields", self.fields.values()),
            ("additional_options", self.own_fields),
        ):
            if not all(map(NAME.fullmatch, names)):
                raise ValueError(f"{key}: must be the name of one of Odoo's fields")
        texts = {one.id for one in self.choices if one.type == "text"}
        if not texts <= {*self.own_fields}:
            raise ValueError("additional_options: a text needs a field: x_...")

    @property
    def choices(self) -> list[AdditionalOption]:
        """All additional options, whatever section they are shown in."""
        return [one for section in self.additional_options for one in section.options]

    @property
    def own_fields(self) -> list[str]:
        """The fields that additional options are kept in."""
        return [one.id for one in self.choices if one.id.startswith(OWN_FIELD)]

    @property
    def tags(self) -> Iterator[tuple[str, str]]:
        """Which setting names which contact tag, for all that this site relies on."""
        yield "consents_tag", self.consents_tag
        yield "communication_tag", self.communication_tag
        for one in self.choices:
            if one.id not in self.own_fields:
                yield "additional_options", one.id


@dataclass(frozen=True, kw_only=True)
class WithoutAction(Options):
    """The same for an Odoo whose owner wants no server action of ours."""

    points: bool = True
    """Offer what members' points are good for, as far as it takes all of them."""


@dataclass(frozen=True, kw_only=True)
class WithAction(Options):
    """The same for an Odoo that has the bridge's server action."""

    action: int
    """The id of the server action, which spends all items of a redeem or none."""
