"""The crash matrix, by default in a short form, against a real Vendure.

A worker dies before or after a write to the journal or a request to Vendure; recovery
comes; and then the journal and Vendure must tell one story, all or nothing.
"""

from __future__ import annotations

import pytest

from tests.extent import EVERYTHING
from tests.mappings.mortality import Goods, Mortality
from tests.mappings.vendure.conftest import Office


@pytest.mark.parametrize(
    ("undo", "lost", "every"),
    [
        (False, "", 5),
        (True, "", 7),
        (False, "addManualPaymentToOrder", 5),
    ],
    ids=["redeem", "redeem and undo", "the answer to the payment is lost"],
)
def test_all_or_nothing_wherever_the_worker_dies(
    mortality: Mortality, office: Office, undo: bool, lost: str, every: int
) -> None:
    def goods() -> Goods:
        customer = office.customer()
        promotion = office.promotion(owner=customer)
        return customer, office.bonus_check(customer), promotion

    def spent(given: Goods) -> set[str]:
        _, check, promotion = given
        assert office.uses(check) == office.uses(promotion)
        return {ref[:32] for ref in office.uses(check)}

    every = 1 if EVERYTHING else every
    deaths = mortality.deaths(goods, spent, every=every, undo=undo, lost=lost)
    print(f"undo={undo} lost={lost or 'nothing'}: {deaths} deaths survived")
    assert deaths >= 3
