"""Redeeming in Odoo: all or nothing by the server action, or one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Missing,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from bridge.mapping import Answer
from bridge.model import Item, ItemKind
from mappings.odoo import Mapping, one_by_one
from mappings.odoo.refusals import explain
from tests.mappings.conftest import Configure, Connect
from tests.mappings.odoo.fake import FakeOdoo
from tests.mappings.odoo.office import Office
from tests.mappings.odoo.shop import WITHOUT_ACTION
from tests.mappings.till import together


@pytest.fixture
def alone(connect: Connect, configure: Configure) -> one_by_one.Mapping:
    """The mapping for an Odoo without the server action."""
    made = connect(configure(**WITHOUT_ACTION))
    assert isinstance(made, one_by_one.Mapping)
    return made


def promotion(item_id: str, customer: str) -> Item:
    return Item(ItemKind.PROMOTION, item_id, customer)


def check(item_id: str, customer: str) -> Item:
    return Item(ItemKind.BONUS_CHECK, item_id, customer)


def test_all_is_spent_and_given_back(mapping: Mapping, office: Office) -> None:
    customer = office.customer()
    big, small = office.points(customer, 100)
    coupon, card = office.coupon(customer), office.gift_card(customer, 250.5)
    items = [promotion(one, customer) for one in (big, small, coupon)]
    items.append(check(card, customer))
    receipts = mapping.redeem_items(items, "R1")
    assert [one["points"] for one in receipts] == ["50.0", "30.0", "1.0", "250.5"]
    assert [*map(office.balance, (big, coupon, card))] == [20, 0, 0]
    assert mapping.find_receipts(items, "R1")
    for _ in range(2):
        mapping.undo_items(items, "R1", receipts)
        assert [*map(office.balance, (big, coupon, card))] == [100, 1, 250.5]
    assert mapping.find_receipts(items, "R1") is None
    said = [one["description"] for one in office.history(card)]
    assert said == [f"Sitoo R1 {card}", f"Sitoo R1 {card} undone"]


def test_one_that_is_spent_leaves_the_others_alone(
    mapping: Mapping, office: Office
) -> None:
    customer = office.customer()
    big, small = office.points(customer, 60)
    card = office.gift_card(customer)
    items = [check(card, customer), promotion(big, customer)]
    with pytest.raises(Refused, match="already redeemed"):
        mapping.redeem_items([*items, promotion(small, customer)], "R1")
    assert (office.balance(card), office.balance(big)) == (25, 60)
    mapping.redeem_items(items, "R2")


def test_a_reference_spends_once_only(mapping: Mapping, office: Office) -> None:
    """There are points enough for a second time."""
    customer = office.customer()
    _, small = office.points(customer, 100)
    mapping.redeem_items([promotion(small, customer)], "R1")
    with pytest.raises(Refused):
        mapping.redeem_items([promotion(small, customer)], "R1")
    assert office.balance(small) == 70


@pytest.mark.parametrize("tills", [2, 6])
def test_tills_that_race_for_points_get_what_there_is(
    connect: Connect, office: Office, tills: int
) -> None:
    customer = office.customer()
    _, small = office.points(customer, 100)
    item, ones = promotion(small, customer), [connect() for _ in range(tills)]
    attempts = [
        lambda till=till, number=number: till.redeem_items([item], f"R{number}")
        for number, till in enumerate(ones)
    ]
    done = together(*attempts)
    won = [one for one in done if not isinstance(one, BridgeError)]
    assert len(won) == min(tills, 3)
    assert office.balance(small) == 100 - 30 * len(won)
    assert len(office.history(small)) == len(won)


def test_two_rewards_of_one_card_are_held_together(
    mapping: Mapping, alone: one_by_one.Mapping, office: Office
) -> None:
    customer = office.customer()
    big, small = office.points(customer, 100)
    others = office.points(customer, 100)[0], office.gift_card(customer)
    for one in (mapping, alone):
        assert one.holds(promotion(big, customer)) == one.holds(
            promotion(small, customer)
        )
        held = {one.holds(promotion(item, customer)) for item in (big, *others)}
        assert len(held) == 3


def test_a_redeem_that_lost_a_race_in_odoo_is_tried_again(
    connect: Connect, configure: Configure, office: Office, odoo: FakeOdoo
) -> None:
    customer = office.customer()
    card = office.gift_card(customer)
    lost = ("ir.actions.server run", "psycopg2.errors.SerializationFailure")
    patient = connect(configure(**{"attempts: 1": "attempts: 3"}))
    with odoo.failing(*lost, times=2):
        assert patient.redeem_items([check(card, customer)], "R1")
    assert len(office.history(card)) == 1
    other = office.gift_card(customer)
    with odoo.failing(*lost, times=9), pytest.raises(Unavailable, match="right now"):
        patient.redeem_items([check(other, customer)], "R2")
    assert office.balance(other) == 25


def test_what_was_put_aside_in_odoo_can_still_be_given_back(
    mapping: Mapping, alone: one_by_one.Mapping, office: Office
) -> None:
    customer = office.customer()
    for number, one in enumerate((mapping, alone)):
        card, ref = office.gift_card(customer), f"R{number}"
        item = check(card, customer)
        if isinstance(one, Mapping):
            receipts = one.redeem_items([item], ref)
        else:
            receipt = one.redeem_item(item, ref)
        office("loyalty.card", "write", [int(card)], {"active": False})
        if isinstance(one, Mapping):
            assert one.find_receipts([item], ref)
            one.undo_items([item], ref, receipts)
        else:
            assert one.find_receipt(item, ref)
            one.undo_item(item, ref, receipt)
        assert office.balance(card) == 25


# Without the server action


def test_only_what_empties_a_card_is_offered(
    alone: one_by_one.Mapping, office: Office
) -> None:
    customer = office.customer()
    coupon, twice = office.coupon(customer), office.coupon(customer, points=2)
    part, whole = office.points(customer, 30)[1], office.points(customer, 50)[0]
    small = whole.partition("-")[0] + "-" + part.partition("-")[2]
    card = alone.get(customer)
    assert card.promotions is not None
    rest = office.points(customer, 40)[1]
    offered = {one.promotion_id for one in card.promotions}
    assert offered == {coupon, part, whole}
    for one in (twice, small, rest):
        with pytest.raises(Refused):
            alone.redeem_item(promotion(one, customer), "R1")
    assert card.sections


def test_points_can_be_left_out(
    connect: Connect, configure: Configure, office: Office
) -> None:
    without = WITHOUT_ACTION | {"      action: 1\n": "      points: false\n"}
    mapping = connect(configure(**without))
    customer = office.customer()
    whole, _ = office.points(customer, 50)
    assert mapping.get(customer).promotions == []
    with pytest.raises(Refused):
        mapping.redeem_item(promotion(whole, customer), "R1")


def test_of_many_that_empty_a_card_one_wins(
    connect: Connect, configure: Configure, office: Office
) -> None:
    customer = office.customer()
    card, config = office.gift_card(customer), configure(**WITHOUT_ACTION)
    item, tills = check(card, customer), [connect(config) for _ in range(4)]
    done = together(
        *(
            lambda till=till, number=number: till.redeem_item(item, f"R{number}")
            for number, till in enumerate(tills)
        )
    )
    assert sum(not isinstance(one, BridgeError) for one in done) == 1
    assert office.balance(card) == 0


def test_what_was_put_on_a_card_in_between_comes_back_with_the_rest(
    alone: one_by_one.Mapping, office: Office, odoo: FakeOdoo
) -> None:
    """The wizard takes all that is on the card, also what nobody has seen yet."""
    customer = office.customer()
    card = office.gift_card(customer)
    item = check(card, customer)
    create = odoo.tables.add

    def top_up(model: str, /, **values: Any) -> int:
        if model == "loyalty.card.update.balance":
            odoo.tables.change("loyalty.card", int(card), points=300.0)
            odoo.tables.add = create  # type: ignore[method-assign]
        return create(model, **values)

    odoo.tables.add = top_up  # type: ignore[method-assign]
    receipt = alone.redeem_item(item, "R1")
    assert office.balance(card) == 0
    office("loyalty.card", "write", [int(card)], {"points": 10})
    alone.undo_item(item, "R1", receipt)
    assert office.balance(card) == 310
    alone.undo_item(item, "R1", receipt)
    assert office.balance(card) == 310


# What Odoo says


def errors() -> Iterator[tuple[str, str, type[BridgeError]]]:
    yield "odoo.exceptions.AccessDenied", "Access Denied", AccessRefused
    yield "odoo.exceptions.AccessError", "You are not allowed", AccessRefused
    yield "odoo.exceptions.MissingError", "(Record: res.partner(9,), User: 6)", Missing
    yield (
        "odoo.exceptions.MissingError",
        "(Record: res.users(99,), User: 99)",
        AccessRefused,
    )
    yield "odoo.exceptions.UserError", "SITOO_SPENT", Refused
    yield "odoo.exceptions.UserError", "Object no.such doesn't exist", AccessRefused
    yield "odoo.exceptions.UserError", "Invalid language code: sv_SE", AccessRefused
    yield "odoo.exceptions.ValidationError", "Kanarie", Refused
    yield "builtins.ValueError", "Invalid field res.partner.nope", AccessRefused
    yield "psycopg2.errors.SerializationFailure", "could not", Unavailable
    yield "psycopg2.OperationalError", "no connection", Unavailable


@pytest.mark.parametrize(("name", "message", "kind"), [*errors()])
def test_errors_go_by_their_name(
    name: str, message: str, kind: type[BridgeError]
) -> None:
    error = {"code": 200, "data": {"name": name, "message": message}}
    found = explain(Answer(200, {}, {"error": error}))
    assert type(found) is kind or isinstance(found, kind)
    assert message not in str(found)


def test_an_error_without_a_name_says_nothing_for_sure(
    mapping: Mapping, office: Office, odoo: FakeOdoo
) -> None:
    assert explain(Answer(200, {}, {"error": "something"})) is None
    odoo._told = lambda error, asked: "something"  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknown):
        mapping.redeem_items([check("999", "1")], "R1")
