"""Answers of a CRM with nobody's data in them, built as they were.

Nothing is kept but what is known: true, false and null, members that the file reads,
words that it knows where it knows them, small numbers, and punctuation.  All the rest
is replaced, the same by the same, so that a customer's id is one id everywhere and an
expression finds what it found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bridge.cli.mapping.described.pseudonyms import Pseudonyms, pieces
from bridge.mapping import Vocabulary
from bridge.spi.identity.countries import CURRENCIES, alpha_2

ELSEWHERE = "https://crm.example"
"""The address of the CRM in a recording."""

SMALL = 100
"""Below it, a number is a share, a count or a word of the CRM's, unless it is an id."""

ID = re.compile(r"(.*_)?(id|no|nr|number)|.*[a-z0-9](Id|ID|No|Nr|Number)")
"""What members are called that say who or what something is."""

WORDS = frozenset(
    {
        *("male", "female", "undisclosed", "email", "mail", "sms"),
        *("green", "orange", "red", "enum-single", "enum-multi", "text"),
    }
)
"""The SPI's own, which some CRMs have as well."""

RESERVED = re.compile(r"([/?&=#;])")


class Scrubber:
    """Replaces what is in answers; ``base`` is the CRM's own address."""

    def __init__(
        self, vocabulary: Vocabulary, pseudonyms: Pseudonyms, base: str
    ) -> None:
        self._names = vocabulary.names
        self._words = vocabulary.words
        self._codes = vocabulary.codes
        # Of a text that is put together with a word of the file, that word stays.
        self._parts = {
            (name, piece)
            for name, word in vocabulary.words
            for piece, is_word in pieces(word)
            if is_word
        }
        self._pseudonyms = pseudonyms
        self._base = base.rstrip("/")
        self._ids: set[str] = set()

    def learn(self, value: Any, name: str = "") -> None:
        """Remember all that is in a value, before any of it is replaced."""
        if isinstance(value, dict):
            for key, inner in value.items():
                self._pseudonyms.learn(key)
                self.learn(inner, key)
        elif isinstance(value, list):
            for inner in value:
                self.learn(inner, name)
        elif value is not None and not isinstance(value, bool):
            text = _written(value)
            self._pseudonyms.learn(unquote(text) if _is_link(text) else text)
            if ID.fullmatch(name):
                self._ids.add(text.lstrip("-"))

    def identifies(self, text: str) -> None:
        """Say that somebody or something is known by this."""
        self._pseudonyms.learn(text)
        self._ids.add(text)

    def value(self, value: Any, name: str = "") -> Any:
        """Return JSON of the same build."""
        if isinstance(value, dict):
            return {
                key if key in self._names else self.text(key): self.value(inner, key)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.value(inner, name) for inner in value]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value, name)
        return self._number(value, name)

    def text(self, text: str, name: str = "") -> str:
        """Return a text of the same build: an address stays one, and a day."""
        if (name, text) in self._words or (name in self._codes and _is_code(text)):
            return text
        if _is_link(text):
            return self.link(text)
        return self._pseudonyms.text(text, lambda word: (name, word) in self._parts)

    def link(self, link: str) -> str:
        """Return a link to the same host, or to another one where it led to one."""
        path = urlsplit(self._base).path
        for own, new in (self._base, ELSEWHERE), (path, ""):
            if link.startswith(own) and link[len(own) :][:1] in ("", *"/?#"):
                return new + "".join(self._linked(link[len(own) :]))
        scheme, there, rest = link.partition("://")
        if there:
            return scheme + there + "".join(self._linked(rest))
        return "".join(self._linked(link))

    def _linked(self, link: str) -> Iterator[str]:
        for piece in RESERVED.split(link):
            if RESERVED.fullmatch(piece):
                yield piece
            else:
                yield quote(self._pseudonyms.text(unquote(piece)), safe=":@,+$!*'()")

    def _number(self, number: Any, name: str) -> Any:
        written = _written(number)
        small = abs(number) < SMALL and written.lstrip("-") not in self._ids
        if small or (name, written) in self._words:
            return number
        other = self._pseudonyms.text(written)
        return int(other) if isinstance(number, int) else Decimal(other)


def _written(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _is_code(text: str) -> bool:
    known = text.lower() in WORDS or text.upper() in CURRENCIES
    return known or alpha_2(text) is not None


def _is_link(text: str) -> bool:
    return text.startswith(("/", "http://", "https://")) and " " not in text
