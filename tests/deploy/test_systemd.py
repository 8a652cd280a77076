"""The systemd unit: systemd's own verdict, and the times that have to fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.server import CONNECTIONS, SPARE_FILES
from tests.deploy.files import DEPLOY, longest_stop, tried

UNIT = DEPLOY / "systemd" / "sitoo-bridge@.service"

DEBIAN = "apt-get install systemd"


def setting(name: str) -> str:
    found = re.findall(rf"(?m)^{name}=(.*)$", UNIT.read_text("utf-8"))
    assert len(found) == 1, (name, found)
    return str(found[0])


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    """Nothing but that the program is not installed where the unit has it."""
    program = setting("ExecStart").partition(" ")[0]
    there = tmp_path / "sitoo-bridge@a.service"
    there.write_text(UNIT.read_text("utf-8").replace(program, "/bin/true"))
    assert tried("systemd-analyze", "verify", "--man=no", there, how=DEBIAN) == ""


def test_exposes_little() -> None:
    """systemd's scale goes to 10; what is left is the network, which it is for."""
    said = tried(
        *("systemd-analyze", "security", "--offline=true", "--no-pager"),
        *("--threshold=15", UNIT),
        how=DEBIAN,
    )
    assert "exposure level" in said


def test_is_given_the_time_that_a_stop_may_take() -> None:
    assert int(setting("TimeoutStopSec")) >= longest_stop({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # Workers that are told by somebody else leave the listener to nobody.
        ("KillMode", "mixed"),
        ("ExecReload", "/bin/kill -HUP $MAINPID"),
        ("StartLimitIntervalSec", "0"),
        ("RuntimeDirectory", "sitoo-bridge/%i"),
    ],
)
def test_says(name: str, value: str) -> None:
    assert setting(name) == value


def test_lets_a_worker_have_its_connections() -> None:
    assert int(setting("LimitNOFILE")) >= CONNECTIONS + SPARE_FILES
