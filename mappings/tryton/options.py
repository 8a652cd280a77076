"""What a site's ``options`` say about its Tryton."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.mapping import Secret
from bridge.model import AdditionalOptionsSection, ItemKind


@dataclass(frozen=True)
class Options:
    """How the retailer's Tryton is set up."""

    company: int
    """The id of the company that sells, as its form shows it under View Logs."""

    currency: str
    """What the tills count in (ISO 4217): gift cards in another one are not shown."""

    user: str = ""
    """The login of the application key's user: redeeming needs a session of its own."""

    password: Secret | None = None

    language: str = ""
    """Tryton's code for the language of names, and of customers that a till adds."""

    member_number_type: str = ""
    """The type of identifier that a member number is; by default one without a type."""

    personal_id_type: str = ""
    """For instance ``se_personnummer`` or ``fi_hetu``; without it none are kept."""

    company_id_type: str = ""
    """For instance ``se_orgnr`` or ``fi_ytunnus``; without it none are kept."""

    consents_category: str = "Consents"
    """The party category whose children a customer can agree to."""

    communication_category: str = "Communication"
    """The one whose children are ``email``, ``sms`` and ``mail``."""

    coupons: bool = True
    """Show coupons as promotions: needs the module sale_promotion_coupon."""

    gift_cards: bool = True
    """Show gift cards as bonus checks: needs the module sale_gift_card."""

    discounts: bool = False
    """Show what a line was reduced by by hand: needs the module sale_discount."""

    offers: dict[str, str] = field(default_factory=dict)
    """Promotions, by name, that Sitoo knows: the voucher password that unlocks each."""

    stores: dict[str, str] = field(default_factory=dict)
    """Sitoo's store id by the code of Tryton's warehouse, where the two differ."""

    transactions: int = 100
    """How many of a customer's last purchases are shown."""

    additional_options: tuple[AdditionalOptionsSection, ...] = ()
    """What can be chosen for a customer besides; Tryton has no such thing itself."""

    def redeems(self, kind: ItemKind) -> bool:
        """Whether this kind of item is shown and redeemed at all."""
        return self.coupons if kind is ItemKind.PROMOTION else self.gift_cards

    @property
    def identifiers(self) -> dict[str, str | None]:
        """The types of identifier by the property that they are."""
        kept = {"member_number": self.member_number_type or None}
        for key in ("personal_id", "company_id"):
            if kind := getattr(self, f"{key}_type"):
                kept[key] = kind
        return kept
