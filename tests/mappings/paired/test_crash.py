"""The crash matrix over the two: all or nothing, wherever the worker dies."""

from __future__ import annotations

from typing import ClassVar

from bridge.model import Item, ItemKind
from tests.mappings.mortality import Goods
from tests.mappings.paired.conftest import Office
from tests.mappings.suites.crash import LOST, LOST_BACK, REDEEM, UNDO, CrashTests


class TestCrash(CrashTests):
    lost = "POST /v1/redemptions {"
    lost_back = "/rollbacks "
    every: ClassVar = {REDEEM: 4, UNDO: 5, LOST: 4, LOST_BACK: 5}

    def goods(self, office: Office) -> Goods:  # type: ignore[override]
        customer = office.customer()
        (card,) = office.items(customer, 1, ItemKind.BONUS_CHECK)
        tier = office.dashboard.tier()
        return [card, Item(ItemKind.PROMOTION, tier, customer)]
