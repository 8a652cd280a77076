"""Somebody who reads: in a language."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from bridge.language.situation import Situation

LANGUAGES = {
    "en": "English",
    "sv": "Svenska",
    "nb": "Norsk bokmål",
    "da": "Dansk",
    "fi": "Suomi",
    "de": "Deutsch",
}
"""Every language there is, as those who speak it call it; English is the code's own."""

SPOKEN = {**{one: one for one in LANGUAGES}, "no": "nb", "nn": "nb"}
"""By what a browser may ask for: many a Norwegian one asks for ``no``."""


@dataclass(frozen=True)
class Reader:
    """Says situations in one language."""

    language: str = "en"
    zone: tzinfo = UTC

    def moment(self, at: float) -> str:
        """Write a Unix time to the second, as ``2026-11-24 12:03:11 UTC``."""
        return f"{self.local(at):%Y-%m-%d %H:%M:%S %Z}"

    def exact(self, at: float) -> str:
        """Write a Unix time, with UTC beside it unless that is what it says."""
        if self.local(at).tzname() == "UTC":
            return self.moment(at)
        return f"{self.moment(at)} ({datetime.fromtimestamp(at, UTC):%H:%M:%S} UTC)"

    def local(self, at: float) -> datetime:
        """Return a Unix time as the reader's clock shows it."""
        return datetime.fromtimestamp(at, self.zone)

    def say(self, text: str, /, **named: Any) -> str:
        """Say a situation, or a sentence with its parameters."""
        pattern = text
        if isinstance(text, Situation) and not named:
            pattern, named = text.pattern, text.named
        said = catalogue(self.language).gettext(pattern) if pattern else ""
        return said.format(**self._said(named)) if named else said

    def count(self, one: str, many: str, number: int, /, **named: Any) -> str:
        """Say one of two sentences, as the number wants it; it is ``{number}``."""
        said = catalogue(self.language).ngettext(one, many, number)
        return said.format(number=number, **self._said(named))

    def _said(self, named: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self.say(one) if isinstance(one, Situation) else one
            for name, one in named.items()
        }


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return what is known of a language; of English, nothing has to be."""
    if language == "en":
        return gettext.NullTranslations()
    catalogues = files("bridge.language").joinpath("catalogues")
    place = catalogues.joinpath(language, "LC_MESSAGES", "bridge.mo")
    with place.open("rb") as file:
        return gettext.GNUTranslations(file)


@cache
def reader(language: str) -> Reader:
    """Return a reader of one of the ``LANGUAGES``; ``KeyError`` for any other."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return Reader(language)


ENGLISH = reader("en")
