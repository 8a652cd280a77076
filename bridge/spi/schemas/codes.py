"""Properties that are texts in a form of their own: addresses, numbers, codes."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from marshmallow import ValidationError

from bridge.spi import countries, mail_address
from bridge.spi.phone import e164
from bridge.spi.schemas.property import Wrong
from bridge.spi.schemas.texts import Text, as_text


class Email(Text):
    """An e-mail address: trimmed and in lower case when it comes in."""

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
        return value if right else None

    def repaired(self, value: Any, country: str) -> str:
        address = as_text(value).strip()
        if not mail_address.is_address(address):
            raise Wrong
        return address


class Phone(Text):
    """A phone number: E.164 in an answer, and as typed in a request.

    A request's number becomes E.164 where the site's country is known (incoming.py).
    """

    longest = 64
    strict: ClassVar[re.Pattern[str]] = re.compile(r"\+[1-9][0-9]{1,14}")

    def shown(self, value: Any) -> Any:
        # A well-formed number can still be wrong: "+46070..." has a zero too many.
        right = type(value) is str and self.strict.fullmatch(value)
        return value if right and e164(value, "ZZ") == value else None

    def repaired(self, value: Any, country: str) -> str:
        number = e164(as_text(value)[: self.most], country)
        if number is None or not self.strict.fullmatch(number):
            raise Wrong
        return number


class Country(Text):
    """A country as its ISO 3166-1 alpha-2 code."""

    longest = 64

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        code: str = super()._deserialize(value, *args, **options).strip().upper()
        if code not in countries.ALPHA_2:
            raise ValidationError("must be an ISO 3166-1 alpha-2 country code")
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
            raise ValidationError("must be an ISO 4217 currency code")
        return code

    def shown(self, value: Any) -> Any:
        right = type(value) is str and value in countries.CURRENCIES
        return value if right else None

    def repaired(self, value: Any, country: str) -> str:
        code = as_text(value).strip().upper()
        if code not in countries.CURRENCIES:
            raise Wrong
        return code
