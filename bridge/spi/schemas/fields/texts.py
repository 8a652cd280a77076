"""Properties that are texts: names, ids, and choices among a few words."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from bridge.language import _
from bridge.model import SearchKeyType
from bridge.spi.identity import letters, option_ids
from bridge.spi.schemas.fields.numbers import as_whole
from bridge.spi.schemas.fields.property import Written, Wrong
from bridge.spi.schemas.fields.rules import Pattern, length, one_of

UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, but for tab and line ends, and halves of surrogate pairs."""


SCANNER = re.compile("[\2-\4\x1c-\x1f]")
"""What scanners put around and between the parts of a code: STX, ETX, EOT, FS to US."""


def as_text(value: Any) -> str:
    """Return a text, or a whole number as a text, fit to be shown; or raise ``Wrong``.

    In the one way of writing that a request's texts have too (``letters.py``): what a
    till sends back is then what it was shown.  Many CRMs keep ids, zip codes and member
    numbers as numbers.
    """
    if isinstance(value, str):
        return letters.written(UNFIT.sub("", value))
    return str(as_whole(value))


class Text(Written, fields.String):
    """A text.  Too long in an answer, it is cut: better a short name than none."""

    shortest: ClassVar[int] = 0
    longest: ClassVar[int] = 1024
    """Characters.  The SPI bounds few texts; this bounds the others."""

    def __init__(
        self,
        description: str = "",
        *,
        shortest: int | None = None,
        longest: int | None = None,
        **options: Any,
    ) -> None:
        self.least = self.shortest if shortest is None else shortest
        self.most = self.longest if longest is None else longest
        options.setdefault("rules", [length(self.least, self.most)])
        super().__init__(description, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError("must be text")
        if UNFIT.search(value):
            raise ValidationError("must not have control characters in it")
        return value

    def shown(self, value: Any) -> Any:
        if type(value) is not str or not self.least <= len(value) <= self.most:
            return None
        # These two are quick, and true for nearly every text.
        if value.isascii() and value.isprintable():
            return value
        right = letters.is_written(value) and not UNFIT.search(value)
        return value if right else None

    def repaired(self, value: Any, country: str) -> str:
        text = letters.written(as_text(value)[: self.most])
        if len(text) < self.least:
            raise Wrong
        return text


class Id(Text):
    """An opaque id.  It is never cut: a part of it would be another one's id."""

    shortest = 1
    longest = 255

    def repaired(self, value: Any, country: str) -> str:
        text = as_text(value)
        if not self.least <= len(text) <= self.most:
            raise Wrong
        return text


class Scanned(Id):
    """An id that may come out of a scanner: without the scanner's own characters."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if isinstance(value, str):
            value = SCANNER.sub("", value)
        return super()._deserialize(value, *args, **options)


class MemberNumber(Scanned):
    """A member number: trimmed, whoever it comes from; otherwise as it is."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        return super()._deserialize(value, *args, **options).strip()

    def shown(self, value: Any) -> Any:
        ready = super().shown(value)
        return ready if ready is not None and ready == ready.strip() else None

    def repaired(self, value: Any, country: str) -> str:
        return super().repaired(as_text(value).strip(), country)


class OptionId(Text):
    """The id of an additional option, or of a value that can be chosen for one.

    In an answer in the SPI's form (``option_ids.py``); whoever loads one takes the
    CRM's own id back out of it.
    """

    words = _("must be 2 to 32 letters, digits, - or _, and begin with a letter")

    def __init__(self, description: str = "", **options: Any) -> None:
        rules = [Pattern(option_ids.PATTERN, self.words)]
        super().__init__(description, rules=rules, **options)

    def shown(self, value: Any) -> Any:
        return value if type(value) is str and option_ids.fits(value) else None

    def repaired(self, value: Any, country: str) -> str:
        text = as_text(value).strip()
        if not text:
            raise Wrong
        if option_ids.fits(text):
            return text
        # What is found again must be the id itself, however it is written.
        return option_ids.fitting(value if isinstance(value, str) else text)


class Choice(Text):
    """One of a few words."""

    choices: ClassVar[tuple[str, ...]]

    def __init__(self, description: str = "", **options: Any) -> None:
        super().__init__(description, rules=[one_of(self.choices)], **options)

    def shown(self, value: Any) -> Any:
        return value if type(value) is str and value in self.choices else None

    def repaired(self, value: Any, country: str) -> str:
        word = as_text(value).strip().lower()
        if word not in self.choices:
            raise Wrong
        return word


class Gender(Choice):
    choices = ("male", "female", "undisclosed")


class CommunicationType(Choice):
    choices = ("email", "sms", "mail")


class CustomerStatusColor(Choice):
    choices = ("red", "orange", "green")


class AdditionalOptionType(Choice):
    choices = ("enum-single", "enum-multi", "text")


class KeyType(Choice):
    """The SPI's SearchKeyType."""

    choices = tuple(key_type.value for key_type in SearchKeyType)


class Kind(Choice):
    """The word by which an object says which of several it is."""

    def __init__(self, word: str, description: str = "") -> None:
        self.word = word
        self.choices = (word,)  # type: ignore[misc]
        super().__init__(description, required=True)

    def repaired(self, value: Any, country: str) -> str:
        """The model's class says it for certain, whatever the property says."""
        return self.word
