"""The Vendure mapping stands the conformance kit, over a real Vendure."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.mapping import Secret
from bridge.model import Item, ItemKind
from bridge.testing import HeaderAuth, Known, MappingContract, UpstreamSettings
from bridge.testing.faults import FAULTS
from mappings.vendure import Mapping
from mappings.vendure.options import Options
from tests.extent import EVERYTHING
from tests.mappings.vendure.conftest import Office


@pytest.fixture(scope="module")
def crm(office: Office) -> Office:
    return office


class TestVendure(MappingContract):
    mapping = Mapping
    options = Options(variant="1", shipping_method="2")
    # The whole grid takes a minute: in CI only.
    faults = FAULTS if EVERYTHING else ("timeout",)

    def upstream(self, crm: Office) -> UpstreamSettings:
        key = Secret(crm.crm.bridge.key)
        return UpstreamSettings(crm.crm.url, HeaderAuth("vendure-api-key", key))

    def record(self, crm: Office, customer_id: str) -> Any:
        return crm.record(customer_id)

    def seed(self, crm: Office) -> Known:
        number = next(crm.numbers)
        phone = f"+4670{number:07}"
        customer = crm.customer(
            emailAddress=f"kit{number}@example.org",
            phoneNumber=phone,
            customFields={
                "memberNumber": f"KIT-{number}",
                "personalId": f"1988{number:08}",
                "companyId": f"55{number:08}",
                "landline": "+46812345678",
                "birthday": "1990-02-03",
                "gender": "female",
            },
        )
        crm.address(customer, defaultShippingAddress=True)
        lapsed = crm.promotion(owner=customer, endsAt="2026-01-01T00:00:00Z")
        theirs = crm.bonus_check(crm.customer())
        return Known(
            customer_id=customer,
            keys={
                "email": f"kit{number}@example.org",
                "mobile": phone,
                "member_number": f"KIT-{number}",
                "personal_id": f"1988{number:08}",
                "company_id": f"55{number:08}",
            },
            promotions=[crm.promotion(owner=customer) for _ in range(2)],
            bonus_checks=[crm.bonus_check(customer) for _ in range(2)],
            refused=[
                Item(ItemKind.PROMOTION, lapsed, customer),
                Item(ItemKind.BONUS_CHECK, theirs, customer),
            ],
            changes={
                "name_last": "Öberg-Ström",
                "gender": "undisclosed",
                "invoice_address": {"address": "Kungsgatan 2", "country_id": "SE"},
            },
            clearable=["phone", "birthday", "delivery_address", "gender", "mobile"],
        )
