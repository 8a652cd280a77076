"""Postcodes: one form in each country, with or without what people put around it.

The forms are those of the Universal Postal Union's addressing pages; a Swedish one is
without its space, as the SPI's own example has it.  Knows nothing of properties.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bridge.spi.identity.kind import Kind, formed, kind

POSTCODES: Mapping[str, tuple[Kind, ...]] = {
    "AT": (kind(r"(?:AT?)?(\d{4})", r"\1"),),
    "BE": (kind(r"(?:BE?)?(\d{4})", r"\1"),),
    "CH": (kind(r"(?:CH)?(\d{4})", r"\1"),),
    "CZ": (kind(r"(?:CZ)?(\d{3})(\d\d)", r"\1 \2"),),
    "DE": (kind(r"(?:DE?)?(\d{5})", r"\1"),),
    "DK": (kind(r"(?:DK)?(\d{4})", r"\1"),),
    "EE": (kind(r"(?:EE)?(\d{5})", r"\1"),),
    "ES": (kind(r"(?:ES?)?(\d{5})", r"\1"),),
    "FI": (kind(r"(?:FIN?|AX)?(\d{5})", r"\1"),),
    "FR": (kind(r"(?:FR?)?(\d{5})", r"\1"),),
    "GB": (kind(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", r"\1 \2"),),
    "IS": (kind(r"(?:IS)?(\d{3})", r"\1"),),
    "IT": (kind(r"(?:IT?)?(\d{5})", r"\1"),),
    "LT": (kind(r"(?:LT)?(\d{5})", r"LT-\1"),),
    "LV": (kind(r"(?:LV)?(\d{4})", r"LV-\1"),),
    "NL": (kind(r"(?:NL)?([1-9]\d{3})([A-Z]{2})", r"\1 \2"),),
    "NO": (kind(r"(?:NO?)?(\d{4})", r"\1"),),
    "PL": (kind(r"(?:PL)?(\d\d)(\d{3})", r"\1-\2"),),
    "PT": (kind(r"(?:PT)?(\d{4})(\d{3})", r"\1-\2"),),
    "SE": (kind(r"(?:SE?)?(\d{5})", r"\1"),),
    "SK": (kind(r"(?:SK)?(\d{3})(\d\d)", r"\1 \2"),),
    "US": (kind(r"\d{5}"), kind(r"(\d{5})(\d{4})", r"\1-\2")),
}


@lru_cache(maxsize=4096)
def spelling(typed: str, country: str) -> str:
    """Return a postcode in its country's form; what is none there, only trimmed.

    A digit that is missing is not made up: "1067" may be Dresden's 01067, or Danish.
    """
    return formed(typed, POSTCODES.get(country, ())) or typed.strip()
