"""``sitoo-bridge mapping``: the feature table, and what a new mapping begins with."""

from __future__ import annotations

import json
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import mappings
from bridge.cli import main
from bridge.cli.mapping import scaffold
from tests.extent import needed
from tests.running import ROOT

OWN = sorted(module.name for module in pkgutil.iter_modules(mappings.__path__))
"""The mappings of this checkout, whatever else is installed beside it."""


def mapping(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["mapping", *arguments], catch_exceptions=False)


def test_the_list_shows_what_is_offered_and_what_is_not() -> None:
    result = mapping("list", "demo")
    rows = dict(
        re.findall(r"^(\S.*?)  +(\S.*?) *$", result.output.replace("\n\n", "\n"), re.M)
    )
    assert result.exit_code == 0
    assert rows["search"] == "yes"
    assert rows["redeem"] == "one by one"
    assert rows["can't be undone"] == "--"
    assert "Demo CRM" in result.output


def test_the_list_has_every_mapping_there_is() -> None:
    listed = json.loads(mapping("list", "--json").output)
    assert {*OWN} <= {one["name"] for one in listed}
    (demo,) = [one for one in listed if one["name"] == "demo"]
    assert demo["title"] == "Demo CRM"
    assert demo["class"] == "mappings.demo.Mapping"
    assert demo["features"]["lookup"] == "yes"


def test_the_readme_has_the_table_that_the_code_derives() -> None:
    readme = (ROOT / "mappings" / "README.rst").read_text("utf-8")
    section = readme.partition("What each mapping offers")[2]
    assert mapping("list", "--rst", *OWN).output in section, (
        "put into mappings/README.rst: " + f"sitoo-bridge mapping list --rst {OWN}"
    )


def test_two_systems_offer_what_their_halves_do() -> None:
    result = CliRunner().invoke(
        main, ["mapping", "list", "voyado+voucherify", "--json"]
    )
    assert result.exit_code == 0, result.output
    (pair,) = json.loads(result.stdout)
    assert pair["title"] == "Voyado Engage with Voucherify"
    offered = pair["features"]
    assert (offered["lookup"], offered["redeem"]) == ("yes", "all at once")
    assert offered["can't be undone"] == "--"


def test_a_mapping_that_cannot_be_imported_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_mapping.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    result = mapping("list", "demo", "broken_mapping.crm", "broken_mapping")
    assert result.exit_code == 1
    assert "Demo CRM" in result.stdout
    assert "there is no mapping broken_mapping" in result.stderr


@pytest.fixture
def package(tmp_path: Path) -> Path:
    made = mapping("new", "acme_one", "--package", str(tmp_path / "acme"))
    assert made.exit_code == 0, made.output
    return tmp_path / "acme"


def test_a_new_package_says_at_once_what_is_to_do(package: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rfs", "-q"],
        cwd=package,
        env={
            "PYTHONPATH": f"{ROOT}:{package}",
            "COLUMNS": "200",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    counted = {word: int(n) for n, word in re.findall(r"(\d+) (\w+)", run.stdout)}
    assert run.returncode == 1, run.stdout + run.stderr
    assert counted["failed"] == 12
    assert counted["skipped"] > 150
    assert "errors" not in counted
    said = Counter(re.findall(r"to do: [^\n]*", run.stdout))
    assert "to do: undo_item: give the item back" in said
    assert "to do: the fixture crm has no CRM yet" in said


def test_a_new_package_is_clean(package: Path) -> None:
    needed("ruff", "make venv")
    needed("mypy", "make venv")
    ruff = [sys.executable, "-m", "ruff"]
    module = "sitoo_acme_one.py"
    # The checkout's own cache and settings: to check the bridge again takes too long.
    mypy = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "setup.cfg")]
    for command, where in (
        ([*ruff, "check", "--no-cache"], package),
        ([*ruff, "format", "--check", "--no-cache"], package),
        ([*mypy, str(package / module), str(package / "tests")], ROOT),
    ):
        run = subprocess.run(
            command,
            cwd=where,
            env={"MYPYPATH": str(package)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_new_package_offers_its_mapping_by_an_entry_point(package: Path) -> None:
    import tomllib

    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    offered = project["entry-points"]["sitoo_bridge.mappings"]
    assert offered == {"acme_one": "sitoo_acme_one:Mapping"}


def test_a_new_mapping_in_a_checkout_goes_where_its_kind_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tests" / "mappings").mkdir(parents=True)
    monkeypatch.setattr(scaffold, "ROOT", tmp_path)
    made = mapping("new", "acme")
    assert made.exit_code == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {str(path.relative_to(tmp_path)) for path in files} == {
        "mappings/acme.py",
        "tests/mappings/test_acme.py",
        "docs/crms/acme.rst",
    }
    test = (tmp_path / "tests" / "mappings" / "test_acme.py").read_text()
    assert "from mappings.acme import Mapping" in test
    assert all(str(path) in made.output for path in files)


def test_without_a_checkout_a_package_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaffold, "ROOT", tmp_path)
    result = mapping("new", "acme")
    assert result.exit_code == 2
    assert "--package" in result.stderr


def test_nothing_is_overwritten(package: Path) -> None:
    mine = package / "README.rst"
    mine.write_text("mine")
    (package / "pyproject.toml").unlink()
    result = mapping("new", "acme_one", "--package", str(package))
    assert result.exit_code == 2
    assert "Nothing is overwritten" in result.stderr
    assert mine.read_text() == "mine"
    assert not (package / "pyproject.toml").exists()


@pytest.mark.parametrize(
    "name", ["", "Acme", "1acme", "acme-crm", "../acme", "class", "a.b", "å", "a" * 41]
)
def test_a_name_has_to_be_a_modules(tmp_path: Path, name: str) -> None:
    result = mapping("new", "--package", str(tmp_path / "x"), "--", name)
    assert result.exit_code == 2
    assert "cannot be a mapping's name" in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_name_is_given_once(tmp_path: Path) -> None:
    result = mapping("new", "demo", "--package", str(tmp_path / "x"))
    assert result.exit_code == 2
    assert "already a mapping demo" in result.stderr
