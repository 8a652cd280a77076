"""The page about Odoo says what is so, and its script prepares what it says."""

from __future__ import annotations

import ast
import dataclasses
import re
from typing import Any

import pytest

from mappings.odoo import Mapping
from mappings.odoo.action import TEXT
from mappings.odoo.crm import Crm
from mappings.odoo.one_by_one import Mapping as OneByOne
from mappings.odoo.options import KEPT, WithAction, WithoutAction
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.shop import PREPARE, prepared
from tests.mappings.served import Served
from tests.mappings.suites.page import Page, PageTests

PAGE = Page("odoo")


class TestPage(PageTests):
    page = PAGE
    mapping = Mapping
    options = WithAction
    url = "https://odoo.example.com"

    def secrets(self, served: Served) -> dict[str, str]:
        return {"ODOO_KEY": served.key}


@pytest.mark.parametrize("known", [Mapping, OneByOne])
def test_odoo_itself_shows_a_contact_by_its_number(known: type[Crm]) -> None:
    assert known.crm_page("42") == "/odoo/res.partner/42"
    assert [known.crm_page(odd) for odd in ("", "new", "~ab12", "4/2", "²")] == [""] * 5
    assert "``/odoo/res.partner/``" in PAGE.text


def test_the_option_for_who_has_no_action_is_explained() -> None:
    own = {one.name for one in dataclasses.fields(WithoutAction)}
    own -= {one.name for one in dataclasses.fields(WithAction)}
    explained = PAGE.between("Without the server action\n---", "Try it on your")
    assert all(f"``{one}: false``" in explained for one in own)


def test_every_property_that_odoo_lacks_is_named() -> None:
    explained = PAGE.between("``fields``", "``consents_tag``")
    assert all(f"``{one}``" in explained for one in KEPT)


def test_its_rights_are_those_that_the_script_gives() -> None:
    source = PREPARE.read_text("utf-8")
    given = re.search(r"RIGHTS = (\(.*?\n\))", source, re.DOTALL)
    tills = re.search(r'TILLS = "(.*)"', source)
    assert given
    assert tills
    table = PAGE.between("the least that suffices::\n", "\n\n  With")
    said = [line.split()[0] for line in table.splitlines() if line.strip()]
    assert said == [*ast.literal_eval(given[1]), tills[1]]


def test_run_again_the_script_brings_the_action_up_to_date(
    odoo: FakeOdoo, said: dict[str, int], capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo.tables.change("ir.actions.server", said["action"], code="old")
    before = {model: len(rows) for model, rows in odoo.tables.rows.items()}
    assert prepared(odoo, capsys, monkeypatch) == said
    assert {model: len(rows) for model, rows in odoo.tables.rows.items()} == before
    row = odoo.tables.rows["ir.actions.server"][said["action"]]
    assert row["code"] == TEXT


def test_the_script_says_what_is_missing(
    odoo: FakeOdoo, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row in list(odoo.tables.of("ir.model.data")):
        if row["module"] == "point_of_sale":
            del odoo.tables.rows["ir.model.data"][row["id"]]
    with pytest.raises(SystemExit, match="lacks the module point_of_sale"):
        prepared(odoo, capsys, monkeypatch, "--point-of-sale")


def test_the_script_leaves_out_what_is_not_wanted(
    odoo: FakeOdoo, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo.tables.rows["ir.actions.server"].clear()
    arguments = ("--no-action", "--user", "other", "--company", "1")
    assert [*prepared(odoo, capsys, monkeypatch, *arguments)] == ["user_id"]
    assert not odoo.tables.rows["ir.actions.server"]
