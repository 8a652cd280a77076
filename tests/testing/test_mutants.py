"""Each test of the kit has been seen red: a mutant fails it, and is told why."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bridge.mapping import Mapping
from bridge.testing import MappingContract
from bridge.testing.faults import FAULTS
from tests.testing.mutants import FAILS, MUTANTS

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("mutants.py").relative_to(ROOT)


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What was said of each mutant, by its class: "" if it has passed."""
    report = tmp_path_factory.mktemp("mutants") / "report.xml"
    tests = [f"{FILE}::Test{m.__name__}::{test}" for m, (test, _) in MUTANTS.items()]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", "-q", *tests],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    cases = ElementTree.parse(report).iter("testcase")
    return {case.attrib["classname"].rpartition(".")[2]: _said(case) for case in cases}


def _said(case: ElementTree.Element) -> str:
    failure = case.find("failure")
    return "" if failure is None else failure.attrib["message"] + (failure.text or "")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_caught(verdicts: dict[str, str], mutant: type[Mapping]) -> None:
    _, words = MUTANTS[mutant]
    assert words in verdicts[f"Test{mutant.__name__}"]


def test_every_test_of_the_kit_has_caught_a_mutant() -> None:
    tests = {name for name in dir(MappingContract) if name.startswith("test_")}
    assert tests == {re.sub(r"\[.*", "", test) for test, _ in MUTANTS.values()}


def test_every_column_of_the_grid_has_caught_a_mutant() -> None:
    cells = [test for test, _ in MUTANTS.values() if test.startswith(FAILS)]
    assert {cell.rpartition("-")[2].rstrip("]") for cell in cells} == set(FAULTS)
