"""A note of what the till was told is a note: it can fail no request."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.arrival import Arrival
from bridge.errors import JournalError
from bridge.spi.door import told


def gone(*_: Any) -> Any:
    raise JournalError


@pytest.mark.parametrize("what", ["the clock", "the journal"])
def test_redis_may_be_gone(caplog: pytest.LogCaptureFixture, what: str) -> None:
    clock = gone if what == "the clock" else lambda: 0.0
    tools, journal = SimpleNamespace(clock=clock), SimpleNamespace(tell=gone)
    redeemer: Any = SimpleNamespace(tools=tools, journal=journal)
    redeem: Any = SimpleNamespace()
    said = told.Said(503, "", Arrival(), None)
    with caplog.at_level(logging.WARNING):
        told._write((redeemer, redeem, told.UNDO), said)
    assert caplog.messages == ["what the till was told is not in the journal"]
