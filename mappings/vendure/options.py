"""What a site's ``options`` say about its Vendure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bridge.model import AdditionalOption, AdditionalOptionsSection, Consent

KEPT = {
    "member_number": "memberNumber",
    "personal_id": "personalId",
    "company": "company",
    "company_id": "companyId",
    "phone": "landline",
    "gender": "gender",
    "birthday": "birthday",
    "store_id_home": "homeStore",
}
"""Properties that Vendure has no field for, and what the plugin calls theirs."""

NAME = re.compile("[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
"""What GraphQL takes for a name: whatever goes into a query must be one."""


@dataclass(frozen=True)
class Options:
    """How the retailer's Vendure is set up."""

    variant: str
    """The id of the product variant that the order of a redeem is for: it is free."""

    shipping_method: str
    """The id of their shipping method, which is free, too."""

    channel: str = ""
    """The token of the channel to work in; by default, the default channel."""

    language: str = ""
    """Vendure's code for the language of names: ``sv``."""

    country: str = ""
    """Where an address is that a till sends without a country (ISO alpha-2)."""

    mail_domain: str = ""
    """Gives customers without e-mail an address there, which nobody has or sees."""

    fields: dict[str, str] = field(default_factory=lambda: dict(KEPT))
    """The customer's custom field for each property that is to be kept."""

    consents: tuple[Consent, ...] = ()
    """What a customer can agree to."""

    consents_field: str = "consents"
    """The customer's custom field with the ids of what has been agreed to."""

    communication_field: str = "communication"
    """The one with ``email``, ``sms`` and ``mail``."""

    additional_options: tuple[AdditionalOptionsSection, ...] = ()
    """What can be chosen for a customer; its id is the name of its custom field."""

    kind_field: str = "sitooKind"
    """The promotion's custom field that says ``promotion`` or ``bonus_check``."""

    owner_field: str = "sitooOwner"
    """The one with the id of the only customer that a promotion is for."""

    reference_field: str = "sitooReference"
    """The order's custom field with our reference, on the orders of redeems."""

    offers: dict[str, str] = field(default_factory=dict)
    """Promotions, by coupon code, that Sitoo knows: the voucher password of each."""

    store_name: str = "Vendure"
    """What a till shows as the store of a purchase."""

    decimals: int = 2
    """How many decimals of an amount Vendure counts in: its money strategy's."""

    transactions: int = 100
    """How many of a customer's last purchases are shown."""

    def __post_init__(self) -> None:
        """Refuse what could not stand in a query."""
        unknown = self.fields.keys() - KEPT.keys()
        if unknown:
            raise ValueError(f"fields: knows {', '.join(KEPT)} and no others")
        for key, name in self._named():
            if not NAME.fullmatch(name):
                raise ValueError(f"{key}: must be the name of a custom field")

    @property
    def choices(self) -> list[AdditionalOption]:
        """All additional options, whatever section they are shown in."""
        return [one for section in self.additional_options for one in section.options]

    @property
    def custom_fields(self) -> dict[str, list[str]]:
        """The custom fields that this site relies on, by entity."""
        of_customers = [*self.fields.values(), self.consents_field]
        of_customers += [self.communication_field, *(one.id for one in self.choices)]
        return {
            "Customer": of_customers,
            "Promotion": [self.kind_field, self.owner_field],
            "Order": [self.reference_field],
        }

    def _named(self) -> list[tuple[str, str]]:
        single = ["consents_field", "communication_field", "kind_field"]
        single += ["owner_field", "reference_field"]
        named = [(key, getattr(self, key)) for key in single]
        named += [("fields", name) for name in self.fields.values()]
        return named + [("additional_options", one.id) for one in self.choices]
