"""What all deployment starts from: the wheel, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy import installation


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation.wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> installation.Installation:
    return installation.install(wheel, tmp_path_factory.mktemp("installed"))
