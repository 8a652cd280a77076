"""Two minutes of what ``make soak`` runs for as long as one wants."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extent import EVERYTHING
from tests.soak.run import soak

MINUTES = 2.0
TILLS = 4
PAUSE_SECONDS = 0.5

LEAST = 30.0
"""Redeems and undos a minute: most of the machine belongs to other tests."""

PATIENCE_SECONDS = 30.0
"""How soon an answer comes is asked on a quiet machine; here, only whether one does."""


@pytest.mark.skipif(not EVERYTHING, reason="It takes minutes: make soak")
def test_no_promise_is_broken_under_constant_trouble(tmp_path: Path) -> None:
    report = soak(
        *(tmp_path, MINUTES, TILLS, PAUSE_SECONDS),
        least=LEAST,
        patience=PATIENCE_SECONDS,
    )
    print("\n".join(report.lines()))
    assert report.wrongs == []
    for trouble, times in {
        "worker killed": 5,
        "recovery killed": 1,
        "rolling restart": 1,
        "reload": 1,
        "master killed": 1,
        "master frozen": 1,
    }.items():
        assert report.trouble[trouble] >= times, trouble
