"""The same tests on PostgreSQL: what shops run Tryton on, and what may truly race.

SQLite lets one writer in at a time; PostgreSQL lets all of them begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mappings.live.cache import alone
from tests.mappings.live.postgresql import SECOND_DATABASE
from tests.mappings.tryton import installation
from tests.mappings.tryton.postgresql import on_postgresql, seeded
from tests.mappings.tryton.server import Tryton
from tests.mappings.tryton.test_bridge import (  # noqa: F401
    TestRaces,
    test_a_customer_is_added_changed_and_shown,
    test_a_customer_is_found_by_whatever_a_cashier_types,
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

pytestmark = SECOND_DATABASE


@pytest.fixture(scope="module")
def tryton(venv: Path, postgresql: Path) -> Iterator[Tryton]:
    with alone(installation.CACHE):
        shop = seeded(venv, postgresql)
    with on_postgresql(venv, shop, postgresql) as running:
        yield running
