"""What a site's ``options`` say about its Voucherify project."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from bridge.model import AdditionalOption, AdditionalOptionsSection, Consent

KEPT = {
    "name_first": "first_name",
    "name_last": "last_name",
    "member_number": "member_number",
    "personal_id": "personal_id",
    "company": "company",
    "company_id": "company_id",
    "phone": "landline",
    "gender": "gender",
    "store_id_home": "home_store",
}
"""Properties that Voucherify has no field for, and the metadata that keeps each."""

NAMES = ("name_first", "name_last")

SOURCES = ("member_number", "email", "mobile", "personal_id", "company_id")


@dataclass(frozen=True)
class Reward:
    """Something that a loyalty card's points buy at a till."""

    id: str
    """The id of a *pay with points* reward: ``rew_...``."""

    name: str
    points: int
    amount: Decimal
    """What it takes off the cart."""

    campaign: str = ""
    """The name of the only loyalty programme that has it; by default all have."""

    def __post_init__(self) -> None:
        """Refuse what would give something for nothing, or nothing for something."""
        if self.points < 1 or self.amount <= 0:
            raise ValueError("rewards: points and amount must be more than 0")


@dataclass(frozen=True)
class Options:
    """How the retailer's project is set up."""

    app_id: str
    """The application id that belongs to the secret key."""

    source_id: str = "member_number"
    """Which property of a customer is the source id, which tills can search for."""

    fields: dict[str, str] = field(default_factory=lambda: dict(KEPT))
    """The key in the customer's metadata for each property that is to be kept."""

    consents: tuple[Consent, ...] = ()
    """What a customer can agree to."""

    consents_key: str = "consents"
    """The key in the customer's metadata with the ids of what has been agreed to."""

    communication_key: str = "communication"
    """The one with ``email``, ``sms`` and ``mail``."""

    additional_options: tuple[AdditionalOptionsSection, ...] = ()
    """What can be chosen for a customer; its id is the key in the metadata."""

    promotion_tiers: bool = True
    """Whether cards show promotion tiers too, for two more calls each."""

    rewards: tuple[Reward, ...] = ()
    """What tills give for the points of loyalty cards."""

    offer_key: str = "sitoo_offer"
    """The key in a voucher's or tier's metadata with the voucher password of Sitoo's
    campaign that it stands for."""

    repeats_key: str = "sitoo_repeats"
    """The key that, when true, lets one customer redeem a promotion tier again."""

    reference_key: str = "sitoo_reference"
    """The key in a redemption's metadata that keeps our reference."""

    def __post_init__(self) -> None:
        """Refuse what Voucherify could not keep or find."""
        if self.source_id not in SOURCES:
            raise ValueError(f"source_id: must be one of {', '.join(SOURCES)}")
        if self.fields.keys() - KEPT.keys():
            raise ValueError(f"fields: knows {', '.join(KEPT)} and no others")

    @property
    def kept(self) -> dict[str, str]:
        """What only the metadata keep: the source id has a place of its own."""
        elsewhere = {self.source_id, *NAMES}
        return {k: name for k, name in self.fields.items() if k not in elsewhere}

    @property
    def names(self) -> dict[str, str]:
        """Where first and last name are told apart, if the name itself does not."""
        return {key: self.fields.get(key, KEPT[key]) for key in NAMES}

    @property
    def choices(self) -> list[AdditionalOption]:
        """All additional options, whatever section they are shown in."""
        return [one for section in self.additional_options for one in section.options]
