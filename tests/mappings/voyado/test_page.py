"""The page about Voyado says what is so."""

from __future__ import annotations

import re

from mappings.voyado import Mapping
from mappings.voyado.options import Options
from mappings.voyado.protocol import PATHS
from tests.mappings.served import Served
from tests.mappings.suites.check import CheckTests
from tests.mappings.suites.page import Page, PageTests

PAGE = Page("voyado")


class TestPage(PageTests):
    page = PAGE
    mapping = Mapping
    options = Options
    url = "https://client.voyado.com"

    def secrets(self, served: Served) -> dict[str, str]:
        return {"VOYADO_API_KEY": served.key}


class TestCheck(CheckTests):
    mapping = Mapping


def test_it_says_what_it_was_proved_against() -> None:
    assert "not against Voyado's servers" in PAGE.text


def test_its_versions_are_those_that_are_asked() -> None:
    told = re.search(r"==\n.*?\n(customer .*?)\n====", PAGE.text, re.DOTALL)
    assert told
    versions = {
        line.split("  ")[0]: line.rsplit(" ", 1)[1]
        for line in told[1].splitlines()
        if re.search(r"\s[23]$", line)
    }
    asked = {
        "customer": "contact",
        "search": "contact id",
        "ways of communication": "contact",
        "consents": "consents",
        "status": "member status",
        "sections": "points",
        "bonus checks": "vouchers",
        "promotions": "promotions",
        "lookup": "person",
        "purchases": "purchases",
    }
    assert versions == {
        row: PATHS[what].partition("/v")[2][0] for row, what in asked.items()
    }
