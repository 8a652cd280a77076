"""The rules that the code keeps to, beyond what it does."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.conftest import FIRST
from tests.extent import needed

ROOT = Path(__file__).parents[1]
PACKAGES = ("bridge", "mappings", "demo_crm")
LONGEST = {"bridge": 260, "demo_crm": 260, "mappings": 340}
"""Lines of a file.  A mapping has one table per SPI object, and is read at one go."""


def sources() -> list[Path]:
    return [path for one in PACKAGES for path in sorted((ROOT / one).rglob("*.py"))]


def test_everybody_imports_only_what_they_may() -> None:
    needed("importlinter", "make venv")
    # In a process of its own: import-linter switches this one's loggers off.
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_every_file_that_is_not_code_gets_installed() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    patterns = setup["options.package_data"]["*"].split(", ")
    installed = {
        path
        for init in sources()
        if init.name == "__init__.py"
        for pattern in patterns
        for path in init.parent.glob(pattern)
    }
    there = {
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert there - installed == set()


@pytest.mark.parametrize(
    "path", sources(), ids=lambda path: str(path.relative_to(ROOT))
)
def test_rooms_are_small_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text("utf-8")
    package = path.relative_to(ROOT).parts[0]
    assert len(text.splitlines()) <= LONGEST[package]
    tree = ast.parse(text)
    if tree.body:
        assert ast.get_docstring(tree), "what is this file for?"


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "manager", "service", "misc", "base"}
    assert [path for path in sources() if path.stem in empty] == []


def test_ruff_and_setup_agree_on_the_oldest_python() -> None:
    oldest = tomllib.loads((ROOT / ".ruff.toml").read_text())["target-version"]
    assert oldest == "py311"
    assert "python_requires = >=3.11" in (ROOT / "setup.cfg").read_text()


def test_the_tests_that_begin_first_are_there() -> None:
    assert [one for one in FIRST if not (ROOT / one).exists()] == []
