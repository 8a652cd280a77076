"""SPI: Customer and its parts, but for promotions and bonus checks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from marshmallow import post_load

from bridge.language import _
from bridge.model import (
    Address,
    AddressProperties,
    Customer,
    CustomerAdditionalOption,
    CustomerSection,
    CustomerStatus,
    SectionMoney,
    SectionText,
)
from bridge.spi.identity import option_ids, postcode
from bridge.spi.schemas.answer import AnswerSchema
from bridge.spi.schemas.benefits import BonusCheckSchema, PromotionSchema
from bridge.spi.schemas.fields.codes import (
    CompanyId,
    Country,
    Email,
    PersonalId,
    Phone,
)
from bridge.spi.schemas.fields.numbers import Money
from bridge.spi.schemas.fields.rules import length
from bridge.spi.schemas.fields.texts import (
    CommunicationType,
    CustomerStatusColor,
    Gender,
    Id,
    Kind,
    MemberNumber,
    OptionId,
    Text,
)
from bridge.spi.schemas.fields.times import Birthday
from bridge.spi.schemas.parts import OneOf, Part, Parts

MANY = [length(0, 200, _("elements"))]
"""For the lists that the POS writes; what a CRM sends is not bounded."""


class AddressSchema(AnswerSchema):
    model = Address

    name = Text("Who is there, usually the recipient", allow_none=True)
    # A CRM often knows a town and no street; an empty line is true, and keeps the rest.
    address = Text("Street and number", required=True, absent="")
    address2 = Text("Second line, such as c/o", allow_none=True)
    zip = Text("Postal code", longest=64, allow_none=True)
    city = Text("Town", allow_none=True)
    state = Text("State or region", allow_none=True)
    country_id = Country("ISO 3166-1 alpha-2, upper-case", allow_none=True)

    @classmethod
    def agree(cls, parts: dict[str, Any], country: str) -> Collection[str]:
        """Spell the postcode as the address's own country does, or else the site's."""
        code = parts.get("zip") or ""
        spelled = postcode.spelling(code, parts.get("country_id") or country)
        if spelled == code:
            return ()
        parts["zip"] = spelled
        return ("zip",)

    @post_load
    def into_model(self, data: dict[str, Any], **_: Any) -> AddressProperties | None:
        """Give the parts that have something in them; an address without any is none.

        An address in a request is the whole one, as the till's form has it: a part that
        is left out is as empty as a null one.
        """
        parts = {name: part for name, part in data.items() if part}
        return cast(AddressProperties, parts) if parts else None


class CustomerAdditionalOptionSchema(AnswerSchema):
    model = CustomerAdditionalOption

    id = OptionId("Which additional option was answered", required=True)
    enum_values = Parts(
        OptionId(),
        "The ids of the values that were chosen",
        rules=MANY,
        allow_none=True,
    )
    text = Text("What was written, for an option of type text", allow_none=True)

    @post_load
    def into_model(self, data: dict[str, Any], **_: Any) -> CustomerAdditionalOption:
        """Give it with the CRM's own ids; a digest has yet to be looked up."""
        values = data.get("enum_values")
        return CustomerAdditionalOption(
            id=option_ids.own(data["id"]),
            enum_values=None if values is None else [*map(option_ids.own, values)],
            text=data.get("text"),
        )


class CustomerStatusSchema(AnswerSchema):
    model = CustomerStatus

    color = CustomerStatusColor("How the status looks at the register", required=True)
    text = Text("What the status says; may be empty", required=True, absent="")


class CustomerSectionValueTextSchema(AnswerSchema):
    model = SectionText

    type = Kind("text")
    title = Text("What the text is about", required=True)
    text = Text("The text", required=True)


class CustomerSectionValueMoneySchema(AnswerSchema):
    model = SectionMoney

    type = Kind("money")
    title = Text("What the amount is about", required=True)
    value = Money("The amount", required=True)


class CustomerSectionSchema(AnswerSchema):
    model = CustomerSection

    title = Text("Heading on the customer card", required=True)
    values = Parts(
        OneOf(
            {
                "text": CustomerSectionValueTextSchema,
                "money": CustomerSectionValueMoneySchema,
            }
        ),
        "Lines under the heading, from top to bottom",
        required=True,
    )


class CustomerSchema(AnswerSchema):
    model = Customer

    customer_id = Id(
        "The CRM's own id; there in every answer but lookup's", dump_only=True
    )
    member_number = MemberNumber("Printed on the customer's receipts", allow_none=True)
    email = Email("E-mail address", allow_none=True)
    name_first = Text("First name", allow_none=True)
    name_last = Text("Last name", allow_none=True)
    personal_id = PersonalId("National identity number", allow_none=True)
    company = Text("Company's name", allow_none=True)
    company_id = CompanyId("Company's registration number", allow_none=True)
    phone = Phone("Phone number; answered as E.164", allow_none=True)
    mobile = Phone("Mobile number; answered as E.164", mobile=True, allow_none=True)
    invoice_address = Part(AddressSchema, "Where invoices go", allow_none=True)
    delivery_address = Part(AddressSchema, "Where goods go", allow_none=True)
    gender = Gender("Gender", allow_none=True)
    birthday = Birthday("Day of birth, without a time", allow_none=True)
    accepts_communication = Parts(
        CommunicationType(),
        "Ways the customer may be reached",
        rules=MANY,
        allow_none=True,
    )
    consents = Parts(
        Id(), "Ids of the consents that the customer gave", rules=MANY, allow_none=True
    )
    additional_options = Parts(
        Part(CustomerAdditionalOptionSchema),
        "Answers to the additional options",
        rules=MANY,
        allow_none=True,
    )
    status = Part(CustomerStatusSchema, "A light on the customer card", dump_only=True)
    promotions = Parts(
        Part(PromotionSchema),
        "What the customer may have; left out if the CRM could not say",
        dump_only=True,
    )
    bonus_checks = Parts(
        Part(BonusCheckSchema),
        "The customer's bonus checks; left out if the CRM could not say",
        dump_only=True,
    )
    voucher_passwords = Parts(
        Text(), "What unlocks campaigns in Sitoo for this customer", dump_only=True
    )
    store_id_home = Id(
        "External id of the home store; set on creation only", allow_none=True
    )
    sections = Parts(
        Part(CustomerSectionSchema), "More to show on the customer card", dump_only=True
    )

    @post_load
    def into_model(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Keep the difference between a property that was cleared and one not sent."""
        return data
