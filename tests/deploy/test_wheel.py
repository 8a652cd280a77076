"""The wheel alone, in a fresh environment and an empty directory: what one installs."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo_crm_process import DemoCrm
from tests.deploy.installation import ROOT, Installation, serving


def test_has_all_that_is_not_code(installed: Installation) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(
        ["git", "ls-files", "bridge", "mappings", "demo_crm"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert len(tracked) > 200
    assert set(tracked) - packed == set()
    assert {name for name in packed if name.startswith(("tests", "bench"))} == set()


def test_writes_the_example_and_overwrites_nothing(installed: Installation) -> None:
    example = (ROOT / "config.example.yaml").read_text("utf-8")
    assert installed.run("config", "example").stdout == example
    assert installed.run("config", "example", "new.yaml").returncode == 0
    written = installed.where / "new.yaml"
    assert written.read_text("utf-8") == example
    written.write_text("mine")
    again = installed.run("config", "example", "new.yaml")
    assert again.returncode == 1
    assert "new.yaml is there already" in again.stderr
    assert written.read_text() == "mine"
    nowhere = installed.run("config", "example", "no/such/place.yaml")
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (1, True)


@pytest.fixture
def config(installed: Installation, valkey: Path) -> Iterator[str]:
    """The example, with a CRM and a Redis that are there."""
    with DemoCrm() as crm:
        text = (ROOT / "config.example.yaml").read_text("utf-8")
        text = text.replace("https://crm.example.com/api", crm.url)
        text = re.sub(r"(?m)^  url: redis://.*$", f"  url: unix://{valkey}", text)
        text = text.replace("# bind: 127.0.0.1:8080", "bind: 127.0.0.1:0")
        path = installed.where / "config.yaml"
        path.write_text(text, "utf-8")
        yield str(path)


def test_serves_what_the_reference_says(installed: Installation, config: str) -> None:
    checked = installed.run("check", "-c", config)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with serving(installed, config) as url:
        tried = installed.run(
            *("conformance", url, "-u", "sitoo:secret", "--allow-writes"),
            *("--key", "mobile:0701112233"),
        )
        assert tried.returncode == 0, tried.stdout + tried.stderr
