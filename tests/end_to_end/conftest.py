"""One running bridge for all end-to-end tests that do not have to break it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.service import Service


@pytest.fixture(scope="session")
def crm() -> Iterator[DemoCrm]:
    with DemoCrm() as crm:
        yield crm


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, crm: DemoCrm
) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("service")
    with Service(directory, crm, EmbeddedValkey()) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The bridge, over a CRM that is as its seed has it, and with an empty journal."""
    running.crm.reset()
    running.forget()
    yield running
    running.crm.clear_faults()
