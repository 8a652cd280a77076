"""By a file alone, each request of the SPI's reference gets the reference's answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.embedded import EmbeddedValkey
from tests.demo_crm_process import DemoCrm
from tests.end_to_end.service import Service
from tests.end_to_end.test_reference import (
    test_adding_to_an_empty_crm,
    test_adding_who_is_there_already,
    test_reading,
    test_redeeming_and_undoing,
    test_updating,
)
from tests.mappings.rest.described import DEMO

__all__ = [
    "test_adding_to_an_empty_crm",
    "test_adding_who_is_there_already",
    "test_reading",
    "test_redeeming_and_undoing",
    "test_updating",
]


class Described(Service):
    """A bridge that knows the demo CRM by the file."""

    def _config(self) -> dict[str, Any]:
        config = super()._config()
        site = config["sites"]["shop"]
        site |= {"mapping": "rest", "options": {"file": str(DEMO)}}
        return config


@pytest.fixture(scope="module")
def started(
    tmp_path_factory: pytest.TempPathFactory, running: DemoCrm
) -> Iterator[Service]:
    with Described(tmp_path_factory.mktemp("rest"), running, EmbeddedValkey()) as one:
        yield one


@pytest.fixture
def service(started: Service) -> Service:
    started.crm.reset()
    started.forget()
    return started


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Service]:
    with (
        DemoCrm(empty=True) as crm,
        Described(tmp_path, crm, EmbeddedValkey()) as service,
    ):
        yield service
