"""What travels between the SPI, the redeem kernel and a mapping.  No I/O.

The names are the SPI's.  A mapping may fill in what its CRM sent as it stands
(a money amount as ``"12.5"``, a country as ``"se"``): the SPI edge repairs what is
certain and leaves out what is not.  Only these rules hold everywhere: money is
never a float, a ``datetime`` is aware, an id is an opaque string.

A room is opened when somebody asks for what is in it: the journal knows items alone.
"""

from typing import TYPE_CHECKING

from bridge.rooms import rooms

if TYPE_CHECKING:
    from bridge.model.catalogue import (
        AdditionalOption,
        AdditionalOptionEnumValue,
        AdditionalOptionsSection,
        Consent,
    )
    from bridge.model.context import (
        Context,
    )
    from bridge.model.customer import (
        Address,
        AddressProperties,
        BonusCheck,
        CartAmount,
        CartPercent,
        Customer,
        CustomerAdditionalOption,
        CustomerProperties,
        CustomerSection,
        CustomerStatus,
        Manual,
        Offer,
        Promotion,
        PromotionType,
        SearchKey,
        SearchKeyType,
        SectionMoney,
        SectionText,
    )
    from bridge.model.redeem import (
        Item,
        ItemKind,
        Receipt,
    )
    from bridge.model.status import unread
    from bridge.model.transaction import (
        Transaction,
        TransactionItem,
        TransactionItemDiscount,
        TransactionPayment,
    )
    from bridge.model.values import (
        Amount,
        Moment,
    )

__all__ = [
    "AdditionalOption",
    "AdditionalOptionEnumValue",
    "AdditionalOptionsSection",
    "Address",
    "AddressProperties",
    "Amount",
    "BonusCheck",
    "CartAmount",
    "CartPercent",
    "Consent",
    "Context",
    "Customer",
    "CustomerAdditionalOption",
    "CustomerProperties",
    "CustomerSection",
    "CustomerStatus",
    "Item",
    "ItemKind",
    "Manual",
    "Moment",
    "Offer",
    "Promotion",
    "PromotionType",
    "Receipt",
    "SearchKey",
    "SearchKeyType",
    "SectionMoney",
    "SectionText",
    "Transaction",
    "TransactionItem",
    "TransactionItemDiscount",
    "TransactionPayment",
    "unread",
]

HOMES = {
    "AdditionalOption": "catalogue",
    "AdditionalOptionEnumValue": "catalogue",
    "AdditionalOptionsSection": "catalogue",
    "Consent": "catalogue",
    "Context": "context",
    "Address": "customer",
    "AddressProperties": "customer",
    "BonusCheck": "customer",
    "CartAmount": "customer",
    "CartPercent": "customer",
    "Customer": "customer",
    "CustomerAdditionalOption": "customer",
    "CustomerProperties": "customer",
    "CustomerSection": "customer",
    "CustomerStatus": "customer",
    "Manual": "customer",
    "Offer": "customer",
    "Promotion": "customer",
    "PromotionType": "customer",
    "SearchKey": "customer",
    "SearchKeyType": "customer",
    "SectionMoney": "customer",
    "SectionText": "customer",
    "Item": "redeem",
    "ItemKind": "redeem",
    "Receipt": "redeem",
    "unread": "status",
    "Transaction": "transaction",
    "TransactionItem": "transaction",
    "TransactionItemDiscount": "transaction",
    "TransactionPayment": "transaction",
    "Amount": "values",
    "Moment": "values",
}
"""Where each name is at home."""

__getattr__ = rooms(__name__, HOMES)
