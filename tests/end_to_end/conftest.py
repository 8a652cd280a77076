"""One running bridge for all end-to-end tests that do not have to break it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.service import Service


@pytest.fixture(scope="session")
def shared() -> Iterator[DemoCrm]:
    with DemoCrm() as shared:
        yield shared


@pytest.fixture(scope="module")
def crm(shared: DemoCrm) -> DemoCrm:
    """The CRM as its seed has it, whichever file's tests had it before."""
    shared.clear_faults()
    shared.reset()
    return shared


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, shared: DemoCrm
) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("service")
    with Service(directory, shared, EmbeddedValkey()) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The bridge, over a CRM that is as its seed has it, and with an empty journal."""
    running.crm.reset()
    running.forget()
    yield running
    running.crm.clear_faults()
