"""The conformance kit: tests that every mapping has to stand, wherever it is kept.

::

    class TestAcme(MappingContract):
        mapping = Mapping

        def upstream(self, crm): ...
        def seed(self, crm): ...

The tests choose themselves by what the mapping offers.  Besides what each verb promises
they try the failure grid: each request that a verb makes goes wrong in each way that
there is, over real sockets, and what the verb makes of it has to be true.

Needs pytest: ``pip install "sitoo-crm-bridge[testing]"``.
"""

from __future__ import annotations

import pytest

# Before they are imported, so that a failing assert shows the values in it.
pytest.register_assert_rewrite("bridge.testing.suites", "bridge.testing.presenting")

from bridge.testing.contract import MappingContract  # noqa: E402
from bridge.testing.crm import Call, FakeCrm, Refusal, on  # noqa: E402
from bridge.testing.from_file import described  # noqa: E402
from bridge.testing.known import Known  # noqa: E402
from bridge.upstream import (  # noqa: E402
    BasicAuth,
    HeaderAuth,
    OAuth2Auth,
    UpstreamSettings,
)

__all__ = [
    "BasicAuth",
    "Call",
    "FakeCrm",
    "HeaderAuth",
    "Known",
    "MappingContract",
    "OAuth2Auth",
    "Refusal",
    "UpstreamSettings",
    "described",
    "on",
]
