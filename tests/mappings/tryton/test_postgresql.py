"""The same tests on PostgreSQL: what shops run Tryton on, and what may truly race.

SQLite lets one writer in at a time; PostgreSQL lets all of them begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extent import EVERYTHING, without
from tests.mappings.cache import alone
from tests.mappings.postgresql import programs
from tests.mappings.tryton import installation, postgresql
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton
from tests.mappings.tryton.test_bridge import (  # noqa: F401
    test_a_customer_is_added_changed_and_shown,
    test_a_customer_is_found_by_whatever_a_cashier_types,
    test_of_two_tills_that_race_for_a_gift_card_exactly_one_wins,
    test_redeem_and_undo,
    test_what_can_be_chosen_and_what_was_bought,
)
from tests.mappings.tryton.test_customers import (  # noqa: F401
    test_nobody_is_found_by,
)
from tests.mappings.tryton.test_spending import (  # noqa: F401
    items,
    ref,
    test_a_comparison_that_fails_writes_nothing,
    test_a_coupon_for_each_customer_is_used_once_by_each,
    test_a_coupon_without_a_limit_is_used_by_all_at_once,
    test_of_what_was_redeemed_once_nothing_is_redeemed_again,
    test_one_coupon_of_many_customers_is_used_as_often_as_it_may_be,
    test_one_gift_card_is_spent_once_by_eight_at_once,
    test_what_was_redeemed_is_found_and_given_back,
)

pytestmark = pytest.mark.skipif(
    not EVERYTHING,
    reason="A second database takes minutes to make: BRIDGE_CI=1 has it tried",
)


@pytest.fixture(scope="module")
def tryton(venv: Path) -> Iterator[Tryton]:
    server = programs()
    if server is None:
        without("PostgreSQL is not installed: on Debian, apt install postgresql")
    with alone(installation.CACHE):
        shop = postgresql.seeded(venv, server)
    with postgresql.on_postgresql(venv, shop, server) as running:
        yield running


@pytest.fixture(scope="module")
def office(tryton: Tryton) -> Office:
    return Office(tryton)
