"""What a site's ``options`` say about its Voyado Engage."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.model import AdditionalOption, AdditionalOptionsSection

FIELDS = {
    "member_number": "memberNumber",
    "email": "email",
    "name_first": "firstName",
    "name_last": "lastName",
    "personal_id": "socialSecurityNumber",
    "mobile": "mobilePhone",
    "gender": "gender",
    "birthday": "birthDay",
}
FURTHER = ("company", "company_id", "phone")
"""Properties that a contact has an attribute for only where a tenant has added one."""

GENDERS = {"male": "Male", "female": "Female", "undisclosed": "Unknown"}
COLORS = {"green": "green", "yellow": "orange", "orange": "orange", "red": "red"}


@dataclass(frozen=True)
class Options:
    """How the retailer's tenant is set up."""

    reference_field: str
    """The contact's text attribute in which the bridge notes what it redeems."""

    fields: dict[str, str] = field(default_factory=lambda: dict(FIELDS))
    """The contact's attribute for each property that is to be kept."""

    custom_key: str = "memberNumber"
    """The attribute that the tenant's customKey stands for; or ``externalId``."""

    contact_type: str = "Member"
    """What kind of contact a till adds."""

    source: str = "POS"
    """What the tenant calls contacts and consents that come from a till."""

    stores: dict[str, str] = field(default_factory=dict)
    """Voyado's externalId of each store, by Sitoo's id, where they differ."""

    currency: str = ""
    """In what vouchers and offers are worth (ISO 4217); by default, the group's."""

    store_currencies: dict[str, str] = field(default_factory=dict)
    """The same for stores elsewhere, by Sitoo's id."""

    language: str = ""
    """In which consents are shown, ``sv-SE``; by default, the first there is."""

    country: str = ""
    """Where persons are looked up (ISO alpha-2); by default, as Voyado has it."""

    voucher_passwords: tuple[str, ...] = ()
    """Sitoo campaigns that are open to every contact, by their passwords."""

    label_passwords: dict[str, str] = field(default_factory=dict)
    """Further ones, by the label that a contact has to have."""

    labels_field: str = "labels"
    """Where a contact's labels stand."""

    genders: dict[str, str] = field(default_factory=lambda: dict(GENDERS))
    """What the tenant calls them."""

    colors: dict[str, str] = field(default_factory=lambda: dict(COLORS))
    """What a member status's colour is at the till; any other is orange."""

    additional_options: tuple[AdditionalOptionsSection, ...] = ()
    """What can be chosen for a contact; its id is the name of the attribute."""

    reassign_promotions: bool = False
    """Whether undoing may assign a promotion anew: Voyado takes no redeem back."""

    transactions: int = 100
    """How many of a contact's last purchases are shown."""

    user_agent: str = "SitooCrmBridge/1.0"
    """How the bridge is called in Voyado's logs: a name and a version."""

    def __post_init__(self) -> None:
        """Refuse what Voyado would ignore without a word."""
        if self.reference_field in ("", *FIELDS.values(), *self.fields.values()):
            raise ValueError("reference_field: must name an attribute of its own")
        known = {*FIELDS, *FURTHER}
        if self.fields.keys() - known:
            raise ValueError(f"fields: knows {', '.join(sorted(known))} and no others")
        if any(option.type == "enum-multi" for option in self.choices):
            raise ValueError("additional_options: an attribute has one value: no multi")

    @property
    def choices(self) -> list[AdditionalOption]:
        """All additional options, whatever section they are shown in."""
        return [one for section in self.additional_options for one in section.options]

    def currency_at(self, store_id: str) -> str:
        """Return in what a store counts; "" for the group's currency."""
        return self.store_currencies.get(store_id, self.currency)
