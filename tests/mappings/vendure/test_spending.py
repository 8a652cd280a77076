"""Redeeming with coupon codes of a real Vendure: once, all or nothing, and back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bridge.errors import (
    Missing,
    NotDone,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from bridge.model import Item, ItemKind
from mappings.vendure import Mapping, steps
from tests.extent import EVERYTHING
from tests.mappings.conftest import Configure, Connect
from tests.mappings.till import together
from tests.mappings.vendure.conftest import Office, operations
from tests.mappings.vendure.server import Vendure


@pytest.fixture
def ref() -> str:
    return new_ref()


def new_ref() -> str:
    return f"{secrets.token_hex(16).upper()}-1"


def promotion_of(office: Office, customer: str, **values: Any) -> Item:
    return Item(ItemKind.PROMOTION, office.promotion(**values), customer)


def check_of(office: Office, customer: str, **values: Any) -> Item:
    return Item(ItemKind.BONUS_CHECK, office.bonus_check(customer, **values), customer)


def orders_under(vendure: Vendure, ref: str) -> list[tuple[str, int]]:
    """Return state and number of coupon codes of every order under a reference."""
    query = """query ($ref: String!) {
        orders(options: { filter: { sitooReference: { eq: $ref } } }) {
            items { state couponCodes }
        }
    }"""
    found = vendure.call(query, ref=ref)["orders"]["items"]
    return [(order["state"], len(order["couponCodes"])) for order in found]


def test_a_redeem_is_one_paid_order_with_all_codes(
    mapping: Mapping, office: Office, vendure: Vendure, ref: str
) -> None:
    customer = office.customer()
    items = [check_of(office, customer), promotion_of(office, customer)]
    receipts = mapping.redeem_items(items, ref)
    assert mapping.find_receipts(items, ref) == receipts
    assert orders_under(vendure, ref) == [("PaymentSettled", 2)]
    assert [office.uses(item.item_id) for item in items] == [[ref], [ref]]
    mapping.undo_items(items, ref, receipts)
    assert mapping.find_receipts(items, ref) is None
    assert orders_under(vendure, ref) == [("Cancelled", 2)]
    assert [office.uses(item.item_id) for item in items] == [[], []]


def test_a_code_that_is_dropped_as_the_order_is_paid_is_refused(
    connect: Connect, office: Office, vendure: Vendure, ref: str
) -> None:
    """Both orders have the last use of it, and Vendure pays both."""
    customer = office.customer()
    item, other = promotion_of(office, customer), promotion_of(office, customer)
    late, early = connect(), connect()
    do = late.vendure.do

    def overtaken(document: str, **variables: Any) -> Any:
        if document == steps.PAY:
            early.redeem_items([item], f"{ref}0")
        return do(document, **variables)

    late.vendure.do = overtaken
    with pytest.raises(Refused, match="already redeemed"):
        late.redeem_items([item, other], ref)
    assert orders_under(vendure, ref) == [("Cancelled", 1)]
    assert office.uses(item.item_id) == [f"{ref}0"]
    assert office.uses(other.item_id) == []


def test_with_its_taking_back_unknown_a_redeem_is_unknown_and_asking_ends_it(
    connect: Connect, office: Office, ref: str
) -> None:
    customer = office.customer()
    item, other = promotion_of(office, customer), promotion_of(office, customer)
    late, early = connect(), connect()
    do = late.vendure.do

    def unlucky(document: str, **variables: Any) -> Any:
        if document == steps.PAY:
            early.redeem_items([item], f"{ref}0")
        if document == steps.CANCEL:
            raise Unavailable
        return do(document, **variables)

    late.vendure.do = unlucky
    with pytest.raises(OutcomeUnknown):
        late.redeem_items([item, other], ref)
    assert office.uses(other.item_id) == [ref]
    assert connect().find_receipts([item, other], ref) is None
    assert office.uses(other.item_id) == []


@pytest.mark.parametrize("begun", ["filled", "waiting for its payment"])
def test_asking_ends_what_got_stuck_half_way(
    connect: Connect, office: Office, vendure: Vendure, ref: str, begun: str
) -> None:
    """Else a payment that comes late would spend what was said not to be."""
    customer = office.customer()
    item = promotion_of(office, customer)
    mapping, orders = connect(), []
    do = mapping.vendure.do

    def dies(document: str, **variables: Any) -> Any:
        if document != steps.PAY:
            return do(document, **variables)
        orders.append(variables)
        if begun != "filled":
            vendure.call(
                """mutation ($order: ID!) {
                    transitionOrderToState(id: $order, state: "ArrangingPayment") {
                        __typename
                    }
                }""",
                order=variables["order"],
            )
        raise OutcomeUnknown

    mapping.vendure.do = dies
    with pytest.raises(OutcomeUnknown):
        mapping.redeem_items([item], ref)
    assert connect().find_receipts([item], ref) is None
    assert orders_under(vendure, ref) == [("Cancelled", 1)]
    do(steps.PAY, **orders[0])
    assert connect().find_receipts([item], ref) is None
    assert office.uses(item.item_id) == []


@pytest.mark.parametrize("lost", [steps.CREATE, "mutation ($order: ID!, $about"])
def test_before_the_payment_nothing_is_spent_whatever_gets_lost(
    mapping: Mapping, office: Office, ref: str, lost: str
) -> None:
    item = promotion_of(office, office.customer())
    do = mapping.vendure.do

    def unlucky(document: str, **variables: Any) -> Any:
        done = do(document, **variables)
        if document.startswith(lost):
            raise OutcomeUnknown
        return done

    mapping.vendure.do = unlucky  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        mapping.redeem_items([item], ref)
    assert mapping.find_receipts([item], ref) is None
    mapping.vendure.do = do  # type: ignore[method-assign]
    mapping.redeem_items([item], f"{ref}0")


def refused(mapping: Mapping, office: Office, item: Item, ref: str, *also: Item) -> str:
    """Redeem in vain; return why, unless an order was paid or left lying about."""
    with pytest.raises(Refused) as refusal:
        mapping.redeem_items([*also, item], ref)
    for one in (item, *also):
        assert ref not in office.uses(one.item_id)
    query = """query ($ref: String!) {
        orders(options: { filter: { sitooReference: { eq: $ref } } }) {
            items { state orderPlacedAt }
        }
    }"""
    left = office.crm.call(query, ref=ref)["orders"]["items"]
    cancelled = {"state": "Cancelled", "orderPlacedAt": None}
    assert all(order == cancelled for order in left)
    return refusal.value.errortext


def test_a_payment_that_breaks_down_leaves_nothing_that_keeps_the_code(
    mapping: Mapping,
    office: Office,
    vendure: Vendure,
    ref: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, customer = steps.payment, office.customer()
    monkeypatch.setattr(steps, "payment", lambda _, *rest: real("999999", *rest))
    with pytest.raises(Refused):
        mapping.redeem_items([check_of(office, customer)], ref)
    assert [state for state, _ in orders_under(vendure, ref)] == ["Cancelled"]


def test_a_404_from_in_front_of_vendure_says_nothing_about_what_is_spent(
    mapping: Mapping,
    connect: Connect,
    configure: Configure,
    office: Office,
    ref: str,
) -> None:
    customer = office.customer()
    items = [check_of(office, customer)]
    receipts = mapping.redeem_items(items, ref)
    elsewhere = connect(configure(**{"/admin-api\n": "/another\n"}))
    for ask in (
        lambda: elsewhere.find_receipts(items, ref),
        lambda: elsewhere.undo_items(items, ref, receipts),
        lambda: elsewhere.get(customer),
    ):
        with pytest.raises(Unavailable):
            ask()
    assert mapping.find_receipts(items, ref) == receipts


def test_what_a_promotion_must_be_to_be_redeemed(
    mapping: Mapping, office: Office, ref: str
) -> None:
    customer = office.customer()
    good = promotion_of(office, customer)
    dear = {"minimum_order_amount": {"amount": "1000", "taxInclusive": "true"}}
    club = {"customer_group": {"customerGroupId": office.group()}}
    for values in (
        {"startsAt": "2100-01-01T00:00:00Z"},
        {"enabled": False},
        {"owner": office.customer()},
        {"kind": "bonus_check"},
        {"kind": None},
        {"conditions": dear},
        {"conditions": club},
        {"usageLimit": 0},
    ):
        item = promotion_of(office, customer, **values)
        assert "Can't redeem" in refused(mapping, office, item, ref, good), values
    lapsed = promotion_of(office, customer, endsAt="2026-01-01T00:00:00Z")
    assert "expired" in refused(mapping, office, lapsed, ref, good)
    assert mapping.redeem_items([good], ref)


def test_a_group_lets_its_members_redeem(
    mapping: Mapping, office: Office, ref: str
) -> None:
    customer = office.customer()
    club = {"customer_group": {"customerGroupId": office.group(customer)}}
    item = promotion_of(office, customer, conditions=club)
    assert mapping.redeem_items([item], ref)


def test_a_limit_for_each_customer(mapping: Mapping, office: Office, ref: str) -> None:
    anna, bo = office.customer(), office.customer()
    theirs = {"usageLimit": None, "perCustomerUsageLimit": 1}
    item = promotion_of(office, anna, **theirs)
    of_bo = Item(item.kind, item.item_id, bo)
    assert mapping.holds(item) != mapping.holds(of_bo)
    mapping.redeem_items([item], ref)
    assert "already redeemed" in refused(mapping, office, item, f"{ref}0")
    mapping.redeem_items([of_bo], f"{ref}1")


def test_nobody_who_is_not_there_redeems(
    mapping: Mapping, office: Office, ref: str
) -> None:
    for nobody in ("999999", "nobody"):
        with pytest.raises(Missing):
            mapping.redeem_items([promotion_of(office, nobody)], ref)


def test_an_order_that_the_shop_has_shipped_is_given_back_all_the_same(
    mapping: Mapping, office: Office, vendure: Vendure, ref: str
) -> None:
    item = promotion_of(office, office.customer())
    (receipt,) = mapping.redeem_items([item], ref)
    lines = vendure.call(
        "query ($id: ID!) { order(id: $id) { lines { id } } }", id=receipt["order"]
    )["order"]["lines"]
    (by_hand,) = operations({"manual-fulfillment": {"method": "Over the counter"}})
    shipped = {
        "lines": [{"orderLineId": line["id"], "quantity": 1} for line in lines],
        "handler": by_hand,
    }
    vendure.call(
        """mutation ($input: FulfillOrderInput!) {
            addFulfillmentToOrder(input: $input) { __typename }
        }""",
        input=shipped,
    )
    mapping.undo_items([item], ref, [receipt])
    assert mapping.find_receipts([item], ref) is None
    with pytest.raises(Refused, match="nothing is redeemed"):
        mapping.undo_items([item], ref, [receipt])


def test_an_order_that_somebody_is_changing_is_not_given_back(
    mapping: Mapping, office: Office, vendure: Vendure, ref: str
) -> None:
    item = promotion_of(office, office.customer())
    (receipt,) = mapping.redeem_items([item], ref)
    vendure.call(
        """mutation ($order: ID!) {
            transitionOrderToState(id: $order, state: "Modifying") { __typename }
        }""",
        order=receipt["order"],
    )
    with pytest.raises(Refused, match="processed further"):
        mapping.undo_items([item], ref, [receipt])
    assert mapping.find_receipts([item], ref) == [receipt]
    assert office.uses(item.item_id) == [ref]


def test_an_order_that_has_lost_its_product_is_given_back_all_the_same(
    mapping: Mapping, office: Office, vendure: Vendure, ref: str
) -> None:
    """As when it is cancelled and paid at the same moment."""
    item = promotion_of(office, office.customer())
    (receipt,) = mapping.redeem_items([item], ref)
    query = "query ($id: ID!) { order(id: $id) { lines { id } } }"
    (line,) = vendure.call(query, id=receipt["order"])["order"]["lines"]
    done = vendure.call(
        """mutation ($order: ID!, $change: ModifyOrderInput!) {
            begin: transitionOrderToState(id: $order, state: "Modifying") { __typename }
            modifyOrder(input: $change) { __typename }
            end: transitionOrderToState(id: $order, state: "PaymentSettled") {
                ... on Order { state totalQuantity }
            }
        }""",
        order=receipt["order"],
        change={
            "dryRun": False,
            "orderId": receipt["order"],
            "adjustOrderLines": [{"orderLineId": line["id"], "quantity": 0}],
        },
    )
    assert done["end"] == {"state": "PaymentSettled", "totalQuantity": 0}
    assert office.uses(item.item_id) == [ref]
    mapping.undo_items([item], ref, [receipt])
    assert office.uses(item.item_id) == []


def test_one_reference_redeems_once_even_what_has_no_limit(
    mapping: Mapping, office: Office, ref: str
) -> None:
    item = promotion_of(office, office.customer(), usageLimit=None)
    mapping.redeem_items([item], ref)
    with pytest.raises(Refused):
        mapping.redeem_items([item], ref)
    assert office.uses(item.item_id) == [ref]
    mapping.redeem_items([item], f"{ref}0")


@pytest.mark.parametrize("setting", ["variant", "shipping_method"])
def test_a_wrong_id_in_the_options_is_no_redeem(
    connect: Connect,
    configure: Configure,
    office: Office,
    vendure: Vendure,
    setting: str,
    ref: str,
) -> None:
    item = promotion_of(office, office.customer())
    right = getattr(vendure.bridge, setting)
    wrong = configure(**{f'{setting}: "{right}"': f'{setting}: "77"'})
    with pytest.raises(NotDone):
        connect(wrong).redeem_items([item], ref)
    assert {state for state, _ in orders_under(vendure, ref)} == {"Cancelled"}
    assert office.uses(item.item_id) == []
    connect().redeem_items([item], ref)


RIVALS = 6
ROUNDS = 2 if EVERYTHING else 1


def race(connect: Connect, office: Office, items: list[Item]) -> str | None:
    """Have all of them redeemed at once, each over a bridge of its own."""
    refs = [new_ref() for _ in items]
    rivals: list[Callable[[], Any]] = [
        partial(connect().redeem_items, [item], one)
        for item, one in zip(items, refs, strict=True)
    ]
    answers = together(*rivals)
    won = [
        one
        for one, answer in zip(refs, answers, strict=True)
        if not isinstance(answer, Exception)
    ]
    assert all(isinstance(a, Refused | list | Unavailable) for a in answers), answers
    assert office.uses(items[0].item_id) == won
    assert len(won) <= 1
    return won[0] if won else None


def test_of_many_customers_at_once_one_gets_the_last_use(
    connect: Connect, office: Office
) -> None:
    customers = [office.customer() for _ in range(RIVALS)]
    winners = []
    for _ in range(ROUNDS):
        promotion = office.promotion()
        items = [Item(ItemKind.PROMOTION, promotion, one) for one in customers]
        winners.append(race(connect, office, items))
    assert all(winners)


def test_of_many_tills_at_once_one_gets_a_customers_only_use(
    connect: Connect, office: Office
) -> None:
    customer = office.customer()
    theirs = {"usageLimit": None, "perCustomerUsageLimit": 1}
    winners = []
    for _ in range(ROUNDS):
        item = promotion_of(office, customer, **theirs)
        winners.append(race(connect, office, [item] * RIVALS))
    assert all(winners)
