"""Which numbers a country gives its companies, their VAT numbers among them.

Where the VAT number has the company's number in it, that is what it becomes: whichever
of the two a customer shows, one company is found.  Where it has not (Germany, Great
Britain, Estonia), it is a number beside the other and keeps its country's letters.
"""

from __future__ import annotations

from collections.abc import Mapping

from stdnum.at import uid
from stdnum.be import vat as be_vat
from stdnum.ch import uid as ch_uid
from stdnum.cz import dic
from stdnum.de import vat as de_vat
from stdnum.dk import cvr
from stdnum.ee import kmkr, registrikood
from stdnum.es import cif, nif
from stdnum.fi import ytunnus
from stdnum.fr import siren, siret
from stdnum.gb import vat as gb_vat
from stdnum.hr import oib
from stdnum.hu import anum
from stdnum.is_ import kennitala, vsk
from stdnum.it import codicefiscale, iva
from stdnum.lt import pvm
from stdnum.lv import pvn
from stdnum.nl import btw
from stdnum.no import orgnr as no_orgnr
from stdnum.pl import nip, regon
from stdnum.pt import nif as pt_nif
from stdnum.ro import cf
from stdnum.se import orgnr as se_orgnr
from stdnum.si import ddv, maticna
from stdnum.sk import dph
from stdnum.us import ein

from bridge.spi.identity.kind import Kind, kind
from bridge.spi.identity.people import PEOPLE

COMPANIES: Mapping[str, tuple[Kind, ...]] = {
    "AT": (kind(r"ATU\d{8}", check=uid), kind(r"(?:FN)?(\d{1,6}[A-Z])", r"\1")),
    "BE": (
        kind(r"(?:BE)?([01]\d{9})", r"\1", be_vat),
        kind(r"(?:BE)?(\d{9})", r"0\1", be_vat),
    ),
    "CH": (kind(r"(CHE\d{9})(?:MWST|TVA|IVA)?", r"\1", ch_uid),),
    "CZ": (kind(r"(?:CZ)?(\d{8,10})", r"\1", dic),),
    "DE": (
        kind(r"DE\d{9}", check=de_vat),
        kind(r"(HRA|HRB|GNR|PR|VR)(\d{1,6})", r"\1 \2"),
    ),
    "DK": (kind(r"(?:DK)?(\d{8})", r"\1", cvr),),
    "EE": (kind(r"\d{8}", check=registrikood), kind(r"EE\d{9}", check=kmkr)),
    "ES": (
        kind(r"(?:ES)?([A-Z]\d{7}[0-9A-Z])", r"\1", cif),
        kind(r"(?:ES)?(\d{8}[A-Z])", r"\1", nif),
    ),
    "FI": (
        kind(r"(?:FI)?(\d{8})", r"\1", ytunnus),
        # The first ones had a digit less.
        kind(r"(?:FI)?(\d{7})", r"0\1", ytunnus),
    ),
    "FR": (
        kind(r"\d{9}", check=siren),
        kind(r"\d{14}", check=siret),
        kind(r"FR[0-9A-Z]{2}(\d{9})", r"\1", siren),
    ),
    "GB": (
        kind(r"GB(?:\d{9}|\d{12}|GD\d{3}|HA\d{3})", check=gb_vat),
        kind(r"(?:[A-Z]{2}|\d\d)\d{6}"),
    ),
    "HR": (kind(r"(?:HR)?(\d{11})", r"\1", oib),),
    "HU": (kind(r"(?:HU)?(\d{8})", r"\1", anum),),
    "IS": (
        kind(r"\d{10}", check=kennitala),
        kind(r"(?:VSK|IS)?(\d{5,6})", r"\1", vsk),
    ),
    "IT": (
        kind(r"(?:IT)?(\d{11})", r"\1", iva),
        *(one._replace(check=codicefiscale) for one in PEOPLE["IT"]),
    ),
    "LT": (kind(r"\d{7}|\d{9}"), kind(r"LT(?:\d{9}|\d{12})", check=pvm)),
    "LV": (kind(r"(?:LV)?(\d{11})", r"\1", pvn),),
    "NL": (
        kind(r"(?:NL)?(\d{9}B\d\d)", r"NL\1", btw),
        # The Chamber of Commerce's, and the tax office's.
        kind(r"\d{8}|\d{9}"),
    ),
    "NO": (kind(r"(?:NO)?(\d{9})(?:MVA)?", r"\1", no_orgnr),),
    "PL": (
        kind(r"(?:PL)?(\d{10})", r"\1", nip),
        kind(r"\d{9}|\d{14}", check=regon),
    ),
    "PT": (kind(r"(?:PT)?(\d{9})", r"\1", pt_nif),),
    "RO": (kind(r"(?:RO)?(\d{2,10})", r"\1", cf),),
    "SE": (
        kind(r"\d{10}", check=se_orgnr),
        # Skatteverket's prefix for a legal person in twelve digits.
        kind(r"16(\d{10})", r"\1", se_orgnr),
        # A VAT number: an organisation's begins and goes on with high digits.
        kind(r"SE(\d{10})\d\d", r"\1", se_orgnr),
        kind(r"([25-9]\d[2-9]\d{7})01", r"\1", se_orgnr),
    ),
    "SI": (
        kind(r"(?:SI)?(\d{8})", r"\1", ddv),
        kind(r"\d{7}|\d{10}", check=maticna),
    ),
    "SK": (kind(r"SK\d{10}", check=dph), kind(r"\d{8}")),
    "US": (kind(r"\d{9}", check=ein),),
}
"""By country.  stdnum checks the form, which is what is left of a VAT number."""
