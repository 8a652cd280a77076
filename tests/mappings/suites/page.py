"""The page about a CRM in ``docs/crms`` says what is so."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.mapping import Mapping
from tests.mappings.live.cache import ROOT
from tests.mappings.served import Served, replaced

PAGES = ROOT / "docs" / "crms"


class Page:
    """The text of ``docs/crms/NAME.rst``."""

    def __init__(self, name: str) -> None:
        self.text = (PAGES / f"{name}.rst").read_text("utf-8")

    def between(self, start: str, end: str) -> str:
        """Return what stands between two texts, both of which are there."""
        _, found, after = self.text.partition(start)
        assert found, start
        inside, found, _ = after.partition(end)
        assert found, end
        return inside


class PageTests:
    """Its configuration works as it stands, and every option is explained."""

    page: ClassVar[Page]
    mapping: ClassVar[type[Mapping]]
    options: ClassVar[type[Any]]
    url: ClassVar[str]
    """The CRM's address in the example."""
    examples: ClassVar[dict[str, str]] = {}
    """Defaults in what is commented out, and what to try in their place."""

    def secrets(self, served: Served) -> dict[str, str]:
        """Return the environment that the example speaks of, but for the POS's."""
        raise NotImplementedError

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "option" in metafunc.fixturenames:
            names = [one.name for one in dataclasses.fields(self.options)]
            metafunc.parametrize("option", names)

    def test_its_configuration_works(
        self,
        served: Served,
        valkey: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        block = self.page.between(".. code-block:: yaml\n", "\nThen::")
        redis = {"redis://localhost:6379/0": f"unix://{valkey}"}
        block = replaced(block, {self.url: served.url} | redis)
        # What is commented out shows the defaults, or examples of what may stand there.
        everything = re.sub(r"(?m)^( +)# (\w+: )", r"\1\2", block)
        everything = replaced(everything, self.examples)
        assert everything.count("\n") == block.count("\n")
        monkeypatch.setenv("SITOO_PASSWORD", "secret")
        for name, value in self.secrets(served).items():
            monkeypatch.setenv(name, value)
        config = tmp_path / "config.yaml"
        for text in (block, everything):
            config.write_text(text, "utf-8")
            result = CliRunner().invoke(main, ["check", "-c", str(config)])
            assert result.exit_code == 0, result.output
            assert f"{self.mapping.title} answers at {served.url}" in result.output

    def test_every_option_is_explained(self, option: str) -> None:
        explained = self.page.between("The options\n---", "How redeeming")
        assert f"``{option}``" in explained
