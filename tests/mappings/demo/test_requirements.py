"""``sitoo-bridge check`` before the demo CRM, which needs no setting up."""

from __future__ import annotations

from mappings.demo import Mapping
from tests.mappings.suites.check import CheckTests


class TestCheck(CheckTests):
    mapping = Mapping
