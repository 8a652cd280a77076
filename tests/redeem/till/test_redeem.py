"""What the POS is answered, and what is spent in the end."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest

from bridge.errors import (
    AccessRefused,
    BridgeError,
    Busy,
    CannotRedeem,
    CannotUndo,
    ItemHeld,
    KeyReused,
    Missing,
    NotFound,
    OutcomeUnknown,
    RedeemBusy,
    Refused,
    Throttled,
    Unavailable,
    UpstreamError,
)
from bridge.mapping import Mapping
from bridge.model import Item, ItemKind, Receipt
from bridge.redeem.record import Goal, State
from bridge.redeem.till.twins import Answered
from tests.redeem.conftest import SETTINGS, Shop
from tests.redeem.crm import LedgerMapping


def test_everything_is_spent_and_written_down(shop: Shop) -> None:
    redeem = shop.redeem("p1", "p2", checks=("b1",))

    assert re.fullmatch("[0-9A-F]{32}", redeem.redeem_id)
    assert set(shop.ledger.spent) == {"p1", "p2", "b1"}
    stored = shop.journal.load(redeem.redeem_id)
    assert stored is not None
    assert stored.settled
    assert stored.goal is Goal.REDEEMED
    assert shop.journal.counts() == (0, 0)


def test_one_refusal_gives_everything_back(shop: Shop) -> None:
    shop.ledger.spend("p2", "elsewhere")

    with pytest.raises(CannotRedeem) as refused:
        shop.redeem("p1", "p2", "p3")

    assert refused.value.status == 409
    assert set(shop.ledger.spent) == {"p2"}
    assert shop.journal.counts() == (0, 0)


def test_the_same_request_again_gets_the_same_redeem_id(shop: Shop) -> None:
    first = shop.redeem("p1", "p2")
    again = shop.redeem("p2", "p1")

    assert again.redeem_id == first.redeem_id
    assert len(shop.ledger.entries) == 2


@pytest.mark.parametrize("other", [{"register": "r2"}, {"customer": "c2"}])
def test_another_till_or_customer_is_another_request(
    shop: Shop, other: dict[str, str]
) -> None:
    shop.redeem("p1")
    with pytest.raises(CannotRedeem):
        shop.redeem("p1", **other)


def test_after_the_replay_time_the_crm_is_asked_again(shop: Shop) -> None:
    shop.redeem("p1")
    shop.clock.pass_(60)
    with pytest.raises(CannotRedeem):
        shop.redeem("p1")


def test_after_an_undo_it_is_a_new_redeem(shop: Shop) -> None:
    first = shop.redeem("p1")
    shop.undo(first.redeem_id)
    second = shop.redeem("p1")

    assert second.redeem_id != first.redeem_id
    assert shop.ledger.spent["p1"].startswith(second.redeem_id)


def test_an_idempotency_key_outlives_the_replay_time(shop: Shop) -> None:
    first = shop.redeem("p1", key="k1")
    shop.clock.pass_(3600)

    assert shop.redeem("p1", key="k1").redeem_id == first.redeem_id
    with pytest.raises(KeyReused):
        shop.redeem("p2", key="k1")
    assert set(shop.ledger.spent) == {"p1"}


def test_a_key_stands_for_whatever_it_was_answered(shop: Shop) -> None:
    first = shop.redeem("p1")
    assert shop.redeem("p1", key="k1").redeem_id == first.redeem_id
    shop.clock.pass_(3600)
    assert shop.redeem("p1", key="k1").redeem_id == first.redeem_id


def test_a_key_stands_for_a_redeem_that_it_took_over(shop: Shop) -> None:
    mapping = lossy("p1", answers=False)
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=mapping).redeem("p1")
    taken_over = shop.redeem("p1", key="k1")
    shop.clock.pass_(3600)
    assert shop.redeem("p1", key="k1").redeem_id == taken_over.redeem_id


def test_a_refusal_is_repeated_under_its_key(shop: Shop) -> None:
    shop.ledger.spend("p1", "elsewhere")
    with pytest.raises(CannotRedeem):
        shop.redeem("p1", key="k1")
    shop.ledger.give_back("p1", "elsewhere")

    with pytest.raises(BridgeError) as repeated:
        shop.redeem("p1", key="k1")
    assert repeated.value.status == 409
    assert shop.ledger.spent == {}


@pytest.mark.parametrize(
    "failure",
    [Throttled(retry_after=1), Busy(), Unavailable(), AccessRefused()],
    ids=lambda failure: type(failure).__name__,
)
def test_what_only_wants_to_be_tried_again_is_under_the_same_key(
    shop: Shop, failure: UpstreamError
) -> None:
    class Failing(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            raise failure

    with pytest.raises(type(failure)):
        shop.but(mapping=Failing).redeem("p1", key="k1")
    redeemed = shop.redeem("p1", key="k1")
    assert set(shop.ledger.spent) == {"p1"}
    shop.clock.pass_(3600)
    assert shop.redeem("p1", key="k1").redeem_id == redeemed.redeem_id


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Throttled(retry_after=1), "The customer system is busy."),
        (AccessRefused(), "The customer system does not let the till in."),
    ],
    ids=["Throttled", "AccessRefused"],
)
def test_who_has_waited_for_a_failure_is_told_what_it_was(
    shop: Shop, failure: UpstreamError, said: str
) -> None:
    class Failing(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            raise failure

    with pytest.raises(type(failure)):
        shop.but(mapping=Failing).redeem("p1")
    listed = shop.journal.keys.customer("shop", "c1")
    (redeem_id,) = shop.journal.store.client.zrange(listed, 0, -1)
    redeem = shop.journal.load(redeem_id)
    assert redeem is not None
    assert Answered(redeem).errortext.startswith(said)
    assert Answered(redeem).status == failure.status


def test_a_key_whose_redeem_was_undone_redeems_nothing_more(shop: Shop) -> None:
    first = shop.redeem("p1", key="k1")
    shop.undo(first.redeem_id)

    with pytest.raises(BridgeError) as refused:
        shop.redeem("p1", key="k1")
    assert refused.value.status == 409
    assert shop.ledger.spent == {}


def test_undo_gives_everything_back_and_may_be_repeated(shop: Shop) -> None:
    redeem = shop.redeem("p1", "p2", checks=("b1",))
    shop.undo(redeem.redeem_id)
    shop.undo(redeem.redeem_id)

    assert shop.ledger.spent == {}
    assert len(shop.ledger.entries) == 6


def test_an_unknown_redeem_and_another_customers_look_the_same(shop: Shop) -> None:
    redeem = shop.redeem("p1")
    with pytest.raises(NotFound) as theirs:
        shop.undo(redeem.redeem_id, customer="c2")
    with pytest.raises(NotFound) as unknown:
        shop.undo("0" * 32)
    assert theirs.value.errortext == unknown.value.errortext
    assert set(shop.ledger.spent) == {"p1"}


class Irreversible(LedgerMapping):
    irreversible = frozenset({ItemKind.PROMOTION})

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        assert item.kind is not ItemKind.PROMOTION
        super().undo_item(item, ref, receipt)


def test_what_cannot_be_given_back_is_spent_last_and_in_order(shop: Shop) -> None:
    shop.but(mapping=Irreversible).redeem("p1", "p2", checks=("b1", "b2"))
    spent = [item_id for _, item_id, _ in shop.ledger.entries]
    assert set(spent[:2]) == {"b1", "b2"}
    assert spent[2:] == ["p1", "p2"]


def test_undo_of_what_cannot_be_given_back_changes_nothing(shop: Shop) -> None:
    shop = shop.but(mapping=Irreversible)
    redeem = shop.redeem("p1", checks=("b1",))
    with pytest.raises(CannotUndo):
        shop.undo(redeem.redeem_id)
    assert set(shop.ledger.spent) == {"p1", "b1"}
    events = [event.what for event in shop.journal.events(redeem)]
    assert events[-1] == "undo refused"


class Stubborn(LedgerMapping):
    """Refuses for good to give back p2."""

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        if item.item_id == "p2":
            raise Refused("The promotion cannot be given back any more")
        super().undo_item(item, ref, receipt)


def test_an_undo_refused_for_good_says_which_item_and_why(shop: Shop) -> None:
    stubborn = shop.but(mapping=Stubborn)
    redeem = stubborn.redeem("p1", "p2")
    with pytest.raises(CannotUndo):
        stubborn.undo(redeem.redeem_id)

    stored = shop.journal.load(redeem.redeem_id)
    assert stored is not None
    assert stored.stuck
    assert [line.state for line in stored.lines] == [State.UNDONE, State.KEPT]
    assert stored.lines[1].reason == "The promotion cannot be given back any more"
    assert shop.journal.counts() == (1, 1)


def test_a_stuck_redeem_is_settled_once_the_crm_gives_in(shop: Shop) -> None:
    stubborn = shop.but(mapping=Stubborn)
    redeem = stubborn.redeem("p1", "p2")
    with pytest.raises(CannotUndo):
        stubborn.undo(redeem.redeem_id)
    shop.recover()
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


class Lossy(LedgerMapping):
    """Does the work, and loses the answer, as often as it is told to."""

    losses: ClassVar[list[str]] = []
    #: whether asking works
    answers: ClassVar[bool] = True

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        receipt = super().redeem_item(item, ref)
        if item.item_id in self.losses:
            self.losses.remove(item.item_id)
            raise OutcomeUnknown
        return receipt

    def find_receipt(self, item: Item, ref: str) -> Receipt | None:
        if not self.answers:
            raise Unavailable
        return super().find_receipt(item, ref)


def lossy(*item_ids: str, **facts: object) -> type[Mapping]:
    return type("Lossy", (Lossy,), {"losses": list(item_ids), **facts})


def test_a_lost_answer_is_asked_for(shop: Shop) -> None:
    redeem = shop.but(mapping=lossy("p2")).redeem("p1", "p2")
    assert redeem.settled
    assert len(shop.ledger.entries) == 2


def test_a_lost_answer_that_nobody_knows_is_undone_later(shop: Shop) -> None:
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=lossy("p2", answers=False)).redeem("p1", "p2")
    assert set(shop.ledger.spent) == {"p2"}
    assert shop.journal.counts() == (1, 0)
    shop.recover()
    assert shop.ledger.spent == {}


class Slow(LedgerMapping):
    """Spends only after the bridge has given up waiting for the answer."""

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        raise OutcomeUnknown


def test_a_request_that_takes_effect_late_is_undone_too(shop: Shop) -> None:
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=Slow).redeem("p1")
    (redeem_id,) = shop.journal.due(shop.clock.now + 100)
    shop.clock.pass_(10)
    shop.recovery.run_once()
    shop.ledger.spend("p1", f"{redeem_id}-1")
    shop.recover()
    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)


def test_while_in_doubt_the_item_is_neither_sent_again_nor_let_go(shop: Shop) -> None:
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=Slow).redeem("p1")
    with pytest.raises(ItemHeld):
        shop.redeem("p1", register="r2")
    with pytest.raises(OutcomeUnknown):
        shop.redeem("p1")
    assert shop.ledger.entries == []
    shop.recover()
    assert shop.redeem("p1").settled


def test_impatient_tills_make_nothing_stuck_and_put_nothing_off(shop: Shop) -> None:
    """Only recovery counts its attempts, and its turn comes when it was to come."""
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=Slow).redeem("p1")
    (redeem_id,) = shop.journal.due(shop.clock.now + 100)
    begun = shop.journal.load(redeem_id)
    assert begun is not None
    for _ in range(SETTINGS.stuck_after_attempts + 1):
        with pytest.raises(ItemHeld):
            shop.redeem("p1", register="r2")
    known = shop.journal.load(redeem_id)
    assert known is not None
    assert (known.stuck, known.attempts) == (False, 0)
    assert known.due_at <= begun.due_at
    assert shop.journal.counts() == (1, 0)


def test_the_same_request_adopts_what_proves_spent(shop: Shop) -> None:
    mapping = lossy("p1", answers=False, irreversible=Irreversible.irreversible)
    with pytest.raises(OutcomeUnknown):
        shop.but(mapping=mapping).redeem("p1", checks=("b1",))
    sane = shop.but(mapping=Irreversible)
    sane.recover(3)
    assert shop.journal.counts() == (1, 1)
    assert set(shop.ledger.spent) == {"p1"}

    redeem = sane.redeem("p1", checks=("b1",))

    assert redeem.settled
    assert shop.ledger.spent == {
        "p1": f"{redeem.redeem_id}-2",
        "b1": f"{redeem.redeem_id}-1-1",
    }
    assert shop.journal.counts() == (0, 0)


def test_an_irreversible_item_is_asked_about_until_the_deadline(shop: Shop) -> None:
    class Forgetful(Irreversible):
        asked: ClassVar[list[str]] = []

        def redeem_item(self, item: Item, ref: str) -> Receipt:
            super().redeem_item(item, ref)
            raise OutcomeUnknown

        def find_receipt(self, item: Item, ref: str) -> Receipt | None:
            self.asked.append(item.item_id)
            if len(self.asked) < 5:
                raise Unavailable
            return super().find_receipt(item, ref)

    assert shop.but(mapping=Forgetful).redeem("p1").settled
    assert len(Forgetful.asked) == 5


def test_what_was_not_done_in_time_is_undone(shop: Shop) -> None:
    class Snail(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            receipt = super().redeem_item(item, ref)
            shop.clock.pass_(9)
            return receipt

    with pytest.raises(Unavailable):
        shop.but(mapping=Snail).redeem("p1")
    shop.recover()
    assert shop.ledger.spent == {}


def test_what_the_crm_has_never_heard_of_is_not_spent(shop: Shop) -> None:
    class Forgotten(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            raise OutcomeUnknown

        def find_receipt(self, item: Item, ref: str) -> Receipt | None:
            raise Missing

    forgotten = shop.but(mapping=Forgotten)
    with pytest.raises(OutcomeUnknown):
        forgotten.redeem("p1")
    forgotten.recover()
    assert shop.journal.counts() == (0, 0)


def test_a_mapping_that_breaks_leaves_nothing_spent(shop: Shop) -> None:
    class Broken(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            super().redeem_item(item, ref)
            raise KeyError("a translator's mistake")

        def find_receipt(self, item: Item, ref: str) -> Receipt | None:
            raise KeyError("and another one")

    with pytest.raises(OutcomeUnknown, match="was not understood"):
        shop.but(mapping=Broken).redeem("p1")
    shop.recover()
    assert shop.ledger.spent == {}


class Batch(Mapping):
    """A CRM that redeems all items or none itself."""

    title = "Batch"
    lost: ClassVar[bool] = False

    def redeem_items(self, items: list[Item], ref: str) -> list[Receipt]:
        for item in items:
            self.options.spend(item.item_id, ref)
        if self.lost:
            raise OutcomeUnknown
        return [{"spent": item.item_id} for item in items]

    def find_receipts(self, items: list[Item], ref: str) -> list[Receipt] | None:
        if self.options.spent.get(items[0].item_id) != ref:
            return None
        return [{"spent": item.item_id} for item in items]

    def undo_items(self, items: list[Item], ref: str, receipts: list[Receipt]) -> None:
        for receipt in receipts:
            self.options.give_back(receipt["spent"], ref)


@pytest.mark.parametrize("lost", [False, True])
def test_a_crm_that_is_atomic_itself_is_asked_once(shop: Shop, lost: bool) -> None:
    mapping = type("Batch", (Batch,), {"lost": lost})
    redeem = shop.but(mapping=mapping).redeem("p1", "p2", checks=("b1",))
    assert set(shop.ledger.spent.values()) == {f"{redeem.redeem_id}-1"}
    shop.but(mapping=mapping).undo(redeem.redeem_id)
    assert shop.ledger.spent == {}


def test_a_redeem_that_runs_is_waited_for(shop: Shop) -> None:
    other = shop.but()

    class Nosy(LedgerMapping):
        def redeem_item(self, item: Item, ref: str) -> Receipt:
            with pytest.raises(RedeemBusy):
                other.undo(ref[:32])
            with pytest.raises(ItemHeld):
                other.redeem("p1", register="r2")
            return super().redeem_item(item, ref)

    # the undo has waited almost until the deadline
    assert shop.but(mapping=Nosy).redeem("p1").settled
