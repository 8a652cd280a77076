"""The crash matrix against the demo CRM, which spends one item a call."""

from __future__ import annotations

from typing import ClassVar

from tests.mappings.suites.crash import LOST, REDEEM, UNDO, CrashTests


class TestCrash(CrashTests):
    lost = "/spend "
    # It answers so fast that no step need be left out.
    every: ClassVar = {REDEEM: 1, UNDO: 1, LOST: 1}
