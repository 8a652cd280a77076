"""The crash matrix, by default in a short form, against a real Tryton.

A worker dies before or after a write to the journal or a request to Tryton; recovery
comes; and then the journal and Tryton's database must tell one story, all or nothing.
"""

from __future__ import annotations

import pytest

from tests.extent import EVERYTHING
from tests.mappings.conftest import Connect
from tests.mappings.mortality import Goods, Mortality
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton


@pytest.mark.parametrize(
    ("undo", "lost", "every"),
    [
        (False, "", 5),
        (True, "", 6),
        (False, "model.sale.sale.create", 5),
    ],
    ids=["redeem", "redeem and undo", "the answer to the redeem is lost"],
)
def test_all_or_nothing_wherever_the_worker_dies(
    mortality: Mortality,
    connect: Connect,
    office: Office,
    tryton: Tryton,
    undo: bool,
    lost: str,
    every: int,
) -> None:
    def goods() -> Goods:
        customer = office.customer()
        return customer, office.gift_card(customer), office.voucher()

    def spent(given: Goods) -> set[str]:
        customer, card, coupon = given
        query = "select reference, state, 'sale.sale,' || id from sale_sale "
        query += "where party = ? and reference is not null"
        sales = tryton.sql(query, int(customer))
        refs = {place: ref[:32] for ref, state, place in sales if state == "draft"}
        assert office.spent_on(card) == next(iter(refs), None)
        assert office.uses(coupon) == len(refs)
        return {*refs.values()}

    connect().tryton.session(anew=True)
    every = 1 if EVERYTHING else every
    deaths = mortality.deaths(goods, spent, every=every, undo=undo, lost=lost)
    print(f"undo={undo} lost={lost or 'nothing'}: {deaths} deaths survived")
    assert deaths >= 3
