"""The page about Tryton says what is so."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.errors import AccessRefused
from mappings.tryton import Mapping
from mappings.tryton.options import Options
from tests.mappings.cache import ROOT
from tests.mappings.tryton.installation import BRIDGE_PASSWORD, PREPARE
from tests.mappings.tryton.server import Tryton

PAGE = (ROOT / "docs" / "crms" / "tryton.rst").read_text("utf-8")


def test_its_configuration_works(
    tryton: Tryton, valkey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = PAGE.partition(".. code-block:: yaml\n")[2].partition("\nThen::")[0]
    for old, new in (
        ("https://tryton.example.com/shop", tryton.url),
        ("redis://localhost:6379/0", f"unix://{valkey}"),
    ):
        assert old in block
        block = block.replace(old, new)
    # What is commented out shows the defaults, or examples of what may stand there.
    everything = re.sub(r"(?m)^( +)# (\w+: )", r"\1\2", block)
    everything = everything.replace("discounts: false", "discounts: true")
    assert everything.count("\n") == block.count("\n")
    monkeypatch.setenv("SITOO_PASSWORD", "secret")
    monkeypatch.setenv("BRIDGE_PASSWORD", BRIDGE_PASSWORD)
    monkeypatch.setenv("TRYTON_KEY", f"bearer {tryton.key}")
    config = tmp_path / "config.yaml"
    for text in (block, everything):
        config.write_text(text, "utf-8")
        result = CliRunner().invoke(main, ["check", "-c", str(config)])
        assert result.exit_code == 0, result.output
        assert f"Tryton answers at {tryton.url}" in result.output


@pytest.mark.parametrize("option", [one.name for one in dataclasses.fields(Options)])
def test_every_option_is_explained(option: str) -> None:
    explained = PAGE.partition("The options\n---")[2].partition("How redeeming")[0]
    assert f"``{option}``" in explained


def test_its_rights_are_those_that_the_script_gives() -> None:
    source = PREPARE.read_text("utf-8")
    rights = re.search(r"RIGHTS = (\{.*?\n\})", source, re.DOTALL)
    assert rights
    given = ast.literal_eval(rights[1])
    said = {}
    table = PAGE.partition("the least that suffices::\n")[2].partition("Tryton lets")[0]
    for line in filter(str.strip, table.splitlines()):
        models, _, verbs = re.sub(r" {2,}", "\t", line.strip()).partition("\t")
        for model in models.split(", "):
            said[model] = verbs.replace(",", "").replace("none", "")
    assert said == given


def test_the_bridges_user_sees_no_sessions(mapping: Mapping) -> None:
    with pytest.raises(AccessRefused):
        mapping.tryton.read("ir.session", ["key"], [])
