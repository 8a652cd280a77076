"""The demo mapping stands the conformance kit, over the real demo CRM."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.mapping import Secret
from bridge.model import Item, ItemKind
from bridge.testing import HeaderAuth, Known, MappingContract, UpstreamSettings
from mappings.demo import Mapping
from tests.demo_crm_process import DemoCrm

ASA = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010013"
ANDERS = "5b0c7d5e-64f2-4d0c-8a7e-6f1c9a010020"


@pytest.fixture(scope="module")
def crm(running: DemoCrm) -> DemoCrm:
    return running


class TestDemo(MappingContract):
    mapping = Mapping

    def upstream(self, crm: DemoCrm) -> UpstreamSettings:
        return UpstreamSettings(
            crm.url, HeaderAuth("X-Api-Key", Secret("demo-crm-key"))
        )

    def record(self, crm: DemoCrm, customer_id: str) -> Any:
        return crm.call("GET", f"/contacts/{customer_id}").json()

    def seed(self, crm: DemoCrm) -> Known:
        crm.reset()
        granted = crm.grant(ASA, offers=2, vouchers=2)
        return Known(
            customer_id=ASA,
            keys={
                "member_number": "10013",
                "personal_id": "198504129829",
            },
            promotions=[*granted["offers"], "HÖST/2026 å"],
            bonus_checks=granted["vouchers"],
            refused=[
                Item(ItemKind.PROMOTION, "P-10020-LAPSED", ANDERS),
                Item(ItemKind.BONUS_CHECK, "BC-10020-LAPSED", ANDERS),
                Item(ItemKind.BONUS_CHECK, "BC-10013-3", ASA),
                Item(ItemKind.PROMOTION, "P-10020-OPEN", ASA),
            ],
            changes={"name_last": "Öberg-Ström", "gender": "undisclosed"},
            clearable=["phone", "birthday", "delivery_address", "consents"],
            lookups={"mobile": "+46701112233"},
            purchases=5,
        )
