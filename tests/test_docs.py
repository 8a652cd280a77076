"""The documentation builds without a warning, and has what the code has."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import errors
from bridge.cli import COMMANDS
from bridge.config.settings import LogSettings, ServerSettings, SiteSettings
from bridge.redeem import RedeemSettings, RedisSettings
from bridge.upstream import UpstreamSettings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("docs")
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "text"]
    done = subprocess.run(
        [*build, str(ROOT / "docs"), str(built)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return built


def test_every_page_is_reached_from_the_index(pages: Path) -> None:
    """``-W`` makes a page outside every toctree an error: so none is forgotten."""
    assert len(list(pages.rglob("*.txt"))) > 8


@pytest.mark.parametrize(
    "section",
    [
        SiteSettings,
        UpstreamSettings,
        RedisSettings,
        RedeemSettings,
        ServerSettings,
        LogSettings,
    ],
)
def test_every_key_is_explained(pages: Path, section: type) -> None:
    said = (pages / "reference" / "configuration.txt").read_text("utf-8")
    for field in dataclasses.fields(section):
        assert f'"{field.name}"' in said


def test_every_error_is_listed(pages: Path) -> None:
    said = (pages / "reference" / "errors.txt").read_text("utf-8")
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.BridgeError):
            assert f'"{name}"' in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(pages: Path, command: str) -> None:
    said = (pages / "reference" / "command-line.txt").read_text("utf-8")
    assert f"\n{command}\n" in said
