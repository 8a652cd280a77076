"""SPI: Consent, AdditionalOptionsSection and its parts."""

from __future__ import annotations

from dataclasses import replace

from bridge.model import (
    AdditionalOption,
    AdditionalOptionEnumValue,
    AdditionalOptionsSection,
    Consent,
)
from bridge.spi.schemas.answer import AnswerSchema
from bridge.spi.schemas.fields.numbers import Flag
from bridge.spi.schemas.fields.texts import AdditionalOptionType, Id, OptionId, Text
from bridge.spi.schemas.parts import Part, Parts


class ConsentSchema(AnswerSchema):
    model = Consent

    consent_id = Id("The CRM's own id", required=True)
    name = Text("What the customer is asked", required=True)
    description = Text("More about it")
    value = Flag("Whether it is ticked beforehand for a new customer", required=True)


class AdditionalOptionEnumValueSchema(AnswerSchema):
    model = AdditionalOptionEnumValue

    id = OptionId("Names the value when a customer has chosen it", required=True)
    name = Text("What can be chosen", shortest=1, longest=64, required=True)


def possible(option: AdditionalOption) -> AdditionalOption:
    """Require no choice where there is nothing to choose: nobody could sign up."""
    offered = option.enum_options
    choices = offered if isinstance(offered, list) else ()
    if str(option.type).strip().lower().startswith("enum") and not any(
        str(one.id).strip() and str(one.name or "").strip()
        for one in choices
        if isinstance(one, AdditionalOptionEnumValue)
    ):
        return replace(option, required=False)
    return option


class AdditionalOptionSchema(AnswerSchema):
    model = AdditionalOption
    prepare = staticmethod(possible)

    id = OptionId("Names the option in a customer's answers", required=True)
    name = Text("What is asked for", shortest=1, longest=32, required=True)
    type = AdditionalOptionType("How it is answered", required=True)
    required = Flag(
        "Whether a customer cannot be saved without it",
        metadata={"default": False},
    )
    enum_options = Parts(Part(AdditionalOptionEnumValueSchema), "What can be chosen")


class AdditionalOptionsSectionSchema(AnswerSchema):
    model = AdditionalOptionsSection

    name = Text("Heading over the options", shortest=1, longest=32, required=True)
    options = Parts(
        Part(AdditionalOptionSchema), "What is asked under the heading", required=True
    )
