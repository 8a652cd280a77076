"""Rules that marshmallow checks and apispec writes down, in words for a cashier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from marshmallow import ValidationError, validate

from bridge.language import Situation, _

BETWEEN = _("must have {least} to {most} {things}")
AT_MOST = _("must have at most {most} {things}")
ONE_OF = _("must be one of: {words}")


class Pattern(validate.Regexp):
    """A regular expression for the *whole* text: ``$`` alone allows a line end."""

    def __init__(self, pattern: re.Pattern[str], error: str) -> None:
        super().__init__(pattern)
        self.words = error

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self.words)
        return value


def length(least: int, most: int, things: str = _("characters")) -> validate.Length:
    """Bound a text or list on both sides."""
    pattern = BETWEEN if least else AT_MOST
    error = Situation(pattern, least=least, most=most, things=Situation(things))
    return validate.Length(least or None, most, error=error)


def one_of(words: Sequence[str]) -> validate.OneOf:
    """Allow a few words."""
    return validate.OneOf(words, error=Situation(ONE_OF, words=", ".join(words)))


class Distinct(validate.Validator):
    """No element comes twice."""

    def __call__(self, value: Iterable[Any]) -> Any:
        elements = list(value)
        if len(set(elements)) < len(elements):
            raise ValidationError("must not name anything twice")
        return value
