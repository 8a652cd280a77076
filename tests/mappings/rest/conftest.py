"""The demo CRM once more, behind a bridge that knows it by a file alone."""

from __future__ import annotations

import pytest

from tests.demo_crm_process import KEY, DemoCrm
from tests.mappings.demo.conftest import SITES, Office, office, running
from tests.mappings.rest.described import DEMO
from tests.mappings.served import Served

__all__ = ["Office", "office", "running"]

REST = f"mapping: rest\n    options: {{{{file: {DEMO}}}}}"


@pytest.fixture
def served(running: DemoCrm) -> Served:
    (key,) = KEY.values()
    sites = SITES.replace("mapping: demo", REST)
    return Served(running.url, key, sites.format(url=running.url, key=key))
