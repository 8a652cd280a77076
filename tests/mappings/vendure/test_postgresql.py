"""Races on PostgreSQL: what shops run Vendure on, and what may truly race.

sql.js lets one transaction in at a time; PostgreSQL lets all of them begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mappings.live.postgresql import DATABASE, SECOND_DATABASE, cluster
from tests.mappings.vendure import installation
from tests.mappings.vendure.server import Vendure, running
from tests.mappings.vendure.test_spending import (  # noqa: F401
    ref,
    test_a_code_that_is_dropped_as_the_order_is_paid_is_refused,
    test_a_limit_for_each_customer,
    test_a_redeem_is_one_paid_order_with_all_codes,
    test_of_many_customers_at_once_one_gets_the_last_use,
    test_of_many_tills_at_once_one_gets_a_customers_only_use,
    test_what_a_promotion_must_be_to_be_redeemed,
)

pytestmark = SECOND_DATABASE


@pytest.fixture(scope="module")
def vendure(packages: Path, postgresql: Path) -> Iterator[Vendure]:
    with cluster(postgresql) as database:
        database.create()
        with database.started():
            database.program("createdb", DATABASE)
            where = f"postgresql:{database.directory}"
            installation.seed(packages, where)
            shop = running(packages, where, database.directory / "vendure.log")
            yield shop
            shop.close()
