"""Properties that are numbers: yes or no, counts, percentages, money, quantities.

Money and quantities are texts in the SPI, and floats nowhere.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError, fields
from marshmallow.validate import Range

from bridge.language import Situation, _
from bridge.spi.schemas.fields.property import Property, Wrong
from bridge.spi.schemas.fields.rules import Pattern

INT64 = 2**63
"""The first whole number that the SPI's int64 cannot hold."""

PLAIN = re.compile(r"[-+]?[0-9]{1,19}(\.[0-9]{0,25})?")

# Our own, because any library may change the thread's: 28 digits, half up as in a shop.
ROUNDING = Context(prec=28, rounding=ROUND_HALF_UP)


def as_decimal(value: Any) -> Decimal:
    """Return a number that is safe to calculate with.  Raise ``Wrong`` for a float."""
    if isinstance(value, str) and PLAIN.fullmatch(value.strip()):
        value = Decimal(value.strip())
    elif type(value) is int and abs(value) < INT64:
        value = Decimal(value)
    # The bound also keeps Decimal("1E+999999") from becoming a million digits.
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < INT64:
        return value
    raise Wrong


def as_whole(value: Any) -> int:
    """Return a whole number.  Raise ``Wrong`` for what is not whole, or not certain."""
    number = as_decimal(value)
    if number != number.to_integral_value():
        raise Wrong
    return int(number)


DECIMALS = _("must be a number with {number} decimals")


class Flag(Property, fields.Boolean):
    """Yes or no."""

    certain: ClassVar[dict[Any, bool]] = {
        **{0: False, "0": False, "false": False},
        **{1: True, "1": True, "true": True},
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value

    def shown(self, value: Any) -> Any:
        return value if isinstance(value, bool) else None

    def repaired(self, value: Any, country: str) -> bool:
        if not isinstance(value, str | int):
            raise Wrong
        word = value.strip().lower() if isinstance(value, str) else value
        if word not in self.certain:
            raise Wrong
        return self.certain[word]


class Whole(Property, fields.Integer):
    """A whole number, between bounds where there are any."""

    bounds: ClassVar[tuple[int, int] | None] = None

    def __init__(self, description: str = "", **options: Any) -> None:
        rules = [Range(*self.bounds)] if self.bounds else []
        super().__init__(description, rules=rules, **options)
        self.least, self.most = self.bounds or (1 - INT64, INT64 - 1)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if type(value) is not int or abs(value) >= INT64:
            raise ValidationError("must be a whole number")
        return value

    def shown(self, value: Any) -> Any:
        right = type(value) is int and self.least <= value <= self.most
        return value if right else None

    def repaired(self, value: Any, country: str) -> int:
        number = as_whole(value)
        if not self.least <= number <= self.most:
            raise Wrong
        return number


class Percent(Whole):
    """A whole percentage that takes something off."""

    bounds = (1, 100)


class Rate(Property, fields.Float):
    """A percentage as a JSON number: how VAT was calculated, not money."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | float:
        if type(value) not in (int, float) or not abs(value) < INT64:
            raise ValidationError("must be a number")
        number: int | float = value
        return number

    def shown(self, value: Any) -> Any:
        if type(value) is Decimal and value.is_finite() and abs(value) < INT64:
            return int(value) if value == value.to_integral_value() else float(value)
        right = type(value) in (int, float) and abs(value) < INT64
        return value if right and math.isfinite(value) else None

    def repaired(self, value: Any, country: str) -> int | float:
        number: int | float = self.shown(as_decimal(value))
        return number


class Fixed(Property, fields.String):
    """A decimal number as a text, always with the same number of decimals."""

    pattern: ClassVar[re.Pattern[str]]
    decimals: ClassVar[int]
    longest: ClassVar[int] = 32

    def __init__(self, description: str = "", **options: Any) -> None:
        words = Situation(DECIMALS, number=self.decimals)
        super().__init__(description, rules=[Pattern(self.pattern, words)], **options)
        self.step = Decimal(1).scaleb(-self.decimals)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("must be text")
        return value

    def shown(self, value: Any) -> Any:
        if type(value) is str:
            short = len(value) <= self.longest
            return value if short and self.pattern.fullmatch(value) else None
        if type(value) is Decimal or type(value) is int:
            number = as_decimal(value)
            fixed = number.quantize(self.step, context=ROUNDING)
            return self._text(fixed) if fixed == number else None
        return None

    def repaired(self, value: Any, country: str) -> str:
        return self._text(as_decimal(value).quantize(self.step, context=ROUNDING))

    def _text(self, fixed: Decimal) -> str:
        # "-0.00" is no amount that anybody would want to read.
        return str(fixed if fixed else abs(fixed))


class Money(Fixed):
    """An amount in the transaction's or the site's currency, with two decimals."""

    pattern = re.compile(r"^[-+]?[0-9]+\.[0-9]{2}$")
    decimals = 2


class DecimalQuantity(Fixed):
    """How much of something, with three decimals."""

    pattern = re.compile(r"^[-+]?[0-9]+\.[0-9]{3}$")
    decimals = 3
