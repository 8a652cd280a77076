"""A CRM that nobody here has made, by a file alone: Directus stands the kit."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.mapping import Secret
from bridge.model import ItemKind
from bridge.testing import (
    HeaderAuth,
    Known,
    MappingContract,
    UpstreamSettings,
    described,
)
from bridge.testing.faults import FAULTS
from tests.extent import EVERYTHING
from tests.mappings.directus.conftest import KEY, Office
from tests.mappings.rest.described import DIRECTUS
from tests.mappings.suites.check import CheckTests
from tests.mappings.suites.crash import CrashTests
from tests.mappings.suites.races import RaceTests


@pytest.fixture(scope="module")
def crm(office: Office) -> Office:
    return office


class TestDirectus(MappingContract):
    mapping, options = described(DIRECTUS)
    # The whole grid takes a minute: in CI only.
    faults = FAULTS if EVERYTHING else ("timeout",)

    def upstream(self, crm: Office) -> UpstreamSettings:
        return UpstreamSettings(crm.url, HeaderAuth("Authorization", Secret(KEY)))

    def record(self, crm: Office, customer_id: str) -> Any:
        return crm.record(customer_id)

    def seed(self, crm: Office) -> Known:
        number = next(crm.numbers)
        keys = {
            "member_number": f"KIT-{number}",
            "email": f"kit{number}@example.org",
            "mobile": f"+4670{number:07}",
            "personal_id": f"1988{number:08}",
            "company_id": f"55{number:08}",
        }
        customer = crm.customer(
            **keys,
            phone="+46812345678",
            birthday="1990-02-03",
            gender="female",
            street="Storgatan 1",
            city="Umeå",
            country="SE",
            consents=["news"],
        )
        crm.purchase(customer)
        offers, checks = (
            crm.items(customer, 2, kind)
            for kind in (ItemKind.PROMOTION, ItemKind.BONUS_CHECK)
        )
        check = ItemKind.BONUS_CHECK
        past = "2026-01-01T00:00:00Z"
        theirs, nobodys = {"customer": crm.customer()}, {"customer": None}
        return Known(
            customer_id=customer,
            keys=keys,
            promotions=[one.item_id for one in offers],
            bonus_checks=[one.item_id for one in checks],
            refused=[
                *crm.items(customer, 1, ItemKind.PROMOTION, valid_until=past),
                *crm.items(customer, 1, check, **theirs),
                *crm.items(customer, 1, check, **nobodys),
            ],
            changes={
                "name_last": "Öberg-Ström",
                "gender": "undisclosed",
                "invoice_address": {"address": "Kungsgatan 2", "country_id": "SE"},
            },
            clearable=["phone", "birthday", "invoice_address", "gender", "consents"],
            purchases=1,
        )


class TestRaces(RaceTests):
    rounds = 20 if EVERYTHING else 4
    baskets = 5 if EVERYTHING else 2


class TestCrash(CrashTests):
    lost = "POST /items/spends"
    lost_back = "DELETE /items/spends"


class TestCheck(CheckTests):
    mapping, _ = described(DIRECTUS)
