"""The page about Tryton says what is so."""

from __future__ import annotations

import ast
import re
from typing import ClassVar

import pytest

from bridge.errors import AccessRefused
from mappings.tryton import Mapping
from mappings.tryton.options import Options
from tests.mappings.served import Served
from tests.mappings.suites.page import Page, PageTests
from tests.mappings.tryton.installation import BRIDGE_PASSWORD, PREPARE

PAGE = Page("tryton")


class TestPage(PageTests):
    page = PAGE
    mapping = Mapping
    options = Options
    url = "https://tryton.example.com/shop"
    examples: ClassVar = {"discounts: false": "discounts: true"}

    def secrets(self, served: Served) -> dict[str, str]:
        key = f"bearer {served.key}"
        return {"BRIDGE_PASSWORD": BRIDGE_PASSWORD, "TRYTON_KEY": key}


def test_its_rights_are_those_that_the_script_gives() -> None:
    source = PREPARE.read_text("utf-8")
    rights = re.search(r"RIGHTS = (\{.*?\n\})", source, re.DOTALL)
    assert rights
    given = ast.literal_eval(rights[1])
    said = {}
    table = PAGE.between("the least that suffices::\n", "Tryton lets")
    for line in filter(str.strip, table.splitlines()):
        models, _, verbs = re.sub(r" {2,}", "\t", line.strip()).partition("\t")
        for model in models.split(", "):
            said[model] = verbs.replace(",", "").replace("none", "")
    assert said == given


def test_the_bridges_user_sees_no_sessions(mapping: Mapping) -> None:
    with pytest.raises(AccessRefused):
        mapping.tryton.read("ir.session", ["key"], [])
