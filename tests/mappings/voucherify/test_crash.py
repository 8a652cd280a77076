"""The crash matrix, over a project of our own, with either stacking rule."""

from __future__ import annotations

from typing import ClassVar

import pytest

from bridge.model import Item, ItemKind
from tests.mappings.mortality import Goods
from tests.mappings.suites.crash import LOST, LOST_BACK, REDEEM, UNDO, CrashTests
from tests.mappings.voucherify.office import Office


class TestCrash(CrashTests):
    """A gift card, which is counted as well, and a tier, which only the list knows."""

    lost = "POST /v1/redemptions {"
    lost_back = "/rollbacks "
    every: ClassVar = {REDEEM: 3, UNDO: 4, LOST: 3, LOST_BACK: 4}

    def goods(self, office: Office) -> Goods:
        customer = office.customer()
        (card,) = office.items(customer, 1, ItemKind.BONUS_CHECK)
        return [card, Item(ItemKind.PROMOTION, office.tier(), customer)]

    def spent(self, office: Office, goods: Goods) -> set[str]:
        spent = super().spent(office, goods)
        left = office.crm.redeemables[goods[0].item_id].balance
        assert left == (0 if spent else 2500)
        return spent


class TestCrashPartial(TestCrash):
    """With the other stacking rule."""

    @pytest.fixture(autouse=True)
    def partial(self, office: Office) -> None:
        office.crm.rules.partial = True
