"""Countries and currencies by their ISO codes (ISO 3166-1, ISO 4217).

Knows nothing of properties.  The lists are pycountry's.
"""

from __future__ import annotations

import pycountry

ALPHA_2 = frozenset(country.alpha_2 for country in pycountry.countries)
"""The codes that the SPI allows for a country."""

HABITS = {"UK": "GB", "EL": "GR"}
"""Codes that ISO 3166 reserves because people write them for these countries."""

WITHDRAWN = frozenset(
    ["ATS", "BEF", "BGN", "CYP", "DEM", "EEK", "ESP", "FIM", "FRF", "GRD", "HRK"]
).union(["IEP", "ITL", "LTL", "LUF", "LVL", "MTL", "NLG", "PTE", "SIT", "SKK"])
"""Currencies that gave way to the euro: an old purchase was still made in them."""

CURRENCIES = WITHDRAWN | {currency.alpha_3 for currency in pycountry.currencies}
"""The codes that the SPI allows for a currency."""


def _spellings() -> dict[str, str]:
    """Return whatever certainly means one country, upper-case, with its alpha-2."""
    spellings = dict(HABITS)
    for country in pycountry.countries:
        for attribute in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            spelling = getattr(country, attribute, None)
            if spelling:
                spellings[spelling.upper()] = country.alpha_2
    return spellings


SPELLINGS = _spellings()


def alpha_2(spelling: str) -> str | None:
    """Return a country's alpha-2 code for its alpha-2, alpha-3 or English name."""
    return SPELLINGS.get(spelling.strip().upper())
