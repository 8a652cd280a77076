"""The Odoo mapping stands the conformance kit, in both ways to redeem."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.mapping import Secret
from bridge.testing import Known, MappingContract, UpstreamSettings
from bridge.testing.acts import ACTS
from bridge.testing.choosing import has
from bridge.testing.faults import FAULTS
from mappings.odoo import Mapping, one_by_one
from mappings.odoo.options import WithAction, WithoutAction
from tests.extent import EVERYTHING
from tests.mappings.odoo.office import Office
from tests.mappings.odoo.seeding import known
from tests.mappings.odoo.shop import BRIDGE_KEY


@pytest.fixture
def crm(office: Office, said: dict[str, int]) -> Office:
    # The script of the page makes the same user and action in each.
    assert said == {"user_id": 3, "action": 1}
    return office


SHOP: dict[str, Any] = {
    "database": "shop",
    "user_id": 3,
    "key": Secret(BRIDGE_KEY),
    "currency": "SEK",
}


class TestOdoo(MappingContract):
    mapping = Mapping
    faults = FAULTS if EVERYTHING else ("timeout", "500")
    options = WithAction(**SHOP, action=1)

    def upstream(self, crm: Office) -> UpstreamSettings:
        return UpstreamSettings(crm.url)

    def seed(self, crm: Office) -> Known:
        return known(crm, parts=True)


class TestOdooOneByOne(MappingContract):
    mapping = one_by_one.Mapping
    options = WithoutAction(**SHOP)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Have all go wrong with what this way does by itself.

        What both ways inherit meets all of it in the other one.
        """
        if not {"verb", "fault"} <= {*metafunc.fixturenames}:
            super().pytest_generate_tests(metafunc)
            return
        verbs = [verb for verb in ACTS if has(self.mapping, verb)]
        own = [verb for verb in verbs if verb in vars(self.mapping)] * EVERYTHING
        pairs = [
            (verb, fault)
            for verb in verbs
            for fault in (FAULTS if verb in own else ("timeout",))
        ]
        metafunc.parametrize(("verb", "fault"), pairs)

    def upstream(self, crm: Office) -> UpstreamSettings:
        return UpstreamSettings(crm.url)

    def seed(self, crm: Office) -> Known:
        return known(crm, parts=False)
