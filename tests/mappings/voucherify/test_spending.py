"""Redeeming: what Voucherify makes of it, and what must not come of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.errors import (
    Missing,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from bridge.mapping import Mapping
from bridge.model import Item, ItemKind
from bridge.testing.acts import new_ref
from bridge.upstream.policy.hints import seconds_to_wait
from mappings.voucherify import protocol, refusals
from mappings.voucherify.benefits import Benefit
from mappings.voucherify.protocol import SIGNALS
from mappings.voucherify.spending import order_amount
from tests.mappings.voucherify.fake import Project
from tests.mappings.voucherify.office import AMOUNT, PERCENT, UNIT, Office
from tests.redis_servers import wait_until


@pytest.fixture
def customer(office: Office) -> str:
    return office.customer(source_id="M-1")


@pytest.fixture
def ref() -> str:
    return new_ref()


def check_of(office: Office, customer: str, **values: Any) -> Item:
    return Item(ItemKind.BONUS_CHECK, office.gift_card(customer, **values), customer)


def code_of(office: Office, customer: str, **values: Any) -> Item:
    return Item(ItemKind.PROMOTION, office.code(customer, **values), customer)


def tier_of(office: Office, customer: str, **values: Any) -> Item:
    return Item(ItemKind.PROMOTION, office.tier(**values), customer)


def refused(mapping: Mapping, project: Project, items: list[Item], ref: str) -> str:
    """Redeem in vain; return why, unless anything is redeemed by it."""
    had = {thing.id: thing.balance for thing in project.redeemables.values()}
    with pytest.raises(Refused) as refusal:
        mapping.redeem_items(items, ref)
    assert not any(ref in project.uses(item.item_id) for item in items)
    assert had == {thing.id: thing.balance for thing in project.redeemables.values()}
    return refusal.value.errortext


@pytest.mark.parametrize("partial", [False, True], ids=["All", "Partial"])
def test_what_cannot_be_redeemed_takes_the_others_with_it(
    mapping: Mapping, office: Office, customer: str, ref: str, partial: bool
) -> None:
    """Only Voucherify knows all of its rules."""
    office.crm.rules.partial = partial
    good = check_of(office, customer)
    values = {"once": True, "metadata": {"sitoo_repeats": True}}
    once = tier_of(office, customer, **values)
    mapping.redeem_items([once], new_ref())
    assert refused(mapping, office.crm, [good, once], ref) == refusals.RULES
    assert mapping.redeem_items([good], ref)


@pytest.mark.parametrize("partial", [False, True], ids=["All", "Partial"])
def test_what_happens_between_the_look_and_the_redemption(
    mapping: Any, office: Office, customer: str, ref: str, partial: bool
) -> None:
    """Another till, the web shop or a marketer is quicker."""
    office.crm.rules.partial = partial
    good = check_of(office, customer)
    post = mapping.voucherify.post
    for change, said in (
        ({"used": 1}, refusals.SPENT),
        ({"active": False}, refusals.NOT_THEIRS),
        ({"expires": office.crm.clock.now}, refusals.EXPIRED),
        ({"discount": {**PERCENT, "percent_off": 0}}, refusals.NOT_TOGETHER),
    ):
        item = code_of(office, customer)

        def late(
            path: str, body: Any, item: Item = item, change: Any = change, **how: Any
        ) -> Any:
            vars(office.crm.redeemables[item.item_id]).update(change)
            return post(path, body, **how)

        mapping.voucherify.post = late
        assert refused(mapping, office.crm, [good, item], ref) == said
    mapping.voucherify.post = post
    assert mapping.redeem_items([good], ref)


def test_a_gift_card_that_is_only_used_in_part_is_rolled_back(
    mapping: Any, office: Office, customer: str, ref: str, monkeypatch: Any
) -> None:
    """The till has taken off all that was on it."""
    item = check_of(office, customer)
    monkeypatch.setattr("mappings.voucherify.spending.order_amount", lambda _: 2000)
    refused(mapping, office.crm, [item], ref)
    assert [r["status"] for r in office.crm.redemptions] == ["ROLLED_BACK", "SUCCEEDED"]


def test_a_rollback_that_fails_leaves_it_open(
    mapping: Any, office: Office, customer: str, ref: str
) -> None:
    office.crm.rules.partial = True
    good, bad = check_of(office, customer), code_of(office, customer)
    post, fails = mapping.voucherify.post, [Unavailable, Refused]

    def unlucky(path: str, body: Any, **how: Any) -> Any:
        office.crm.redeemables[bad.item_id].used = 1
        if path.endswith("rollbacks"):
            raise fails.pop()
        return post(path, body, **how)

    mapping.voucherify.post = unlucky
    for one in ("1", "2"):
        office.crm.redeemables[bad.item_id].used = 0
        with pytest.raises(OutcomeUnknown):
            mapping.redeem_items([good, bad], ref + one)
        mapping.voucherify.post = post
        assert mapping.find_receipts([good, bad], ref + one) is None
        mapping.voucherify.post = unlucky
        assert office.crm.uses(good.item_id) == []


@pytest.mark.parametrize("lone_has_parent", [False, True])
@pytest.mark.parametrize("metadata_on_children", [False, True])
@pytest.mark.parametrize("children_name_parent", [False, True])
def test_a_redeem_is_found_and_given_back_however_it_is_listed(
    mapping: Mapping,
    office: Office,
    customer: str,
    lone_has_parent: bool,
    metadata_on_children: bool,
    children_name_parent: bool,
) -> None:
    """Voucherify's description does not say which of a stack keep the metadata."""
    office.crm.rules.lone_has_parent = lone_has_parent
    office.crm.rules.metadata_on_children = metadata_on_children
    office.crm.rules.children_name_parent = children_name_parent
    check, code = check_of(office, customer), code_of(office, customer)
    for items in ([check], [check, code]):
        ref, other = new_ref(), new_ref()
        receipts = mapping.redeem_items(items, ref)
        assert mapping.find_receipts(items, other) is None
        assert mapping.find_receipts(items, ref) == receipts
        mapping.undo_items(items, ref, receipts)
        mapping.undo_items(items, ref, receipts)
        assert mapping.find_receipts(items, ref) is None
        assert office.crm.uses(check.item_id) == []


def test_a_redeem_is_found_among_hundreds(
    mapping: Mapping, office: Office, customer: str, ref: str
) -> None:
    check = check_of(office, customer)
    receipts = mapping.redeem_items([check], ref)
    owner = office.crm.customers[customer]
    spent = {"object": "promotion_tier", "id": office.tier(), "units": None}
    for _ in range(250):
        office.crm.record(spent, owner, None, {"sitoo_reference": new_ref()})
    assert mapping.find_receipts([check], ref) == receipts
    assert mapping.find_receipts([check], new_ref()) is None


def test_where_the_list_does_not_end_nobody_says_that_it_is_not_redeemed(
    mapping: Mapping, office: Office, customer: str, ref: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(protocol, "PAGE", 1)
    monkeypatch.setattr(protocol, "LAST_PAGE", 3)
    monkeypatch.setattr(protocol.Voucherify.redemptions, "__kwdefaults__", {"pages": 3})
    tier = tier_of(office, customer, metadata={"sitoo_repeats": True})
    for _ in range(2):
        mapping.redeem_items([tier], new_ref())
    assert mapping.find_receipts([tier], ref) is None
    mapping.redeem_items([tier], new_ref())
    with pytest.raises(Unavailable, match="more redemptions"):
        mapping.find_receipts([tier], ref)


def test_a_list_that_is_late_is_not_believed(
    mapping: Mapping, office: Office, customer: str, ref: str
) -> None:
    check, code = check_of(office, customer), code_of(office, customer)
    for item in (check, code):
        receipts = mapping.redeem_items([item], ref)
        office.crm.rules.list_is_late = True
        with pytest.raises(Unavailable, match="does not say yet"):
            mapping.find_receipts([item], ref)
        office.crm.rules.list_is_late = False
        assert mapping.find_receipts([item], ref) == receipts
        assert mapping.find_receipts([item], new_ref()) is None
        mapping.undo_items([item], ref, receipts)
        assert mapping.find_receipts([item], ref) is None


@pytest.mark.parametrize("empty", [False, True])
def test_when_nothing_at_all_can_be_redeemed(
    mapping: Any, office: Office, customer: str, ref: str, empty: bool
) -> None:
    office.crm.rules.partial, office.crm.rules.empty_if_nothing = True, empty
    item, post = code_of(office, customer), mapping.voucherify.post

    def late(path: str, body: Any, **how: Any) -> Any:
        office.crm.redeemables[item.item_id].active = False
        return post(path, body, **how)

    mapping.voucherify.post = late
    assert refused(mapping, office.crm, [item], ref) == refusals.NOT_THEIRS


def test_how_long_voucherify_asks_to_be_left_alone() -> None:
    hint = {"X-Rate-Limit-Retry": "1764150010"}
    assert seconds_to_wait(hint, SIGNALS, lambda: 1764150000.0) == 10
    both = hint | {"Retry-After": "3"}
    assert seconds_to_wait(both, SIGNALS, lambda: 1764150000.0) == 3


@pytest.mark.parametrize("nobody", ["nobody", "cust_nobody"])
def test_of_a_customer_who_is_not_there_nothing_is_redeemed(
    mapping: Mapping, office: Office, ref: str, nobody: str
) -> None:
    item = Item(ItemKind.PROMOTION, office.tier(), nobody)
    with pytest.raises(Missing):
        mapping.redeem_items([item], ref)
    assert mapping.find_receipts([item], ref) is None
    office.crm.rules.nothing_of_nobody = True
    assert mapping.find_receipts([item], ref) is None
    assert office.crm.customers == {}
    # Voucherify's guide says so, and its schema does not: that is dropped.
    if office.crm.witness.description:
        wait_until(office.crm.witness.problems, "the odd answer to be seen")


def test_nobody_redeems_what_is_somebody_elses(
    mapping: Mapping, office: Office, customer: str, ref: str
) -> None:
    """Voucherify would let them, unless the retailer has set a rule."""
    theirs = office.gift_card(office.customer())
    stolen = Item(ItemKind.BONUS_CHECK, theirs, customer)
    said = refused(mapping, office.crm, [stolen], ref)
    assert said == refusals.NOT_THEIRS
    kind = Item(ItemKind.PROMOTION, office.gift_card(customer), customer)
    assert refused(mapping, office.crm, [kind], ref) == refusals.NOT_THEIRS


@pytest.mark.parametrize("by", ["id", "source_id"])
def test_an_id_and_a_source_id_mean_the_same_customer(
    mapping: Mapping, office: Office, customer: str, ref: str, by: str
) -> None:
    """Of whom Voucherify has not heard, it would make a new customer."""
    known = office.crm.customers[customer][by]
    items = [
        Item(ItemKind.BONUS_CHECK, office.gift_card(customer), known),
        Item(ItemKind.PROMOTION, office.tier(), known),
    ]
    assert mapping.get(known) == mapping.get(customer)
    receipts = mapping.redeem_items(items, ref)
    assert mapping.find_receipts(items, ref) == receipts
    assert list(office.crm.customers) == [customer]


def test_one_thing_of_a_card_at_a_time(
    connect: Any, configure: Any, office: Office, customer: str, ref: str
) -> None:
    more = "        - {id: rew_1, name: 25 off, points: 250, amount: 25}"
    both = f"{more}\n{more.replace('rew_1', 'rew_2')}"
    mapping = connect(configure(**{more: both}))
    card = office.loyalty_card(customer)
    items = [
        Item(ItemKind.BONUS_CHECK, f"{card}:{reward}", customer)
        for reward in ("rew_1", "rew_2")
    ]
    assert mapping.holds(items[0]) == mapping.holds(items[1])
    assert refused(mapping, office.crm, items, ref) == refusals.ONE_EACH
    mapping.redeem_items(items[1:], ref)
    assert office.crm.redeemables[card].balance == 250


def test_more_than_voucherify_takes(
    mapping: Mapping, office: Office, customer: str, ref: str
) -> None:
    items = [check_of(office, customer) for _ in range(31)]
    assert refused(mapping, office.crm, items, ref) == refusals.TOO_MANY
    assert len(mapping.redeem_items(items[1:], ref)) == 30


def test_tiers_are_redeemed_once_by_each_customer(
    mapping: Mapping, office: Office, customer: str, ref: str
) -> None:
    tier = tier_of(office, customer)
    other = Item(tier.kind, tier.item_id, office.customer())
    assert mapping.holds(tier) != mapping.holds(other)
    receipts = mapping.redeem_items([tier], ref)
    assert refused(mapping, office.crm, [tier], new_ref()) == refusals.SPENT
    mapping.redeem_items([other], new_ref())
    mapping.undo_items([tier], ref, receipts)
    mapping.redeem_items([tier], new_ref())


def test_a_redemption_under_way_is_asked_for_again(
    connect: Any, configure: Any, office: Office, customer: str, ref: str
) -> None:
    """Voucherify has not begun it, so that it may be asked for once more."""
    mapping = connect(configure(**{"attempts: 1": "attempts: 3"}))
    item = check_of(office, customer)
    office.crm.busy = 1
    mapping.redeem_items([item], ref)
    assert office.crm.uses(item.item_id) == [ref]
    office.crm.busy = 9
    with pytest.raises(Throttled):
        mapping.redeem_items([check_of(office, customer)], new_ref())


def test_after_three_months_it_is_not_given_back(
    mapping: Mapping, office: Office, customer: str, ref: str
) -> None:
    item = check_of(office, customer)
    receipts = mapping.redeem_items([item], ref)
    office.crm.clock.pass_(days=93)
    with pytest.raises(Refused, match="three months"):
        mapping.undo_items([item], ref, receipts)
    assert office.crm.uses(item.item_id) == [ref]


def worth(hundredths: int, percent: int = 0) -> Benefit:
    gives: Any = None
    return Benefit(
        kind=ItemKind.PROMOTION,
        item_id="",
        object="voucher",
        name="",
        redeemed=False,
        gives=gives,
        worth=hundredths,
        percent=Decimal(percent),
    )


@pytest.mark.parametrize(
    ("chosen", "least"),
    [
        ([worth(0, 10)], 112),
        ([worth(2500)], 2600),
        ([worth(2500), worth(0, 10)], 2889),
        ([worth(2500), worth(0, 50), worth(0, 50)], 10400),
        ([worth(2500), worth(0, 100)], 2600),
    ],
)
def test_an_order_is_large_enough_for_all(chosen: list[Benefit], least: int) -> None:
    assert order_amount(chosen) == least


@pytest.mark.parametrize("discount", [AMOUNT, PERCENT, UNIT])
@pytest.mark.parametrize("first", [True, False])
def test_whatever_comes_first_a_gift_card_is_used_whole(
    mapping: Mapping,
    office: Office,
    customer: str,
    ref: str,
    discount: Any,
    first: bool,
) -> None:
    check = check_of(office, customer)
    code = code_of(office, customer, discount=discount)
    items = [check, code] if first else [code, check]
    assert len(mapping.redeem_items(items, ref)) == 2
    assert office.crm.redeemables[check.item_id].balance == 0
