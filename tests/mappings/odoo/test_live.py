"""The kit and the races against an Odoo 18 that somebody has.

``ODOO_URL``, ``ODOO_DB``, ``ODOO_USER_ID`` and ``ODOO_KEY`` say which, and as whom: a
user who may also make programs and cards (Sales, Administrator).  ``ODOO_ACTION`` is
the id of the server action; without it only what works without one is tried.  It adds
contacts, cards and orders, and takes none away.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import pytest

from bridge.deadline import Deadline
from bridge.errors import BridgeError
from bridge.mapping import Secret
from bridge.model import Context, Item, ItemKind
from bridge.testing import Known, MappingContract, UpstreamSettings
from bridge.upstream import Gateway
from mappings.odoo import Mapping, one_by_one
from mappings.odoo.options import WithAction, WithoutAction
from tests.mappings.odoo.office import Office
from tests.mappings.odoo.seeding import known
from tests.mappings.till import together

WHERE = {name: os.environ.get(f"ODOO_{name}", "") for name in ("URL", "DB", "KEY")}
USER, ACTION = (
    int(os.environ.get(f"ODOO_{one}", "0")) for one in ("USER_ID", "ACTION")
)
CURRENCY = os.environ.get("ODOO_CURRENCY", "")

pytestmark = pytest.mark.skipif(
    not (all(WHERE.values()) and USER), reason="ODOO_URL and so on say no Odoo to ask"
)
needs_action = pytest.mark.skipif(not ACTION, reason="ODOO_ACTION says no action")


@cache
def live() -> Office:
    return Office(WHERE["URL"], WHERE["DB"], USER, WHERE["KEY"])


def settings() -> dict[str, Any]:
    shop = {"database": WHERE["DB"], "user_id": USER, "key": Secret(WHERE["KEY"])}
    return {**shop, "currency": CURRENCY or "USD"}


@pytest.fixture(scope="module")
def crm() -> Office:
    """The Odoo; what its programs count in must be what the options say."""
    office = live()
    program, _ = office.program("coupons")
    currency = office.read("loyalty.program", program, "currency_id")["currency_id"][1]
    assert settings()["currency"] == currency, f"set ODOO_CURRENCY={currency}"
    return office


@needs_action
class TestOdoo(MappingContract):
    mapping = Mapping
    options = WithAction(**settings(), action=ACTION)

    def upstream(self, crm: Office) -> UpstreamSettings:
        return UpstreamSettings(crm.url)

    def seed(self, crm: Office) -> Known:
        return known(crm, parts=True)


class TestOdooOneByOne(MappingContract):
    mapping = one_by_one.Mapping
    options = WithoutAction(**settings())
    faults = ("timeout",)

    def upstream(self, crm: Office) -> UpstreamSettings:
        return UpstreamSettings(crm.url)

    def seed(self, crm: Office) -> Known:
        return known(crm, parts=False)


def connected(kind: Any, options: Any, gateway: Gateway) -> Any:
    """Make a mapping for one request, as the bridge would."""
    context = Context(site="live")
    upstream = gateway.at(Deadline(30), context)
    mapping = kind(options, upstream, context)
    upstream.explain = mapping.explain
    return mapping


@pytest.mark.parametrize("tills", [2, 6])
@needs_action
def test_tills_that_race_for_points_get_what_there_is(crm: Office, tills: int) -> None:
    customer = crm.customer()
    _, small = crm.points(customer, 100)
    item, options = (
        Item(ItemKind.PROMOTION, small, customer),
        WithAction(**settings(), action=ACTION),
    )
    gateway = Gateway("live", UpstreamSettings(crm.url), Mapping.signals)
    ones = [connected(Mapping, options, gateway) for _ in range(tills)]
    done = together(
        *(
            lambda one=one, number=number: one.redeem_items([item], f"{small}-{number}")
            for number, one in enumerate(ones)
        )
    )
    gateway.close()
    won = sum(not isinstance(one, BridgeError) for one in done)
    assert won == min(tills, 3)
    assert crm.balance(small) == 100 - 30 * won
    assert len(crm.history(small)) == won


def test_of_many_that_empty_a_card_one_wins(crm: Office) -> None:
    customer = crm.customer()
    card = crm.gift_card(customer)
    item, kind = Item(ItemKind.BONUS_CHECK, card, customer), one_by_one.Mapping
    gateway = Gateway("live", UpstreamSettings(crm.url), kind.signals)
    options = WithoutAction(**settings())
    ones = [connected(kind, options, gateway) for _ in range(4)]
    done = together(
        *(
            lambda one=one, number=number: one.redeem_item(item, f"{card}-{number}")
            for number, one in enumerate(ones)
        )
    )
    gateway.close()
    assert sum(not isinstance(one, BridgeError) for one in done) == 1
    assert crm.balance(card) == 0


@needs_action
def test_nothing_is_missing(crm: Office) -> None:
    gateway = Gateway("live", UpstreamSettings(crm.url), Mapping.signals)
    options = WithAction(**settings(), action=ACTION)
    assert connected(Mapping, options, gateway).problems() == []
    gateway.close()
