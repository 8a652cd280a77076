"""Redeeming: nothing that could be foreseen costs one of three reactivations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bridge.errors import Refused, Unavailable
from bridge.model import Item, ItemKind
from mappings.voyado import Mapping, marks, refusals
from tests.mappings.conftest import Configure, Connect
from tests.mappings.voyado.conftest import REASSIGN
from tests.mappings.voyado.fake import REFERENCE, Engage


@dataclass
class Customer:
    """A contact, what it can redeem, and what was sent since."""

    engage: Engage
    id: str

    def check(self, **values: Any) -> Item:
        return Item(
            ItemKind.BONUS_CHECK, self.engage.voucher(self.id, **values), self.id
        )

    def offer(self, template: str = "", **values: Any) -> Item:
        offer = self.engage.promotion(self.id, template, **values)
        return Item(ItemKind.PROMOTION, offer, self.id)

    def sent(self) -> list[tuple[str, str]]:
        """Return what was asked for, by its last words, and forget it."""
        calls = [
            (call.method, call.path.rpartition("/")[2]) for call in self.engage.calls
        ]
        self.engage.calls.clear()
        return calls

    def noted(self) -> str:
        return str(self.engage.contacts[self.id]["attributes"].get(REFERENCE) or "")


@pytest.fixture
def customer(engage: Engage) -> Iterator[Customer]:
    engage.calls.clear()
    yield Customer(engage, engage.contact())
    engage.keeps_reference = engage.lists_redeemed = engage.answers_patches = True


def redeemed(mapping: Mapping, item: Item, ref: str = "R-1") -> Any:
    assert mapping.prepare({item: ref}) == {}
    return mapping.redeem_item(item, ref)


def test_all_items_are_judged_in_two_reads_and_marked_in_one_write(
    mapping: Mapping, customer: Customer
) -> None:
    items = [customer.check(), customer.check(), customer.offer()]
    refs = {item: f"R-{number}" for number, item in enumerate(items)}

    assert mapping.prepare(refs) == {}

    sent = customer.sent()
    assert {*sent[:-1]} == {
        ("GET", customer.id),
        ("GET", "available"),
        ("GET", "promotions"),
    }
    assert len(sent) == 4
    assert sent[-1] == ("PATCH", customer.id)
    assert len(customer.noted()) <= 255


def test_one_that_cannot_be_spent_costs_the_others_nothing(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    good, lapsed = customer.check(), customer.check(days=-1)
    spent, theirs = customer.check(), Customer(engage, engage.contact()).check()
    engage.redeem_elsewhere(spent.item_id)
    stolen = Item(ItemKind.BONUS_CHECK, theirs.item_id, customer.id)
    online = [{"type": "ECOM", "valueType": "PERCENT", "value": 5}]
    not_here = customer.offer(redemptionChannels=online)
    over = customer.offer(expiresOn="2026-01-01T00:00:00+01:00")

    refused = mapping.prepare(
        dict.fromkeys([good, lapsed, spent, stolen, not_here, over], "R-1")
    )

    assert {item: str(why) for item, why in refused.items()} == {
        lapsed: "Can't redeem: the bonus check has expired.",
        spent: "Can't redeem: the bonus check is already redeemed.",
        stolen: "Can't redeem: the customer has no such bonus check.",
        not_here: "Can't redeem: the promotion cannot be used in stores.",
        over: "Can't redeem: the promotion has expired.",
    }
    assert customer.noted() == ""
    assert {method for method, _ in customer.sent()} == {"GET"}


def test_a_voucher_is_reactivated_three_times_only(
    mapping: Mapping, customer: Customer
) -> None:
    check = customer.check()
    for _ in range(3):
        mapping.undo_item(check, "R-1", redeemed(mapping, check))
    receipt = redeemed(mapping, check)

    with pytest.raises(Refused, match=r"as often as Voyado allows it.*in Engage"):
        mapping.undo_item(check, "R-1", receipt)

    assert mapping.find_receipt(check, "R-1") is not None, "it stays spent"


def test_a_voucher_that_expired_meanwhile_stays_spent(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    check = customer.check()
    receipt = redeemed(mapping, check)
    engage.vouchers[check.item_id]["expiresOn"] = "2026-01-01T00:00:00.000Z"

    with pytest.raises(Refused, match=r"expired since it was redeemed.*in Engage"):
        mapping.undo_item(check, "R-1", receipt)


def test_what_somebody_has_reactivated_already_is_given_back(
    mapping: Mapping,
    customer: Customer,
    engage: Engage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = customer.check()
    receipt = redeemed(mapping, check)
    spent = mapping.spending._spent
    before = spent(check, "R-1")
    engage.vouchers[check.item_id] |= {"redeemed": False, "redeemedOn": None}
    monkeypatch.setattr(mapping.spending, "_spent", lambda *given: before)

    mapping.undo_item(check, "R-1", receipt)


def test_what_the_web_shop_redeems_later_is_not_taken_for_ours(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    """A worker died before it could redeem: recovery must not give this one back."""
    check = customer.check()
    mapping.prepare({check: "R-1"})
    engage.redeem_elsewhere(check.item_id, days=0.02)

    with pytest.raises(Unavailable, match="not whether it was by this redeem"):
        mapping.find_receipt(check, "R-1")


def test_what_nobody_has_marked_is_not_guessed_at(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    check = customer.check()
    engage.redeem_elsewhere(check.item_id)

    with pytest.raises(Unavailable, match="look at the contact in Engage"):
        mapping.find_receipt(check, "R-1")


def test_a_later_redeem_of_ours_is_another(
    mapping: Mapping, customer: Customer
) -> None:
    check = customer.check()
    first = redeemed(mapping, check, "R-1")
    mapping.undo_item(check, "R-1", first)
    redeemed(mapping, check, "R-2")

    with pytest.raises(Refused, match="nothing redeemed under this reference"):
        mapping.undo_item(check, "R-1", first)
    assert mapping.find_receipt(check, "R-2")


def test_an_attribute_that_voyado_does_not_keep_stops_everything(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    engage.keeps_reference = False
    with pytest.raises(Refused, match=r"options\.reference_field"):
        mapping.prepare({customer.check(): "R-1"})


def test_an_attribute_with_something_else_in_it_is_left_alone(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    engage.contacts[customer.id]["attributes"][REFERENCE] = "likes blue"
    with pytest.raises(Refused, match="something else than the bridge's notes"):
        mapping.prepare({customer.check(): "R-1"})
    assert customer.noted() == "likes blue"


def test_a_change_that_is_not_answered_is_read_back(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    engage.answers_patches = False
    assert mapping.prepare({customer.check(): "R-1"}) == {}
    # Nothing is published of what version 3 answers to a PATCH: not as version 2 does.
    engage.witness.problems()


def test_a_promotion_is_never_taken_back(mapping: Mapping, customer: Customer) -> None:
    offer = customer.offer()
    receipt = redeemed(mapping, offer)
    assert ItemKind.PROMOTION in mapping.irreversible
    with pytest.raises(Refused, match="takes no redeem of a promotion back"):
        mapping.undo_item(offer, "R-1", receipt)


@pytest.mark.parametrize("listed", [True, False])
def test_a_promotion_whose_answer_was_lost_is_found(
    mapping: Mapping, customer: Customer, engage: Engage, listed: bool
) -> None:
    engage.lists_redeemed = listed
    offer, other = customer.offer(), customer.offer()
    mapping.prepare({offer: "R-1", other: "R-2"})
    assert mapping.find_receipt(offer, "R-1") is None
    mapping.redeem_item(offer, "R-1")

    assert mapping.find_receipt(offer, "R-1") is not None
    assert mapping.find_receipt(offer, "R-9") is None
    assert mapping.find_receipt(other, "R-2") is None


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("others", [0, 1])
def test_a_promotion_is_assigned_anew_once_where_the_retailer_allows_it(
    connect: Connect,
    configure: Configure,
    customer: Customer,
    engage: Engage,
    listed: bool,
    others: int,
) -> None:
    engage.lists_redeemed = listed
    mapping = connect(configure(**REASSIGN))
    assert mapping.irreversible == frozenset()
    template = "0b8ad1a5-7d1c-4e7e-9a4c-00000000000" + str(2 * others + listed)
    for _ in range(others):
        customer.offer(template)
    offer = customer.offer(template)
    receipt = redeemed(mapping, offer)
    noted = customer.noted()
    assert engage.usable(template) == others

    mapping.undo_item(offer, "R-1", receipt)
    assert engage.usable(template) == others + 1
    assert mapping.find_receipt(offer, "R-1") is None

    # As if the last answer had been lost, and recovery came again.
    engage.contacts[customer.id]["attributes"][REFERENCE] = noted
    mapping.undo_item(offer, "R-1", receipt)
    assert engage.usable(template) == others + 1
    assert mapping.find_receipt(offer, "R-1") is None


def test_an_undo_needs_no_mark_as_long_as_there_is_a_receipt(
    mapping: Mapping, customer: Customer
) -> None:
    """As when the customer has redeemed much since, and returns the first purchase."""
    check = customer.check()
    receipt = redeemed(mapping, check)
    for number in range(8):
        redeemed(mapping, customer.check(), f"R-{number + 2}")
    assert marks.found(customer.noted(), check) is None

    mapping.undo_item(check, "R-1", receipt)

    assert not customer.engage.is_redeemed(check.item_id)


def test_an_undo_goes_by_the_receipt_where_only_an_older_mark_is_left(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    """Two tills redeemed at once for the customer, one of them what was returned."""
    check = customer.check()
    mapping.undo_item(check, "R-1", redeemed(mapping, check, "R-1"))
    earlier = customer.noted()
    first = marks.found(earlier, check)
    assert first
    receipt = redeemed(mapping, check, "R-2") | {"at": first.at + 1}
    engage.contacts[customer.id]["attributes"][REFERENCE] = earlier

    mapping.undo_item(check, "R-2", receipt)

    assert not engage.is_redeemed(check.item_id)


def test_a_receipt_does_not_speak_for_a_later_redeem(
    mapping: Mapping, customer: Customer, engage: Engage
) -> None:
    """Somebody has reactivated it in Engage, and the web shop has redeemed it again."""
    check = customer.check()
    receipt = redeemed(mapping, check)
    engage.contacts[customer.id]["attributes"][REFERENCE] = None
    engage.redeem_elsewhere(check.item_id, days=1)
    with pytest.raises(Unavailable, match="not whether it was by this redeem"):
        mapping.undo_item(check, "R-1", receipt)
    assert engage.is_redeemed(check.item_id)


def test_an_id_is_one_in_any_case(mapping: Mapping, customer: Customer) -> None:
    check = customer.check()
    shouted = Item(check.kind, check.item_id.upper(), check.customer_id)
    assert mapping.holds(check) == mapping.holds(shouted)
    assert mapping.holds(check) != mapping.holds(customer.check())


def test_what_is_noted_stays_short(mapping: Mapping, customer: Customer) -> None:
    for number in range(3):
        items = [customer.check() for _ in range(4)]
        assert (
            mapping.prepare({item: f"R{number}-{item.item_id}" for item in items}) == {}
        )
        assert len(customer.noted()) <= 255
        for item in items:
            assert marks.found(customer.noted(), item) is not None


def test_an_answer_with_a_code_is_told_in_words() -> None:
    assert all(
        kind is refusals.Missing or kind().said for kind in refusals.CODES.values()
    )
