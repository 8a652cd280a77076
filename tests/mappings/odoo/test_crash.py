"""The crash matrix over Odoo, in both ways to redeem."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest

from tests.mappings.odoo.shop import WITHOUT_ACTION
from tests.mappings.served import Served, replaced
from tests.mappings.suites.crash import LOST, REDEEM, UNDO, CrashTests


class TestCrash(CrashTests):
    lost = "'op': 'redeem'"
    every: ClassVar = {REDEEM: 2, UNDO: 4, LOST: 2}


class TestCrashOneByOne(CrashTests):
    lost = "action_update_card_point"

    @pytest.fixture
    def served(self, served: Served) -> Served:
        return replace(served, sites=replaced(served.sites, WITHOUT_ACTION))
