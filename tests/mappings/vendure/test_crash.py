"""The crash matrix against a real Vendure: a redeem is one paid order, or none."""

from __future__ import annotations

from typing import ClassVar

from tests.mappings.mortality import Goods
from tests.mappings.suites.crash import LOST, REDEEM, UNDO, CrashTests
from tests.mappings.vendure.conftest import Office


class TestCrash(CrashTests):
    lost = "addManualPaymentToOrder"
    every: ClassVar = {REDEEM: 5, UNDO: 7, LOST: 5}

    def spent(self, office: Office, goods: Goods) -> set[str]:
        check, promotion = goods
        assert office.uses(check.item_id) == office.uses(promotion.item_id)
        return super().spent(office, goods)
