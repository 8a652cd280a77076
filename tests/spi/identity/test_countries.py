"""One code for a country, whatever somebody calls it, where it is certain."""

from __future__ import annotations

import gettext

import pycountry
import pytest

from bridge.spi.identity.countries import ALPHA_2, LANGUAGES, alpha_2


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("SE", "SE"),
        (" se ", "SE"),
        ("swe", "SE"),
        ("Sverige", "SE"),
        ("SVERIGE", "SE"),
        ("Ruotsi", "SE"),
        ("Suède", "SE"),
        ("Suede", "SE"),
        ("XK", "XK"),
        ("XKX", "XK"),
        ("Kosovo", "XK"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("Great Britain", "GB"),
        ("England", "GB"),
        ("Storbritannien", "GB"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Turkiet", "TR"),
        ("Türkei", "TR"),
        ("Czechia", "CZ"),
        ("Czech Republic", "CZ"),
        ("Ryssland", "RU"),
        ("South Korea", "KR"),
        ("Vietnam", "VN"),
        ("Åland", "AX"),
        ("Aland", "AX"),
        ("Färöarna", "FO"),
        ("Island", "IS"),
        ("Ísland", "IS"),
        ("Österreich", "AT"),
        ("Norja", "NO"),
        ("Noreg", "NO"),
        ("Saksamaa", "DE"),
        ("Vācija", "DE"),
    ],
)
def test_a_country_has_one_code(spelling: str, code: str) -> None:
    assert alpha_2(spelling) == code


@pytest.mark.parametrize(
    "spelling",
    ["", " ", "XX", "XXX", "Svedala", "752", "Korea", "Congo", "Kongo", "Scandinavia"],
)
def test_what_is_not_certain_has_none(spelling: str) -> None:
    assert alpha_2(spelling) is None


def test_every_country_is_found_by_its_own_names_and_codes() -> None:
    for country in pycountry.countries:
        assert country.alpha_2 in ALPHA_2
        for code in (country.alpha_2, country.alpha_3, country.alpha_3.lower()):
            assert alpha_2(code) == country.alpha_2
        if country.alpha_2 != "CG":
            assert alpha_2(country.name) == country.alpha_2


def test_every_language_is_one_that_pycountry_has() -> None:
    for language in LANGUAGES:
        assert gettext.find("iso3166-1", pycountry.LOCALES_DIR, [language])
