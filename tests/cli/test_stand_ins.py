"""A package in the place of a dependency is named, by `check` as well."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bridge.cli.check.stand_ins import clashes, stand_ins

NEEDED = {"urllib3", "pyyaml", "flask"}


def test_two_packages_of_one_module_are_a_clash() -> None:
    modules = {
        "flask": ["Flask", "flask"],
        "google": ["one", "another"],
        "urllib3": ["urllib3", "urllib3-future"],
        "yaml": ["PyYAML"],
    }
    (clash,) = clashes(modules, NEEDED)
    assert "the module urllib3 may be that of urllib3-future" in clash
    assert "uninstall urllib3-future" in clash


def test_there_is_none_here() -> None:
    assert list(stand_ins()) == []


def test_a_real_one_is_found(tmp_path: Path) -> None:
    """As pip leaves it behind: a module's files, and who brought them."""
    told = tmp_path / "urllib3_future-2.13.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Name: urllib3.future\nVersion: 2.13\n")
    (told / "RECORD").write_text("urllib3/__init__.py,,\n")
    (tmp_path / "urllib3").mkdir()
    (tmp_path / "urllib3" / "__init__.py").write_text("")
    asked = (
        f"import sys; sys.path.append({str(tmp_path)!r});"
        "from bridge.cli.check.stand_ins import stand_ins; print(*stand_ins(), sep='|')"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert said.startswith("the module urllib3 may be that of urllib3.future")
    assert said.count("|") == 0


def test_the_lock_has_all_that_is_needed_in_versions_that_fit() -> None:
    root = Path(__file__).parents[2]
    locked = {
        canonicalize_name(name): version
        for name, version in re.findall(
            r"(?m)^([A-Za-z0-9._-]+)==(\S+) \\$",
            (root / "requirements.lock").read_text(),
        )
    }
    config = ConfigParser()
    config.read(root / "setup.cfg")
    for line in config["options"]["install_requires"].strip().splitlines():
        wanted = Requirement(line)
        assert locked[canonicalize_name(wanted.name)] in wanted.specifier, line
