"""The page about Vendure says what is so."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import main
from mappings.vendure.options import KEPT, Options
from mappings.vendure.requirements import RIGHTS
from tests.mappings.cache import ROOT
from tests.mappings.vendure.installation import PLUGIN, PREPARE
from tests.mappings.vendure.server import Vendure

PAGE = (ROOT / "docs" / "crms" / "vendure.rst").read_text("utf-8")


def test_its_configuration_works(
    vendure: Vendure, valkey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = PAGE.partition(".. code-block:: yaml\n")[2].partition("\nThen::")[0]
    for old, new in (
        ("https://shop.example.com/admin-api", vendure.url),
        ("redis://localhost:6379/0", f"unix://{valkey}"),
    ):
        assert old in block
        block = block.replace(old, new)
    # What is commented out shows the defaults, or examples of what may stand there.
    everything = re.sub(r"(?m)^( +)# (\w+: )", r"\1\2", block)
    assert everything.count("\n") == block.count("\n")
    monkeypatch.setenv("SITOO_PASSWORD", "secret")
    monkeypatch.setenv("VENDURE_KEY", vendure.bridge.key)
    config = tmp_path / "config.yaml"
    for text in (block, everything):
        config.write_text(text, "utf-8")
        result = CliRunner().invoke(main, ["check", "-c", str(config)])
        assert result.exit_code == 0, result.output
        assert f"Vendure answers at {vendure.url}" in result.output


@pytest.mark.parametrize("option", [one.name for one in dataclasses.fields(Options)])
def test_every_option_is_explained(option: str) -> None:
    explained = PAGE.partition("The options\n---")[2].partition("How redeeming")[0]
    assert f"``{option}``" in explained


def test_its_permissions_are_those_that_the_script_gives_and_check_looks_for() -> None:
    given = re.search(r"PERMISSIONS = (\(.*?\n\))", PREPARE.read_text(), re.DOTALL)
    assert given
    said = PAGE.partition("the least that suffices::\n")[2].partition("\n\n*")[0]
    assert said.split() == [*ast.literal_eval(given[1])]
    assert {*said.split()} == {*RIGHTS}


def test_the_plugin_has_the_fields_that_are_the_defaults() -> None:
    fields = re.findall(r"text\('(\w+)'", PLUGIN.read_text())
    wanted = Options(variant="1", shipping_method="1").custom_fields
    assert fields == [name for names in wanted.values() for name in names]
    assert all(f"``{key}``" in PAGE for key in KEPT)
