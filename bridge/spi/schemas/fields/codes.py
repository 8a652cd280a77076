"""Properties that are texts in a form of their own: addresses, numbers, codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from marshmallow import ValidationError

from bridge.spi.identity import countries, identifiers, mail_address
from bridge.spi.identity.phone import e164, is_e164
from bridge.spi.schemas.fields.property import Present, Report, Wrong
from bridge.spi.schemas.fields.texts import Text, as_text


class Email(Text):
    """An e-mail address, in its one spelling in both directions."""

    longest = mail_address.LONGEST

    def __init__(self, description: str = "", **options: Any) -> None:
        super().__init__(description, metadata={"format": "email"}, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        address = mail_address.spelling(super()._deserialize(value, *args, **options))
        if not mail_address.is_address(address):
            raise ValidationError("must be an e-mail address")
        return address

    def shown(self, value: Any) -> Any:
        right = type(value) is str and mail_address.is_address(value)
        return value if right and mail_address.spelling(value) == value else None

    def repaired(self, value: Any, country: str) -> str:
        address = mail_address.spelling(as_text(value))
        if not mail_address.is_address(address):
            raise Wrong
        return address


class Phone(Text):
    """A phone number: E.164 in an answer, and as typed in a request.

    A request's number becomes E.164 where the site's country is known (incoming.py).
    """

    longest = 64

    def __init__(
        self, description: str = "", *, mobile: bool = False, **options: Any
    ) -> None:
        super().__init__(description, **options)
        self.mobile = mobile

    def shown(self, value: Any) -> Any:
        return value if type(value) is str and is_e164(value) else None

    def repaired(self, value: Any, country: str) -> str:
        number = e164(as_text(value)[: self.most], country, mobile=self.mobile)
        if number is None:
            raise Wrong
        return number


class NationalNumber(Text):
    """A number that a country gives: in its one spelling in both directions.

    A request's number gets it where the site's country is known (incoming.py).
    """

    longest = 64
    spell: ClassVar[Callable[[str, str, date], str]]

    def presenter(self, path: str) -> Present:
        """Return what presents it: no spelling is right in every country."""
        repaired = self.repaired

        def present(value: Any, country: str, report: Report) -> Any:
            spelled = repaired(value, country)
            if spelled != value:
                report(path, "repaired")
            return spelled

        return present

    def repaired(self, value: Any, country: str) -> str:
        text = as_text(value)
        if len(text) > self.most:
            raise Wrong
        return type(self).spell(text, country, datetime.now(UTC).date())


class PersonalId(NationalNumber):
    spell = staticmethod(identifiers.personal_id)


class CompanyId(NationalNumber):
    spell = staticmethod(identifiers.company_id)


class Country(Text):
    """A country as its ISO 3166-1 alpha-2 code."""

    longest = 64

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        code = countries.alpha_2(super()._deserialize(value, *args, **options))
        if code is None:
            raise ValidationError("must be a country code of two letters, such as SE")
        return code

    def shown(self, value: Any) -> Any:
        right = type(value) is str and value in countries.ALPHA_2
        return value if right else None

    def repaired(self, value: Any, country: str) -> str:
        code = countries.alpha_2(as_text(value))
        if code is None:
            raise Wrong
        return code


class Currency(Text):
    """A currency as its ISO 4217 code of three letters."""

    longest = 3

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        code: str = super()._deserialize(value, *args, **options)
        if code not in countries.CURRENCIES:
            raise ValidationError(
                "must be a currency code of three letters, such as SEK"
            )
        return code

    def shown(self, value: Any) -> Any:
        right = type(value) is str and value in countries.CURRENCIES
        return value if right else None

    def repaired(self, value: Any, country: str) -> str:
        code = as_text(value).strip().upper()
        if code not in countries.CURRENCIES:
            raise Wrong
        return code
