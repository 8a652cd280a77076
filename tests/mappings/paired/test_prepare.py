"""A system of benefits that looks at all items first does so behind a pair as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo_crm_process import JOHN, KEY, DemoCrm
from tests.mappings.description import Description
from tests.mappings.served import Served
from tests.mappings.till import Till
from tests.mappings.voyado import conftest as voyado
from tests.mappings.voyado.fake import KEY as ENGAGES
from tests.mappings.voyado.fake import REFERENCE, Engage

SITES = """\
sites:
  shop:
    country: SE
    users: {{till: secret}}
    customers:
      mapping: demo
      upstream:
        url: {customers}
        auth: {{kind: header, name: X-Api-Key, value: {key}}}
    benefits:
      mapping: voyado
      found_by: email
      options: {{reference_field: {reference}}}
      upstream:
        url: {benefits}
        auth: {{kind: header, name: apikey, value: {engages}}}
"""

description = voyado.description


@pytest.fixture
def engage(description: Description | None) -> Iterator[Engage]:
    with Engage(description) as engage:
        yield engage
    assert engage.witness.problems() == []


@pytest.fixture
def served(customers: DemoCrm, engage: Engage) -> Served:
    sites = SITES.format(
        customers=customers.url,
        key=KEY["X-Api-Key"],
        benefits=engage.url,
        engages=ENGAGES,
        reference=REFERENCE,
    )
    return Served(engage.url, ENGAGES, sites)


def test_what_is_refused_beforehand_costs_the_other_items_nothing(
    till: Till, engage: Engage
) -> None:
    contact = engage.contact(email="john.doe@example.com")
    good, lapsed = engage.voucher(contact), engage.voucher(contact, days=-1)
    answer = till.redeem(JOHN, checks=[good, lapsed])
    assert answer.status_code == 409
    assert "expired" in answer.json()["errortext"]
    assert engage.vouchers[good]["reactivations"] == 0

    answer = till.redeem(JOHN, checks=[good])
    assert answer.status_code == 200, answer.text
    assert engage.is_redeemed(good)
    undone = till.undo(JOHN, answer.json()["redeem_id"])
    assert undone.status_code == 200, undone.text
    assert not engage.is_redeemed(good)
