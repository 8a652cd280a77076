"""One demo CRM for all tests of it, back at its seed for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo_crm_process import DemoCrm


@pytest.fixture(scope="session")
def running() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture
def crm(running: DemoCrm) -> DemoCrm:
    running.reset()
    return running
