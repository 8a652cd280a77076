"""What a customer can agree to and choose from (SPI: Consent, AdditionalOption)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    consent_id: str
    name: str
    value: bool = False
    """Ticked beforehand on the registration form: false unless the CRM insists."""
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalOptionEnumValue:
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalOption:
    id: str
    name: str
    type: Literal["enum-single", "enum-multi", "text"]
    required: bool = False
    enum_options: list[AdditionalOptionEnumValue] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalOptionsSection:
    name: str
    options: list[AdditionalOption]
