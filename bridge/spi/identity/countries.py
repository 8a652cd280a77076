"""Countries and currencies by their ISO codes (ISO 3166-1, ISO 4217).

Knows nothing of properties.  The lists, and the countries' names in many languages, are
pycountry's.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache

import pycountry

KOSOVO = "XK"
"""No code of ISO 3166, but free there for everybody's use, and used for Kosovo by the
European Union, the banks and the phone companies."""

ALPHA_2 = frozenset(country.alpha_2 for country in pycountry.countries) | {KOSOVO}
"""The codes that a country may have."""

ALPHA_3 = {
    **{country.alpha_3: country.alpha_2 for country in pycountry.countries},
    **dict.fromkeys(("XKX", "XKK", "UNK"), KOSOVO),
}

HABITS = {"UK": "GB", "EL": "GR"}
"""Codes that ISO 3166 reserves because people write them for these countries."""

LANGUAGES = (
    *("sv", "nb", "nn", "fi", "da", "is", "de", "nl"),
    *("et", "lv", "lt", "pl", "fr", "es", "it"),
)
"""Languages in which a shop or a CRM may name a country."""

OTHERWISE = {
    "GB": "Great Britain; Britain; England; Scotland; Wales; Northern Ireland; "
    "Storbritannien; Storbritannia; Großbritannien; Grande-Bretagne; Gran Bretaña; "
    "Gran Bretagna; Groot-Brittannië; Iso-Britannia; Bretland; Suurbritannia",
    "US": "USA; United States of America; America; Amerikas Förenta Stater; Etats-Unis",
    "TR": "Turkey; Republic of Turkey",
    "CZ": "Czech Republic; Tjeckiska republiken; Tschechische Republik",
    "NL": "Holland; The Netherlands; Niederlande; Pays-Bas",
    "RU": "Russia; Ryssland; Russland; Rusland; Rússland; Venäjä; Venemaa; Krievija; "
    "Rusija; Rosja; Russie; Rusia",
    "KR": "South Korea; Sydkorea; Südkorea",
    "KP": "North Korea; Nordkorea",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "MK": "Macedonia; Makedonien; FYROM",
    "SZ": "Swaziland",
    "MM": "Burma",
    "VA": "Vatican; Vatican City",
    "BY": "Vitryssland; Hviterussland; Weißrussland; White Russia",
    KOSOVO: "Kosovo; Kosova; Косово; Κόσοβο",
}
"""What people call countries besides, separated by semicolons."""

UNCERTAIN = {"congo", "kongo"}
"""Names, plain, that more than one country goes by."""

WITHDRAWN = frozenset(
    ["ATS", "BEF", "BGN", "CYP", "DEM", "EEK", "ESP", "FIM", "FRF", "GRD", "HRK"]
).union(["IEP", "ITL", "LTL", "LUF", "LVL", "MTL", "NLG", "PTE", "SIT", "SKK"])
"""Currencies that gave way to the euro: an old purchase was still made in them."""

CURRENCIES = WITHDRAWN | {currency.alpha_3 for currency in pycountry.currencies}
"""The codes that the SPI allows for a currency."""


@lru_cache(maxsize=1024)
def alpha_2(spelling: str) -> str | None:
    """Return the alpha-2 code of a country; ``None`` if it is not certain which.

    Takes an alpha-2 or alpha-3 code and a name, in English or a language of Europe, in
    any letters and with or without accents.
    """
    code = spelling.strip().upper()
    if code in ALPHA_2:
        return code
    return HABITS.get(code) or ALPHA_3.get(code) or _names().get(_plain(spelling))


@cache
def _names() -> dict[str, str]:
    """Return every name that means one country, plain, with its code.

    Reading it takes about a tenth of a second, so it waits for the first name.
    """
    meant = defaultdict[str, set[str]](set)
    for name, code in _named():
        meant[_plain(name)].add(code)
    return {
        name: code
        for name, (code, *others) in meant.items()
        if not others and name not in UNCERTAIN
    }


def _named() -> Iterator[tuple[str, str]]:
    translations = [
        gettext.translation(
            "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        for language in LANGUAGES
    ]
    for country in pycountry.countries:
        for kind in ("name", "common_name", "official_name"):
            name = getattr(country, kind, None)
            if name:
                yield name, country.alpha_2
                for translation in translations:
                    yield translation.gettext(name), country.alpha_2
    for code, names in OTHERWISE.items():
        yield from ((name, code) for name in names.split("; "))


def _plain(name: str) -> str:
    """Return a name without accents, punctuation, capitals and an article."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace(".", ""))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.findall(r"\w+", bare)
    return " ".join(words[1:] if words[:1] == ["the"] else words)
