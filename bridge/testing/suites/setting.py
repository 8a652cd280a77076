"""What all suites share: the mapping, its CRM, and what is known to be in there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest

from bridge.mapping import Mapping
from bridge.testing.bench import Bench, bench_for, to_do
from bridge.testing.faults import FAULTS
from bridge.testing.known import Known
from bridge.upstream import UpstreamSettings


class Setting:
    """How a suite gets at the mapping; a mapping's test says how at its CRM."""

    mapping: ClassVar[type[Mapping]]
    """The mapping to be tried."""

    options: ClassVar[Any] = None
    """Its options; ``None`` takes their defaults."""

    faults: ClassVar[Sequence[str]] = FAULTS
    """The columns of the failure grid to be tried: fewer where a CRM is slow."""

    country: ClassVar[str] = "SE"
    """Where phone numbers without a country code are at home (ISO alpha-2)."""

    def upstream(self, crm: Any) -> UpstreamSettings:
        """Say how the CRM is reached, as a site's ``upstream`` section does."""
        raise NotImplementedError("upstream(): say where the CRM is")

    def seed(self, crm: Any) -> Known:
        """Put into the CRM what a test needs, and say what is known of it.

        Called before every test, and anew wherever a test has changed something: what
        it returns must be as fresh as the first time.
        """
        raise NotImplementedError("seed(): put a customer into the CRM")

    @pytest.fixture
    def bench(self, crm: Any) -> Iterator[Bench]:
        """The mapping, connected to the CRM."""
        try:
            settings = self.upstream(crm)
        except NotImplementedError as error:
            to_do(error, "upstream")
        options = self.options if self.options is not None else self.mapping.Options()
        with bench_for(self.mapping, options, settings) as bench:
            yield bench

    @pytest.fixture
    def known(self, crm: Any) -> Known:
        """What is in the CRM."""
        return self.seeded(crm)

    def seeded(self, crm: Any) -> Known:
        """Seed, or skip the test if that is still to be done."""
        try:
            return self.seed(crm)
        except NotImplementedError as error:
            to_do(error, "seed")


ODD_IDS = (
    "nobody",
    "0",
    "-1",
    "a/b",
    "a/../../b",
    "..",
    "",
    "a?b=1&c=2",
    "a#b",
    "100%",
    "%2e%2e%2f",
    "*",
    "a b+c",
    "Åsa Öberg",
    "'; --",
    '"\\',
    "🎁",
    "9" * 255,
)
"""Ids that nobody has; some look like a path, a query or a pattern."""
