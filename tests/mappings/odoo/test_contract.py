"""The Odoo mapping stands the conformance kit, in both ways to redeem."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.mapping import Secret
from bridge.testing import Known, MappingContract, UpstreamSettings
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
    faults = FAULTS if EVERYTHING else ("timeout",)
    options = WithoutAction(**SHOP)

    def upstream(self, crm: Office) -> UpstreamSettings:
        return UpstreamSettings(crm.url)

    def seed(self, crm: Office) -> Known:
        return known(crm, parts=False)
