"""A customer: what is searched for, shown and written (SPI: Customer, its parts)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypedDict

from bridge.model.values import Amount, Moment


class SearchKeyType(StrEnum):
    """What a search key is (SPI: SearchKeyType)."""

    PERSONAL_ID = "personal_id"
    MOBILE = "mobile"
    EMAIL = "email"
    MEMBER_NUMBER = "member_number"
    COMPANY_ID = "company_id"


@dataclass(frozen=True, slots=True)
class SearchKey:
    """A key to search for, normalised: E.164, lower-case e-mail, full personal id."""

    key_type: SearchKeyType
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    address: str | None = None
    name: str | None = None
    address2: str | None = None
    zip: str | None = None
    city: str | None = None
    state: str | None = None
    country_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAdditionalOption:
    id: str
    enum_values: list[str] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerStatus:
    color: Literal["red", "orange", "green"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartAmount:
    value_money: Amount
    type: Literal["cart_amount"] = "cart_amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPercent:
    value_int: int | Decimal
    type: Literal["cart_percent"] = "cart_percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    type: Literal["manual"] = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    value_string: str
    type: Literal["offer"] = "offer"


PromotionType = CartAmount | CartPercent | Manual | Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    promotion_id: str
    promotion_type: PromotionType
    name: str
    redeemed: bool
    description: str | None = None
    date_redeemed: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusCheck:
    bonus_check_id: str
    name: str
    cart_amount: Amount
    redeemed: bool
    description: str | None = None
    date_redeemed: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    title: str
    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMoney:
    title: str
    value: Amount
    type: Literal["money"] = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSection:
    title: str
    values: list[SectionText | SectionMoney]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as the POS shows it.

    ``None`` leaves a property out.  ``promotions`` and ``bonus_checks`` are ``None``
    where they could not be read, and ``[]`` only where there certainly are none.
    """

    customer_id: str | None = None
    member_number: str | None = None
    email: str | None = None
    name_first: str | None = None
    name_last: str | None = None
    personal_id: str | None = None
    company: str | None = None
    company_id: str | None = None
    phone: str | None = None
    mobile: str | None = None
    invoice_address: Address | None = None
    delivery_address: Address | None = None
    gender: str | None = None
    birthday: date | str | None = None
    accepts_communication: list[str] | None = None
    consents: list[str] | None = None
    additional_options: list[CustomerAdditionalOption] | None = None
    status: CustomerStatus | None = None
    promotions: list[Promotion] | None = None
    bonus_checks: list[BonusCheck] | None = None
    voucher_passwords: list[str] | None = None
    store_id_home: str | None = None
    sections: list[CustomerSection] | None = None


class AddressProperties(TypedDict, total=False):
    """The parts of an address that are to be written.

    In an update those that differ: a part that is absent stays in the CRM as it is, and
    ``None`` clears.  In a create those that were given.
    """

    address: str | None
    name: str | None
    address2: str | None
    zip: str | None
    city: str | None
    state: str | None
    country_id: str | None


class CustomerProperties(TypedDict, total=False):
    """What the POS wants a customer to have, normalised.

    In an update only what differs from what the card showed, in a create what was
    given.  A key that is absent stays in the CRM as it is, whatever is in there.

    * ``None`` clears a property, and the whole of an address.
    * An address has the parts that differ: the others stay.
    * ``accepts_communication`` and ``consents`` are the whole list as it shall be, with
      what the card could not show still in it; ``[]`` clears.
    * ``additional_options`` are the answers that differ, each whole: the others stay.
      One with neither values nor text is cleared: its ``enum_values`` are ``[]`` and
      its ``text`` is ``None``.

    ``store_id_home`` comes with a create only (SPI: read only but for POST).
    """

    member_number: str | None
    email: str | None
    name_first: str | None
    name_last: str | None
    personal_id: str | None
    company: str | None
    company_id: str | None
    phone: str | None
    mobile: str | None
    invoice_address: AddressProperties | None
    delivery_address: AddressProperties | None
    gender: str | None
    birthday: date | None
    accepts_communication: list[str]
    consents: list[str]
    additional_options: list[CustomerAdditionalOption]
    store_id_home: str | None
