"""Redeeming against a Tryton that itself stops nobody from spending twice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from bridge.errors import (
    AccessRefused,
    Missing,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from bridge.model import Item, ItemKind
from mappings.tryton import Mapping, protocol
from mappings.tryton.items import MODELS
from mappings.tryton.protocol import Domain, Json
from mappings.tryton.refusals import Overtaken
from tests.mappings.conftest import Configure, Connect
from tests.mappings.till import together
from tests.mappings.tryton.conftest import Office
from tests.mappings.tryton.server import Tryton


def promotion(coupon: str, customer: str) -> Item:
    return Item(ItemKind.PROMOTION, coupon, customer)


def bonus_check(card: str, customer: str) -> Item:
    return Item(ItemKind.BONUS_CHECK, card, customer)


@pytest.fixture
def ref() -> str:
    """A reference like the bridge's, which nobody has had before."""
    return f"{secrets.token_hex(16).upper()}-1"


@pytest.fixture
def items(office: Office) -> list[Item]:
    """Two gift cards and two coupons of a new customer."""
    customer = office.customer()
    cards = [office.gift_card(customer) for _ in range(2)]
    coupons = [office.voucher(), office.coupon("BONUS10")]
    return [
        *(bonus_check(card, customer) for card in cards),
        *(promotion(coupon, customer) for coupon in coupons),
    ]


def spent(office: Office, items: Sequence[Item]) -> list[bool]:
    """Say which items Tryton's database has on a sale of the customer's."""
    query = (
        "select count(*) from sale_sale s "
        'join "sale_sale-sale_promotion_coupon_number" n on n.sale = s.id '
        "where s.party = ? and n.number = ?"
    )
    return [
        office.spent_on(item.item_id) is not None
        if item.kind is ItemKind.BONUS_CHECK
        else office.crm.sql(query, int(item.customer_id), int(item.item_id)) != [(0,)]
        for item in items
    ]


def test_all_items_hang_on_one_draft_sale_with_our_reference(
    mapping: Mapping, tryton: Tryton, office: Office, items: list[Item], ref: str
) -> None:
    receipts = mapping.redeem_items(items, ref)
    (sale,) = {receipt["sale"] for receipt in receipts}
    assert len(receipts) == len(items)
    assert spent(office, items) == [True] * 4
    query = "select party, state, reference, description from sale_sale where id = ?"
    assert tryton.sql(query, sale) == [
        (int(items[0].customer_id), "draft", ref, "Sitoo POS 200 3")
    ]
    card = mapping.get(items[0].customer_id)
    shown = {one.promotion_id for one in card.promotions or ()}
    assert card.bonus_checks == []
    assert not shown & {one.item_id for one in items if one.kind is ItemKind.PROMOTION}
    assert [*mapping.transactions(items[0].customer_id)] == []


def test_the_number_of_a_coupon_is_afterwards_what_it_was(
    mapping: Mapping, tryton: Tryton, office: Office, ref: str
) -> None:
    customer, coupon = office.customer(), office.voucher()
    query = "select number from sale_promotion_coupon_number where id = ?"
    number = tryton.sql(query, int(coupon))
    mapping.redeem_items([promotion(coupon, customer)], ref)
    assert tryton.sql(query, int(coupon)) == number


def test_what_was_redeemed_is_found_and_given_back(
    mapping: Mapping, tryton: Tryton, office: Office, items: list[Item], ref: str
) -> None:
    assert mapping.find_receipts(items, ref) is None
    receipts = mapping.redeem_items(items, ref)
    assert mapping.find_receipts(items, ref) == receipts
    assert mapping.find_receipts(items, ref.replace("-1", "-2")) is None
    mapping.undo_items(items, ref, receipts)
    assert mapping.find_receipts(items, ref) is None
    assert spent(office, items) == [False] * 4
    query = "select state from sale_sale where reference = ? and party = ?"
    assert tryton.sql(query, ref, int(items[0].customer_id)) == [("cancelled",)]
    assert mapping.redeem_items(items, ref + "-1")


def test_of_what_was_redeemed_once_nothing_is_redeemed_again(
    mapping: Mapping, office: Office, items: list[Item], ref: str
) -> None:
    mapping.redeem_items(items[:1], ref)
    with pytest.raises(Refused, match="Can't redeem"):
        mapping.redeem_items(items, ref + "0")
    assert spent(office, items) == [True, False, False, False]
    with pytest.raises(Refused, match="Can't redeem"):
        mapping.redeem_items([*items[2:], items[0]], ref + "0")
    assert spent(office, items) == [True, False, False, False]


def test_what_is_another_customers_or_nobodys_is_refused(
    mapping: Mapping, office: Office, items: list[Item], ref: str
) -> None:
    other = office.customer()
    for item_id in (items[0].item_id, "999999", "abc", "", "²"):
        with pytest.raises(Refused):
            mapping.redeem_items([bonus_check(item_id, other)], ref)
    with pytest.raises(Missing):
        mapping.redeem_items([bonus_check(items[0].item_id, "999999")], ref)
    assert spent(office, items) == [False] * 4


def test_what_no_till_can_have_redeemed_is_not_found(
    mapping: Mapping, ref: str
) -> None:
    for item_id in ("abc", "", "0", "1" * 40):
        assert mapping.find_receipts([bonus_check(item_id, "2")], ref) is None


def test_a_coupon_is_used_as_often_as_it_may_be(
    mapping: Mapping, office: Office
) -> None:
    twice = office.voucher(2)
    first, second, third = (office.customer() for _ in range(3))
    mapping.redeem_items([promotion(twice, first)], "first")
    mapping.redeem_items([promotion(twice, second)], "second")
    with pytest.raises(Refused):
        mapping.redeem_items([promotion(twice, third)], "third")
    assert office.uses(twice) == 2


def test_a_coupon_for_each_customer_is_used_once_by_each(
    mapping: Mapping, office: Office
) -> None:
    coupon = office.voucher(per_party=True)
    for customer in (office.customer(), office.customer()):
        mapping.redeem_items([promotion(coupon, customer)], customer)
        with pytest.raises(Refused):
            mapping.redeem_items([promotion(coupon, customer)], customer + "again")
    assert office.uses(coupon) == 2
    assert mapping.holds(promotion(coupon, "1")) != mapping.holds(
        promotion(coupon, "2")
    )


def test_a_coupon_without_a_limit_is_used_by_all_at_once(
    connect: Connect, office: Office
) -> None:
    unlimited = office.voucher(0)
    items = [promotion(unlimited, office.customer()) for _ in range(6)]
    outcomes = together(
        *(partial(connect().redeem_items, [one], f"of {one}") for one in items)
    )
    assert all(isinstance(one, list) for one in outcomes)
    assert office.uses(unlimited) == 6


def test_what_was_not_redeemed_is_not_given_back(
    mapping: Mapping, office: Office, items: list[Item], ref: str
) -> None:
    with pytest.raises(Refused, match="nothing is redeemed"):
        mapping.undo_items(items, ref, [{}] * 4)
    receipts = mapping.redeem_items(items, ref)
    with pytest.raises(Refused, match="nothing is redeemed"):
        mapping.undo_items(items, "another", receipts)
    assert spent(office, items) == [True] * 4


def test_what_tryton_has_gone_on_with_is_not_given_back(
    mapping: Mapping, tryton: Tryton, office: Office, ref: str
) -> None:
    customer, coupon = office.customer(), office.voucher()
    address = [["create", [{"city": "Turku", "invoice": True}]]]
    tryton.change("party.party", int(customer), addresses=address)
    items = [promotion(coupon, customer)]
    receipts = mapping.redeem_items(items, ref)
    sale = receipts[0]["sale"]
    where = tryton.find("party.address", ["party", "=", int(customer)])
    mug = tryton.find("product.product", ["code", "=", "MUG1"])
    unit = tryton.find("product.uom", ["name", "=", "Unit"])
    price = {"__class__": "Decimal", "decimal": "12"}
    line = {"product": mug, "quantity": 1, "unit": unit, "unit_price": price}
    lines = [["create", [line]]]
    places = dict.fromkeys(("invoice_address", "shipment_address"), where)
    places["warehouse"] = tryton.find("stock.location", ["code", "=", "HKI"])
    tryton.change("sale.sale", sale, lines=lines, **places)
    for button in ("quote", "confirm"):
        tryton.rpc(f"model.sale.sale.{button}", [sale])
    with pytest.raises(Refused, match="processed further"):
        mapping.undo_items(items, ref, receipts)
    assert mapping.find_receipts(items, ref) == receipts
    assert office.uses(coupon) == 1


def test_what_hangs_on_a_sale_that_somebody_cancelled_is_given_back(
    mapping: Mapping, tryton: Tryton, office: Office, items: list[Item], ref: str
) -> None:
    receipts = mapping.redeem_items(items, ref)
    tryton.rpc("model.sale.sale.cancel", [receipts[0]["sale"]])
    assert spent(office, items) == [True, True, False, False]
    assert mapping.find_receipts(items, ref) == receipts
    mapping.undo_items(items, ref, receipts)
    assert spent(office, items) == [False] * 4
    assert mapping.find_receipts(items, ref) is None


def test_an_undo_that_stopped_half_way_is_finished_by_the_next(
    mapping: Mapping,
    office: Office,
    items: list[Item],
    monkeypatch: pytest.MonkeyPatch,
    ref: str,
) -> None:
    receipts = mapping.redeem_items(items, ref)

    def lost(*_: Any, **__: Any) -> None:
        raise OutcomeUnknown

    with monkeypatch.context() as patched:
        patched.setattr(mapping.tryton, "write_unless_changed", lost)
        with pytest.raises(OutcomeUnknown):
            mapping.undo_items(items, ref, receipts)
    assert spent(office, items) == [True, True, False, False]
    assert mapping.find_receipts(items, ref) == receipts
    mapping.undo_items(items, ref, receipts)
    assert spent(office, items) == [False] * 4


def test_one_gift_card_is_spent_once_by_eight_at_once(
    connect: Connect, office: Office, ref: str
) -> None:
    customer = office.customer()
    item = bonus_check(office.gift_card(customer), customer)
    tills = [connect() for _ in range(8)]
    outcomes = together(
        *(
            partial(till.redeem_items, [item], f"{ref}-{number}")
            for number, till in enumerate(tills)
        )
    )
    (won,) = [one for one in outcomes if isinstance(one, list)]
    assert all(isinstance(one, Refused) for one in outcomes if one is not won)
    assert office.spent_on(item.item_id) == f"sale.sale,{won[0]['sale']}"


@pytest.mark.parametrize("kind", ItemKind)
def test_what_is_spent_between_being_found_and_being_read_is_spent(
    mapping: Mapping,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    ref: str,
    kind: ItemKind,
) -> None:
    """SQLite looks twice: here it is found whatever it is, and then it is read."""
    customer = office.customer()
    if kind is ItemKind.PROMOTION:
        item = promotion(office.voucher(), customer)
    else:
        item = bonus_check(office.gift_card(customer), customer)
    mapping.redeem_items([item], ref)
    read = mapping.tryton.read

    def late(
        model: str, fields: Sequence[str], domain: Domain, **how: Any
    ) -> list[Json]:
        if model == MODELS[kind]:
            path, query = f"/rest/model/{model}/{item.item_id}", {"f": list(fields)}
            return [mapping.upstream.get(path, query=query)]
        return read(model, fields, domain, **how)

    monkeypatch.setattr(mapping.tryton, "read", late)
    with pytest.raises(Refused):
        mapping.redeem_items([item], f"{ref}-2")
    assert mapping.find_receipts([item], f"{ref}-2") is None


def test_one_coupon_of_many_customers_is_used_as_often_as_it_may_be(
    connect: Connect, office: Office
) -> None:
    thrice = office.voucher(3)
    items = [promotion(thrice, office.customer()) for _ in range(6)]
    tills = [connect() for _ in items]
    outcomes = together(
        *(
            partial(till.redeem_items, [item], f"of {item.customer_id}")
            for till, item in zip(tills, items, strict=True)
        )
    )
    won = [isinstance(outcome, list) for outcome in outcomes]
    found = [
        till.find_receipts([item], f"of {item.customer_id}") is not None
        for till, item in zip(tills, items, strict=True)
    ]
    assert won == found == spent(office, items)
    assert office.uses(thrice) == sum(won) == 3
    assert all(isinstance(one, list | Refused) for one in outcomes)


def test_who_is_overtaken_again_and_again_gives_up(
    mapping: Mapping,
    office: Office,
    items: list[Item],
    monkeypatch: pytest.MonkeyPatch,
    ref: str,
) -> None:
    calls = []

    def overtaken(*arguments: Any, **_: Any) -> None:
        calls.append(arguments)
        raise Overtaken

    monkeypatch.setattr(mapping.tryton, "write_unless_changed", overtaken)
    with pytest.raises(Unavailable, match="Try again"):
        mapping.redeem_items(items, ref)
    assert len(calls) == 5
    assert spent(office, items) == [False] * 4


def test_a_comparison_that_fails_writes_nothing(
    mapping: Mapping, tryton: Tryton, office: Office, items: list[Item], ref: str
) -> None:
    """Tryton's part of the bargain: one stale timestamp, and all is as it was."""
    mapping.redeem_items(items, ref)  # signs in, and makes every stamp newer
    receipts = mapping.find_receipts(items, ref)
    assert receipts
    mapping.undo_items(items, ref, receipts)
    sales = tryton.sql("select count(*) from sale_sale")
    coupon = int(items[2].item_id)
    with pytest.raises(Overtaken):
        mapping.tryton.write_unless_changed(
            "model.sale.sale.create",
            [
                {
                    "party": int(items[0].customer_id),
                    "gift_cards": [["add", [int(items[0].item_id)]]],
                    "coupons": [
                        ["write", [coupon], {"number": "anything"}],
                        ["add", [coupon]],
                    ],
                }
            ],
            stamps={f"sale.promotion.coupon.number,{coupon}": "1.0"},
        )
    assert tryton.sql("select count(*) from sale_sale") == sales
    assert spent(office, items) == [False] * 4


def test_a_session_that_ended_is_replaced(
    mapping: Mapping, tryton: Tryton, office: Office, items: list[Item], ref: str
) -> None:
    mapping.redeem_items(items[:1], ref)
    (key,) = [key for key in protocol.SESSIONS if key[0] == "shop"]
    protocol.SESSIONS[key] = "tryton_session=bridge:2:of-yesterday"
    mapping.redeem_items(items[1:], ref + "0")
    assert spent(office, items) == [True] * 4


@pytest.mark.parametrize("wrong", ["user: nobody", "user: ''"])
def test_without_a_session_nothing_is_redeemed(
    connect: Connect,
    configure: Configure,
    office: Office,
    items: list[Item],
    wrong: str,
    ref: str,
) -> None:
    mapping = connect(configure(**{"user: sitoo": wrong}))
    with pytest.raises(AccessRefused):
        mapping.redeem_items(items, ref)
    assert spent(office, items) == [False] * 4
