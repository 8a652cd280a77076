"""Sound mappings stand the kit, whether they redeem one by one or all at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.testing import Known, MappingContract, UpstreamSettings
from tests.testing import kiosk
from tests.testing.kiosk import AtOnce, Kiosk, OneByOne


@pytest.fixture(scope="module")
def crm() -> Iterator[Kiosk]:
    with Kiosk() as crm:
        yield crm


class Sound(MappingContract):
    def upstream(self, crm: Kiosk) -> UpstreamSettings:
        return kiosk.upstream(crm)

    def seed(self, crm: Kiosk) -> Known:
        return crm.seed()


class TestOneByOne(Sound):
    mapping = OneByOne


class TestAtOnce(Sound):
    mapping = AtOnce
