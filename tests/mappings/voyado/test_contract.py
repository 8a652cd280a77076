"""The Voyado mapping stands the conformance kit, over a fake of Voyado's."""

from __future__ import annotations

import pytest

from bridge.mapping import Secret
from bridge.model import Item, ItemKind
from bridge.testing import HeaderAuth, Known, MappingContract, UpstreamSettings
from bridge.testing.faults import FAULTS
from mappings.voyado import Mapping
from mappings.voyado.options import Options
from tests.extent import EVERYTHING
from tests.mappings.voyado.fake import KEY, REFERENCE, Engage


@pytest.fixture(scope="module")
def crm(engage: Engage) -> Engage:
    return engage


class TestVoyado(MappingContract):
    mapping = Mapping
    options = Options(reference_field=REFERENCE)
    told_apart = False
    # The whole grid takes a minute: in CI only.
    faults = FAULTS if EVERYTHING else ("409", "timeout", "empty")

    def upstream(self, crm: Engage) -> UpstreamSettings:
        return UpstreamSettings(crm.url, HeaderAuth("apikey", Secret(KEY)))

    def seed(self, crm: Engage) -> Known:
        customer = crm.contact(
            street="Storgatan 1",
            city="Umeå",
            countryCode="SE",
            birthDay="1985-04-12T00:00:00",
            gender="Female",
        )
        has = crm.contacts[customer]["attributes"]
        crm.contacts[customer]["preferences"]["acceptsSms"] = True
        crm.contacts[customer]["consents"] = [{"id": "news", "value": True}]
        crm.purchases[customer] = [
            {
                "id": str(n),
                "transactionNumber": f"R{n}",
                "createdDate": f"2026-0{n}-01T10:00:00Z",
            }
            | {
                "storeName": "Umeå",
                "numberOfItems": 2,
                "netPriceSum": 100.5,
                "groupCurrency": "SEK",
            }
            for n in (1, 2, 3)
        ]
        number = next(crm.numbers)
        crm.register["+46701112233"] = {
            "firstName": "Eva",
            "lastName": "Ek",
            "street": "Byn 1",
        }
        theirs = crm.voucher(crm.contact())
        spent = crm.voucher(customer)
        crm.redeem_elsewhere(spent, days=-1)
        online = [{"type": "ECOM", "valueType": "PERCENT", "value": 5}]
        refused = [
            Item(ItemKind.BONUS_CHECK, crm.voucher(customer, days=-1), customer),
            Item(ItemKind.BONUS_CHECK, spent, customer),
            Item(ItemKind.BONUS_CHECK, theirs, customer),
            Item(
                ItemKind.PROMOTION,
                crm.promotion(customer, redemptionChannels=online),
                customer,
            ),
        ]
        return Known(
            customer_id=customer,
            keys={
                "email": has["email"],
                "mobile": has["mobilePhone"],
                "member_number": has["memberNumber"],
                "personal_id": has["socialSecurityNumber"],
            },
            promotions=[crm.promotion(customer) for _ in range(2)],
            bonus_checks=[crm.voucher(customer) for _ in range(2)],
            refused=refused,
            newcomer={
                "name_first": "Ny",
                "name_last": "Kundström",
                "email": f"ny{number}@example.com",
                "accepts_communication": ["email"],
                "consents": ["profiling"],
            },
            changes={
                "name_last": "Öberg-Ström",
                "gender": "undisclosed",
                "accepts_communication": ["email", "mail"],
                "consents": ["profiling"],
            },
            clearable=[
                "birthday",
                "gender",
                "mobile",
                "accepts_communication",
                "consents",
            ],
            lookups={"mobile": "+46701112233"},
            purchases=3,
        )
