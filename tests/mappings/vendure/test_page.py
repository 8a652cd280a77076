"""The page about Vendure says what is so."""

from __future__ import annotations

import ast
import re

from mappings.vendure import Mapping
from mappings.vendure.options import KEPT, Options
from mappings.vendure.requirements import RIGHTS
from tests.mappings.served import Served
from tests.mappings.suites.page import Page, PageTests
from tests.mappings.vendure.installation import PLUGIN, PREPARE

PAGE = Page("vendure")


class TestPage(PageTests):
    page = PAGE
    mapping = Mapping
    options = Options
    url = "https://shop.example.com/admin-api"

    def secrets(self, served: Served) -> dict[str, str]:
        return {"VENDURE_KEY": served.key}


def test_its_permissions_are_those_that_the_script_gives_and_check_looks_for() -> None:
    given = re.search(r"PERMISSIONS = (\(.*?\n\))", PREPARE.read_text(), re.DOTALL)
    assert given
    said = PAGE.between("the least that suffices::\n", "\n\n*")
    assert said.split() == [*ast.literal_eval(given[1])]
    assert {*said.split()} == {*RIGHTS}


def test_the_plugin_has_the_fields_that_are_the_defaults() -> None:
    fields = re.findall(r"text\('(\w+)'", PLUGIN.read_text())
    wanted = Options(variant="1", shipping_method="1").custom_fields
    assert fields == [name for names in wanted.values() for name in names]
    assert all(f"``{key}``" in PAGE.text for key in KEPT)
