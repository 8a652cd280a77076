"""The demo CRM by a file stands what the demo mapping stands: kit, races, crashes."""

from __future__ import annotations

from typing import ClassVar

import pytest

from bridge.testing import described
from tests.demo_crm_process import DemoCrm
from tests.extent import EVERYTHING
from tests.mappings.demo import test_bridge, test_contract
from tests.mappings.demo.test_crash import TestCrash as DemoCrash
from tests.mappings.rest.described import DEMO
from tests.mappings.suites.check import CheckTests
from tests.mappings.suites.crash import CrashTests
from tests.mappings.suites.errors import ErrorTests
from tests.mappings.suites.races import RaceTests


@pytest.fixture(scope="module")
def crm(running: DemoCrm) -> DemoCrm:
    return running


class TestFile(test_contract.TestDemo):
    mapping, options = described(DEMO)


class TestRaces(RaceTests):
    rounds = 50 if EVERYTHING else 10


class TestErrors(ErrorTests):
    nobody = test_bridge.TestErrors.nobody
    wrong = test_bridge.TestErrors.wrong


class TestCrash(CrashTests):
    lost = DemoCrash.lost
    every: ClassVar = DemoCrash.every


class TestCheck(CheckTests):
    mapping, _ = described(DEMO)
