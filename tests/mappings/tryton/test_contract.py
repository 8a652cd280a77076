"""The Tryton mapping stands the conformance kit, over a real Tryton."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from bridge.mapping import Secret
from bridge.model import Item, ItemKind
from bridge.testing import HeaderAuth, Known, MappingContract, UpstreamSettings
from bridge.testing.faults import FAULTS
from mappings.tryton import Mapping
from mappings.tryton.options import Options
from tests.extent import EVERYTHING
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.installation import BRIDGE_PASSWORD

BATCH = 12


@pytest.fixture(scope="module")
def crm(office: Office) -> Office:
    # The kit takes one id for one thing; these cards have the ids of the first coupons.
    office.gift_cards(office.customer(), 10)
    return office


def batch(crm: Office) -> Iterator[Known]:
    """Make customers with gift cards and coupons, which is quicker for many at once."""
    numbers = [next(crm.numbers) for _ in range(BATCH)]
    customers = crm.add_all("party.party", [person(number) for number in numbers])
    cards = crm.gift_cards_for(customers, 3)
    crm.end_promotions()
    coupons = crm.vouchers(3 * BATCH)
    spent = []
    for number, customer in zip(numbers, customers, strict=True):
        ours, codes = cards[customer], [coupons.pop() for _ in range(3)]
        spent.append(
            {
                "party": customer,
                "gift_cards": [["add", [int(ours[2])]]],
                "coupons": [["add", [int(codes[2])]]],
            }
        )
        yield Known(
            customer_id=str(customer),
            keys={
                "member_number": f"KIT-{number}",
                "email": f"kit{number}@example.org",
                "mobile": f"+35840{number:07}",
            },
            promotions=codes[:2],
            bonus_checks=ours[:2],
            refused=[
                Item(ItemKind.BONUS_CHECK, ours[2], str(customer)),
                Item(ItemKind.PROMOTION, codes[2], str(customer)),
            ],
            changes={"name_last": "Öberg-Ström", "gender": "undisclosed"},
            clearable=["phone", "birthday", "delivery_address", "gender"],
        )
    crm.add_all("sale.sale", spent)


def person(number: int) -> dict[str, Any]:
    mechanisms = [
        {"type": "email", "value": f"kit{number}@example.org"},
        {"type": "mobile", "value": f"+35840{number:07}"},
        {"type": "phone", "value": "+358912345678"},
        {"type": "other", "name": "Birthday:", "value": "1990-02-03"},
        {"type": "other", "name": "Gender:", "value": "female"},
    ]
    return {
        "name": f"Kit No{number}",
        "identifiers": [["create", [{"code": f"KIT-{number}"}]]],
        "contact_mechanisms": [["create", mechanisms]],
        "addresses": [["create", [{"city": "Turku", "delivery": True}]]],
    }


class TestTryton(MappingContract):
    mapping = Mapping
    ready: ClassVar[list[Known]] = []
    country = "FI"
    # The whole grid takes minutes: in CI only.
    faults = FAULTS if EVERYTHING else ("timeout",)
    options = Options(
        company=1,
        currency="EUR",
        user="sitoo",
        password=Secret(BRIDGE_PASSWORD),
        personal_id_type="fi_hetu",
        company_id_type="fi_ytunnus",
        discounts=True,
    )

    def upstream(self, crm: Office) -> UpstreamSettings:
        key = Secret(f"bearer {crm.crm.key}")
        return UpstreamSettings(crm.crm.url, HeaderAuth("Authorization", key))

    def record(self, crm: Office, customer_id: str) -> Any:
        return crm.record(customer_id)

    def seed(self, crm: Office) -> Known:
        """Take one of the customers that were made ready, a batch at a time."""
        if not self.ready:
            self.ready.extend(batch(crm))
        return self.ready.pop()
