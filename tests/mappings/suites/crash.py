"""The crash matrix, by default in a short form, against a CRM.

A worker dies before or after a write to the journal or a request to the CRM; recovery
comes; and then the journal and the CRM must tell one story, all or nothing.
"""

from __future__ import annotations

from typing import ClassVar

import pytest

from tests.extent import EVERYTHING
from tests.mappings.mortality import Goods, Mortality
from tests.mappings.office import Office

REDEEM, UNDO = "redeem", "redeem and undo"
LOST, LOST_BACK = "the answer to the redeem is lost", "the answer to the undo is lost"


class CrashTests:
    """One thing of each kind in one redeem, wherever the worker dies."""

    lost: ClassVar[str]
    """What is in the request that spends, whose answer is lost: ``mortal`` says how."""
    lost_back: ClassVar[str] = ""
    """The same for what gives back, where that is a request of its own kind."""
    every: ClassVar[dict[str, int]] = {REDEEM: 5, UNDO: 6, LOST: 5, LOST_BACK: 6}
    """How many steps later than the one before it a worker dies, in the short form."""

    def goods(self, office: Office) -> Goods:
        customer = office.customer()
        return [
            item for kind in office.kinds for item in office.items(customer, 1, kind)
        ]

    def spent(self, office: Office, goods: Goods) -> set[str]:
        """Return the redeem_ids that all of the goods are spent under, or fail."""
        under = [[ref[:32] for ref in office.references(item)] for item in goods]
        assert all(one == under[0] for one in under), under
        assert len(under[0]) <= 1
        return {*under[0]}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "scenario" in metafunc.fixturenames:
            all_of_them = [REDEEM, UNDO, LOST, *[LOST_BACK] * bool(self.lost_back)]
            metafunc.parametrize("scenario", all_of_them)

    def test_all_or_nothing_wherever_the_worker_dies(
        self, mortality: Mortality, office: Office, scenario: str
    ) -> None:
        deaths = mortality.deaths(
            lambda: self.goods(office),
            lambda goods: self.spent(office, goods),
            every=1 if EVERYTHING else self.every[scenario],
            undo=scenario in (UNDO, LOST_BACK),
            lost={LOST: self.lost, LOST_BACK: self.lost_back}.get(scenario, ""),
        )
        print(f"{scenario}: {deaths} deaths survived")
        assert deaths >= 3
