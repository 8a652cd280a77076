"""National numbers of people and companies, in one spelling each.

The number that somebody types, the one that the POS writes and the one that is in the
CRM are the same only if all went through here.  Knows nothing of properties or keys.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from bridge.spi.identity import personnummer
from bridge.spi.identity.companies import COMPANIES
from bridge.spi.identity.kind import checks, formed
from bridge.spi.identity.people import PEOPLE


@lru_cache(maxsize=4096)
def personal_id(typed: str, country: str, today: date) -> str:
    """Return a person's number in its one spelling; what is no number, only trimmed.

    Swedish numbers become twelve digits without a hyphen, Finnish ones keep the sign of
    their century (it is part of the number), all others are without separators.
    ``today`` decides the century of a Swedish number with ten digits.  Whether a number
    is valid makes no difference.
    """
    if country == "SE":
        return personnummer.spelling(typed, today) or typed.strip()
    return formed(typed, PEOPLE.get(country, ())) or typed.strip()


@lru_cache(maxsize=4096)
def company_id(typed: str, country: str, today: date) -> str:
    """Return a company's number in its one spelling; what is no number, only trimmed.

    A VAT number becomes the company's number where it has that in it.  A Swedish sole
    trader's company has its owner's number: all spellings of that, too, become the ten
    digits of an orgnr.
    """
    if country == "SE":
        owner = personnummer.spelling(typed, today) or ""
        if personnummer.is_birth(owner):
            return owner[2:]
    return formed(typed, COMPANIES.get(country, ())) or typed.strip()


def personal_id_checks(number: str, country: str) -> bool | None:
    """Whether a person's number, in its spelling, is valid; ``None``: nobody can tell.

    Numbers that do not check exist, so this is for a log and decides nothing.
    """
    if country == "SE":
        return personnummer.is_valid(number)
    return checks(number, PEOPLE.get(country, ()))


def company_id_checks(number: str, country: str) -> bool | None:
    """Whether a company's number, in its spelling, is valid; ``None``: as above."""
    return checks(number, COMPANIES.get(country, ()))
