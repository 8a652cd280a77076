"""The crash matrix against a real Tryton: a redeem is one draft sale, or none."""

from __future__ import annotations

import pytest

from tests.mappings.conftest import Connect
from tests.mappings.mortality import Goods
from tests.mappings.suites.crash import CrashTests
from tests.mappings.tryton.conftest import Office


class TestCrash(CrashTests):
    lost = "model.sale.sale.create"

    @pytest.fixture(autouse=True)
    def signed_in(self, connect: Connect) -> None:
        """Have the session that Tryton forgets least soon: it is none of the steps."""
        connect().tryton.session(anew=True)

    def spent(self, office: Office, goods: Goods) -> set[str]:
        card, coupon = goods
        query = "select reference, state, 'sale.sale,' || id from sale_sale "
        query += "where party = ? and reference is not null"
        sales = office.crm.sql(query, int(card.customer_id))
        refs = {place: ref[:32] for ref, state, place in sales if state == "draft"}
        assert office.spent_on(card.item_id) == next(iter(refs), None)
        assert office.uses(coupon.item_id) == len(refs)
        spent = super().spent(office, goods)
        assert spent == {*refs.values()}
        return spent
