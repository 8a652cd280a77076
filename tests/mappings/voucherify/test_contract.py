"""The Voucherify mapping stands the conformance kit, over a project of our own.

Every request and every answer of it is held against Voucherify's description as well,
where that is at hand.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.mapping import Secret
from bridge.model import Item, ItemKind
from bridge.testing import HeaderAuth, Known, MappingContract, UpstreamSettings
from bridge.testing.faults import FAULTS
from mappings.voucherify import Mapping
from mappings.voucherify.options import Options, Reward
from tests.extent import EVERYTHING
from tests.mappings.voucherify.fake import APP_ID, SECRET
from tests.mappings.voucherify.office import Office

REWARD = Reward(id="rew_1", name="25 off", points=250, amount=Decimal(25))


@pytest.fixture
def crm(office: Office) -> Office:
    return office


class TestVoucherify(MappingContract):
    mapping = Mapping
    options = Options(app_id=APP_ID, rewards=(REWARD,))
    # Each exchange is held against the description: the whole grid in CI only.
    faults = FAULTS if EVERYTHING else ("404", "timeout", "truncated")

    def upstream(self, crm: Office) -> UpstreamSettings:
        key = HeaderAuth("X-App-Token", Secret(SECRET))
        return UpstreamSettings(crm.crm.url, key)

    def seed(self, crm: Office) -> Known:
        number = next(crm.crm.number)
        customer = crm.customer(
            source_id=f"KIT-{number}",
            name="Anna Maria Öberg",
            email=f"kit{number}@example.org",
            phone="+46701740605",
            birthdate="1990-02-03",
            address={"line_1": "Storgatan 1", "city": "Umeå", "country": "SE"},
            metadata={"landline": "+46812345678", "gender": "female", "tag": 7},
        )
        stranger = crm.customer()
        spent = crm.code(customer)
        crm.crm.redeemables[spent].used = 1
        card = crm.loyalty_card(customer, REWARD.points)
        return Known(
            customer_id=customer,
            keys={
                "email": f"kit{number}@example.org",
                "member_number": f"KIT-{number}",
            },
            promotions=[crm.code(customer), crm.tier()],
            bonus_checks=[crm.gift_card(customer), f"{card}:{REWARD.id}"],
            refused=[
                Item(ItemKind.PROMOTION, spent, customer),
                Item(ItemKind.PROMOTION, crm.code(stranger), customer),
                Item(ItemKind.BONUS_CHECK, crm.gift_card(stranger), customer),
                Item(ItemKind.BONUS_CHECK, crm.gift_card(customer, 0), customer),
                Item(ItemKind.BONUS_CHECK, f"{card}:rew_2", customer),
            ],
            changes={
                "name_last": "Öberg-Ström",
                "gender": "undisclosed",
                "invoice_address": {"address": "Kungsgatan 2", "country_id": "SE"},
            },
            clearable=["phone", "gender", "mobile", "invoice_address"],
        )
