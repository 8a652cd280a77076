"""Which numbers a country gives its people.

Austria and Switzerland are not missing: the only number that they give people is that
of their social insurance, which is no shop's business.
"""

from __future__ import annotations

from collections.abc import Mapping

from stdnum.be import nn
from stdnum.bg import egn
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.es import dni, nie, nif
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.hr import oib
from stdnum.is_ import kennitala
from stdnum.it import codicefiscale
from stdnum.lt import asmens
from stdnum.lv import pvn
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.si import emso
from stdnum.us import ssn

from bridge.spi.identity.kind import Kind, kind

DIGIT = "[0-9LMNP-V]"
"""A digit of an Italian codice fiscale, or the letter that stands for it where two
people would have the same one."""

PEOPLE: Mapping[str, tuple[Kind, ...]] = {
    "BE": (kind(r"\d{11}", check=nn),),
    "BG": (kind(r"\d{10}", check=egn),),
    "CZ": (kind(r"\d{9,10}", check=rc),),
    "DE": (kind(r"\d{11}", check=idnr),),
    "DK": (kind(r"\d{10}", check=cpr),),
    "EE": (kind(r"\d{11}", check=ik),),
    "ES": (
        kind(r"\d{8}[A-Z]", check=dni),
        kind(r"[XYZ]\d{7}[A-Z]", check=nie),
        kind(r"[KLM]\d{7}[A-Z]", check=nif),
    ),
    # The sign of the century is part of the number, a hyphen, too; since 2023 there are
    # several for each.  Without one nobody can tell the century.
    "FI": (
        kind(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", check=hetu, separators=r"\s./:'"),
    ),
    "FR": (kind(r"[1-478]\d{4}(?:\d\d|2[AB])\d{6}(?:\d\d)?", check=nir),),
    "GB": (kind(r"[A-Z]{2}\d{6}[A-D]"),),
    "HR": (kind(r"\d{11}", check=oib),),
    "IS": (kind(r"\d{10}", check=kennitala),),
    "IT": (
        kind(
            rf"[A-Z]{{6}}{DIGIT}{{2}}[A-EHLMPRST]{DIGIT}{{2}}[A-Z]{DIGIT}{{3}}[A-Z]",
            check=codicefiscale,
        ),
    ),
    "LT": (kind(r"\d{11}", check=asmens),),
    "LV": (kind(r"\d{11}", check=pvn),),
    "NL": (kind(r"\d{9}", check=bsn), kind(r"\d{8}", r"0\g<0>")),
    "NO": (kind(r"\d{11}", check=fodselsnummer),),
    "PL": (kind(r"\d{11}", check=pesel),),
    "RO": (kind(r"\d{13}", check=cnp),),
    "SI": (kind(r"\d{13}", check=emso),),
    "SK": (kind(r"\d{9,10}", check=rc),),
    "US": (kind(r"\d{9}", check=ssn),),
}
"""Sweden has rules of its own: ``personnummer.py``."""
