"""Sound mappings stand the kit, whether they redeem one by one or all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.testing import Known, MappingContract, UpstreamSettings
from tests.testing import kiosk
from tests.testing.kiosk import AtOnce, Foreseeing, Kiosk, OneByOne, Points


@pytest.fixture(scope="module")
def crm() -> Iterator[Kiosk]:
    with Kiosk() as crm:
        yield crm


class Sound(MappingContract):
    def upstream(self, crm: Kiosk) -> UpstreamSettings:
        return kiosk.upstream(crm)

    def seed(self, crm: Kiosk) -> Known:
        return crm.seed()

    def record(self, crm: Kiosk, customer_id: str) -> Any:
        return dict(crm.people[customer_id])


class TestOneByOne(Sound):
    mapping = OneByOne


class TestPoints(Sound):
    mapping = Points


class TestForeseeing(Sound):
    mapping = Foreseeing


class TestAtOnce(Sound):
    mapping = AtOnce
