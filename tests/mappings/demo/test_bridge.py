"""The demo CRM through the running bridge: what goes wrong, and tills that race."""

from __future__ import annotations

from tests.extent import EVERYTHING
from tests.mappings.suites.errors import ErrorTests
from tests.mappings.suites.races import RaceTests


class TestRaces(RaceTests):
    rounds = 50 if EVERYTHING else 10


class TestErrors(ErrorTests):
    nobody = "00000000-0000-4000-8000-000000000000"
    wrong = (
        ("POST", "/customers", {"email": "john.doe@example.com"}, 400),
        (
            "POST",
            f"/customers/{nobody}/redeem",
            {"promotions": ["x"], "bonus_checks": []},
            409,
        ),
    )
