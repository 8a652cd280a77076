"""National numbers of people and companies, in one spelling each.

The number that somebody types, the one that the POS writes and the one that is in the
CRM are the same only if all went through here.  Knows nothing of properties or keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from stdnum.at import businessid
from stdnum.be import nn
from stdnum.be import vat as be_vat
from stdnum.bg import egn
from stdnum.cz import dic, rc
from stdnum.dk import cpr, cvr
from stdnum.ee import ik, registrikood
from stdnum.es import cif, nie
from stdnum.es import dni as es_dni
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu, ytunnus
from stdnum.fr import nir, siren, siret
from stdnum.hr import oib
from stdnum.is_ import kennitala
from stdnum.it import codicefiscale, iva
from stdnum.lt import asmens
from stdnum.lv import pvn
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.no import orgnr as no_orgnr
from stdnum.pl import nip, pesel, regon
from stdnum.ro import cnp, cui
from stdnum.se import orgnr as se_orgnr
from stdnum.si import emso

from bridge.spi.personnummer import twelve_digits

PEOPLE: Mapping[str, tuple[Any, ...]] = {
    "BE": (nn,),
    "BG": (egn,),
    "CZ": (rc,),
    "DK": (cpr,),
    "EE": (ik,),
    "ES": (es_dni, nie),
    "FI": (hetu,),
    "FR": (nir,),
    "HR": (oib,),
    "IS": (kennitala,),
    "IT": (codicefiscale,),
    "LT": (asmens,),
    "LV": (pvn,),
    "NL": (bsn,),
    "NO": (fodselsnummer,),
    "PL": (pesel,),
    "RO": (cnp,),
    "SI": (emso,),
    "SK": (rc,),
}
"""Which numbers a country gives its people.

Sweden has rules of its own below.  Germany, Austria, Switzerland and Great Britain are
not missing: they give people no number that a shop may ask for.
"""

COMPANIES: Mapping[str, tuple[Any, ...]] = {
    "AT": (businessid,),
    "BE": (be_vat,),
    "CZ": (dic,),
    "DK": (cvr,),
    "EE": (registrikood,),
    "ES": (cif,),
    "FI": (ytunnus,),
    "FR": (siren, siret),
    "HR": (oib,),
    "IS": (kennitala,),
    "IT": (iva,),
    "LV": (pvn,),
    "NO": (no_orgnr,),
    "PL": (nip, regon),
    "RO": (cui,),
    "SE": (se_orgnr,),
}
"""Which numbers a country gives its companies, where stdnum can tell a valid one."""


def personal_id(typed: str, country: str, today: date) -> str:
    """Return a person's number in its one spelling; what is not valid, only trimmed.

    Swedish numbers become twelve digits without a hyphen; the others are stdnum's
    compact form: digits only, but a Finnish one keeps its separator (it is part of the
    number).  ``today`` decides the century of a Swedish number with ten digits.
    """
    if country == "SE":
        return twelve_digits(typed, today) or typed.strip()
    return _compact(typed, PEOPLE.get(country, ()))


def company_id(typed: str, country: str, today: date) -> str:
    """Return a company's number in its one spelling; what is not valid, only trimmed.

    A Swedish sole trader's company has its owner's number: all spellings of that, and
    the tax office's twelve digits with 16 in front, become the ten digits of an orgnr.
    """
    if country == "SE":
        owner = twelve_digits(typed, today)
        typed = owner[2:] if owner else _without_16(typed)
    return _compact(typed, COMPANIES.get(country, ()))


def _without_16(typed: str) -> str:
    """Take Skatteverket's prefix for a legal person off a twelve-digit number."""
    digits = se_orgnr.compact(typed)
    return digits[2:] if len(digits) == 12 and digits.startswith("16") else typed


def _compact(typed: str, kinds: tuple[Any, ...]) -> str:
    for kind in kinds:
        validate: Callable[[str], str] = kind.validate
        try:
            return validate(typed)
        except ValidationError:
            continue
    return typed.strip()
