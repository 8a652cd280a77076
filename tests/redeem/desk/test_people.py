"""What people do to redeems: try now, undo, close by hand; each time with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
import redis

from bridge.deadline import Deadline
from bridge.errors import (
    CannotRedeem,
    CannotUndo,
    Invalid,
    LostClaim,
    NotFound,
    OutcomeUnknown,
    RedeemBusy,
    Refused,
    Unavailable,
)
from bridge.model import Item, Receipt
from bridge.redeem.desk.asked import Found
from bridge.redeem.desk.people import Changed, Contradicted, NothingToDo, People
from bridge.redeem.desk.reasons import checked_reason
from bridge.redeem.journal.keys import DAY
from bridge.redeem.record import Event, Goal, Redeem, State, Why
from tests.redeem.conftest import Shop
from tests.redeem.crm import LedgerMapping

SPENT, NOT_SPENT, UNKNOWN = Found.SPENT, Found.NOT_SPENT, Found.UNKNOWN


class Stubborn(LedgerMapping):
    """Spends p1, refuses p2, and says how it is about giving p1 back."""

    answer: Exception | None = None

    def redeem_item(self, item: Item, ref: str) -> Receipt:
        if item.item_id == "p2":
            raise Refused("p2 has expired")
        return super().redeem_item(item, ref)

    def undo_item(self, item: Item, ref: str, receipt: Receipt) -> None:
        if self.answer:
            raise self.answer
        super().undo_item(item, ref, receipt)


class Refusing(Stubborn):
    answer = Refused("p1 is used up")


class Silent(Stubborn):
    answer = Unavailable()


class Unheard(Stubborn):
    answer = OutcomeUnknown()


def people(shop: Shop) -> People:
    return People(shop.redeemer, {"shop": shop.site})


def loaded(shop: Shop, redeem_id: str) -> Redeem:
    found = shop.journal.load(redeem_id)
    assert found is not None
    return found


def left_open(shop: Shop) -> Redeem:
    """A redeem of p1 and p2 with p1 spent: p2 was refused, and p1 is not given back."""
    with pytest.raises(CannotRedeem):
        shop.redeem("p1", "p2")
    (redeem_id,) = shop.journal.indexes.open_ids()
    return loaded(shop, redeem_id)


@pytest.fixture
def stuck(shop: Shop) -> tuple[Shop, Redeem]:
    refusing = shop.but(mapping=Refusing)
    redeem = left_open(refusing)
    assert redeem.stuck
    return refusing, redeem


Act = Callable[[People, Redeem], None]

ACTS: dict[str, Act] = {
    "try now": lambda who, redeem: who.try_now(
        redeem.redeem_id, redeem.version, "anna", "asked for", Deadline(8)
    ),
    "undo": lambda who, redeem: who.undo(
        redeem.redeem_id, redeem.version, "anna", "asked for", Deadline(8)
    ),
    "close": lambda who, redeem: who.close(
        redeem.redeem_id,
        redeem.version,
        "anna",
        "asked for",
        [UNKNOWN] * 2,
        Deadline(8),
    ),
}


# Try now


def test_an_open_redeem_is_tried_now(shop: Shop) -> None:
    redeem = left_open(shop.but(mapping=Silent))
    ACTS["try now"](people(shop), redeem)

    done = loaded(shop, redeem.redeem_id)
    assert (done.settled, done.goal, shop.ledger.spent) == (True, Goal.UNDONE, {})
    assert shop.journal.counts() == (0, 0)
    (told,) = [event for event in shop.journal.events(done) if event.by]
    assert (told.what, told.by, told.text) == ("tried by hand", "anna", "asked for")


def test_why_it_is_open_still_is_raised(shop: Shop) -> None:
    silent = shop.but(mapping=Silent)
    redeem = left_open(silent)
    with pytest.raises(Unavailable):
        ACTS["try now"](people(silent), redeem)
    assert not loaded(shop, redeem.redeem_id).settled
    assert shop.journal.counts() == (1, 0)


# Undo


def test_a_success_is_undone_as_the_pos_would(shop: Shop) -> None:
    redeem = loaded(shop, shop.redeem("p1", "p2").redeem_id)
    ACTS["undo"](people(shop), redeem)

    done = loaded(shop, redeem.redeem_id)
    assert (done.settled, done.reason) == (True, "anna")
    assert done.given_back
    assert shop.ledger.spent == {}
    shop.undo(redeem.redeem_id)  # the till, later: it is undone already


def test_what_the_crm_cannot_give_back_stays_redeemed(shop: Shop) -> None:
    class Final(LedgerMapping):
        irreversible = frozenset({"promotion"})  # type: ignore[assignment]

    final = shop.but(mapping=Final)
    redeem = loaded(shop, final.redeem("p1").redeem_id)
    with pytest.raises(CannotUndo):
        ACTS["undo"](people(final), redeem)
    left = loaded(shop, redeem.redeem_id)
    assert (left.settled, left.goal) == (True, Goal.REDEEMED)
    whats = [event.what for event in shop.journal.events(left)][-2:]
    assert whats == ["undo by hand", "undo refused"]


# Close by hand


@pytest.mark.parametrize(
    ("found", "goal", "states"),
    [
        ([SPENT, SPENT], Goal.REDEEMED, [State.REDEEMED, State.REDEEMED]),
        ([NOT_SPENT, NOT_SPENT], Goal.UNDONE, [State.UNDONE, State.UNDONE]),
        ([SPENT, NOT_SPENT], Goal.UNDONE, [State.REDEEMED, State.UNDONE]),
        ([UNKNOWN, NOT_SPENT], Goal.UNDONE, [State.KEPT, State.UNDONE]),
        ([UNKNOWN, SPENT], Goal.UNDONE, [State.KEPT, State.REDEEMED]),
    ],
)
def test_a_stuck_redeem_is_closed_with_what_was_found(
    stuck: tuple[Shop, Redeem], found: list[Found], goal: Goal, states: list[State]
) -> None:
    shop, redeem = stuck
    entries = list(shop.ledger.entries)
    people(shop).close(
        redeem.redeem_id,
        redeem.version,
        "anna",
        "called them",
        found,
        Deadline(8),
        despite=True,
    )

    done = loaded(shop, redeem.redeem_id)
    assert (done.settled, done.closed_by, done.stuck) == (True, "anna", False)
    assert (done.goal, [line.state for line in done.lines]) == (goal, states)
    assert [line.reason for line in done.lines] == [f"anna found: {w}" for w in found]
    assert shop.ledger.entries == entries
    told = [(e.what, e.text, e.by) for e in shop.journal.events(done)][-5:]
    assert told[0] == ("closed", "called them", "anna")
    assert told[3:] == [("stated", what.value, "anna") for what in found]


def test_what_is_closed_is_off_the_list_and_its_items_are_free(
    stuck: tuple[Shop, Redeem], redis_client: redis.Redis
) -> None:
    shop, redeem = stuck
    assert redis_client.keys("sitoo-bridge:held:*")
    ACTS["close"](people(shop), redeem)
    assert shop.journal.counts() == (0, 0)
    assert redis_client.keys("sitoo-bridge:held:*") == []
    assert redis_client.ttl(shop.journal.keys.redeem(redeem.redeem_id)) > 0


def test_an_undo_after_closing_says_what_is_still_spent(
    stuck: tuple[Shop, Redeem],
) -> None:
    shop, redeem = stuck
    who = people(shop)
    who.close(
        redeem.redeem_id,
        redeem.version,
        "a",
        "called",
        [SPENT, NOT_SPENT],
        Deadline(8),
        despite=True,
    )
    with pytest.raises(CannotUndo, match="support has closed"):
        shop.undo(redeem.redeem_id)


def test_an_undo_of_what_was_closed_as_spent_asks_the_crm(
    stuck: tuple[Shop, Redeem],
) -> None:
    shop, redeem = stuck
    people(shop).close(
        redeem.redeem_id,
        redeem.version,
        "a",
        "x",
        [SPENT, SPENT],
        Deadline(8),
        despite=True,
    )
    silent = shop.but(mapping=Silent)
    with pytest.raises(Unavailable):
        silent.undo(redeem.redeem_id)
    assert not loaded(shop, redeem.redeem_id).settled


def test_only_a_stuck_redeem_is_closed(shop: Shop) -> None:
    redeem = left_open(shop.but(mapping=Silent))
    assert not people(shop).may_close(redeem)
    with pytest.raises(Invalid):
        ACTS["close"](people(shop), redeem)


def test_a_redeem_of_a_site_that_is_gone_can_be_closed(shop: Shop) -> None:
    redeem = left_open(shop.but(mapping=Silent))
    elsewhere = People(shop.redeemer, {})
    assert elsewhere.may_close(redeem)
    with pytest.raises(Invalid):
        ACTS["try now"](elsewhere, redeem)
    ACTS["close"](elsewhere, redeem)
    assert loaded(shop, redeem.redeem_id).settled


def test_nothing_is_closed_while_what_was_sent_may_take_effect(shop: Shop) -> None:
    redeem = left_open(shop.but(mapping=Unheard))
    nowhere = People(shop.redeemer, {})
    with pytest.raises(RedeemBusy):
        ACTS["close"](nowhere, redeem)
    shop.clock.pass_(shop.settings.doubt_seconds)
    ACTS["close"](nowhere, redeem)
    assert loaded(shop, redeem.redeem_id).settled


def test_each_item_needs_a_finding(stuck: tuple[Shop, Redeem]) -> None:
    shop, redeem = stuck
    with pytest.raises(Invalid):
        people(shop).close(
            redeem.redeem_id,
            redeem.version,
            "a",
            "x",
            [SPENT],
            Deadline(8),
            despite=True,
        )
    assert not loaded(shop, redeem.redeem_id).settled


# All of them


@pytest.mark.parametrize("act", ACTS)
def test_who_looked_at_an_older_version_does_nothing(
    stuck: tuple[Shop, Redeem], act: str
) -> None:
    shop, seen = stuck
    shop.recover(1)
    before = loaded(shop, seen.redeem_id)
    assert before.version != seen.version
    with pytest.raises(Changed):
        ACTS[act](people(shop), seen)
    assert loaded(shop, seen.redeem_id) == before


@pytest.mark.parametrize("act", ACTS)
def test_of_two_people_only_one_acts(stuck: tuple[Shop, Redeem], act: str) -> None:
    """Both have loaded the same version when the first one saves."""
    shop, redeem = stuck
    first, second = people(shop), people(shop)
    journal = second.journal

    class Overtaken:
        def __getattr__(self, name: str):
            return getattr(journal, name)

        def load(self, redeem_id: str) -> Redeem | None:
            found = journal.load(redeem_id)
            ACTS["close"](first, redeem)
            return found

    second.journal = Overtaken()  # type: ignore[assignment]
    with pytest.raises(Changed):
        ACTS[act](second, redeem)
    events = shop.journal.events(loaded(shop, redeem.redeem_id))
    assert [e.what for e in events if e.by] == [
        "closed",
        "asked",
        "asked",
        "stated",
        "stated",
    ]
    shop.recover(1)  # what the second one has listed is tidied up
    assert shop.journal.counts() == (0, 0)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_while_a_worker_is_on_it(shop: Shop, act: str) -> None:
    redeem = left_open(shop.but(mapping=Silent))
    redeem.lease_until = shop.clock() + 10
    shop.journal.save(redeem, "worker")
    with pytest.raises(RedeemBusy):
        ACTS[act](people(shop), redeem)


@pytest.mark.parametrize("act", ACTS)
def test_there_is_nothing_to_do_on_what_is_undone(shop: Shop, act: str) -> None:
    redeem_id = shop.redeem("p1", "p2").redeem_id
    shop.undo(redeem_id)
    with pytest.raises(NothingToDo):
        ACTS[act](people(shop), loaded(shop, redeem_id))


@pytest.mark.parametrize("act", ACTS)
def test_an_unknown_redeem_is_not_found(
    stuck: tuple[Shop, Redeem], redis_client: redis.Redis, act: str
) -> None:
    shop, redeem = stuck
    redis_client.flushall()
    with pytest.raises(NotFound):
        ACTS[act](people(shop), redeem)


@pytest.mark.parametrize("reason", ["", "  \n\t ", "x" * 501])
def test_a_reason_is_needed(stuck: tuple[Shop, Redeem], reason: str) -> None:
    shop, redeem = stuck
    with pytest.raises(Invalid):
        people(shop).close(
            redeem.redeem_id, redeem.version, "a", reason, [SPENT, SPENT], Deadline(8)
        )
    assert not loaded(shop, redeem.redeem_id).settled


def test_a_reason_is_one_line_of_plain_text(stuck: tuple[Shop, Redeem]) -> None:
    shop, redeem = stuck
    reason = " <b>\r\nSET x\x00 1\n'); redis.call('FLUSHALL') -- "
    people(shop).close(
        redeem.redeem_id,
        redeem.version,
        "a",
        reason,
        [SPENT, SPENT],
        Deadline(8),
        despite=True,
    )
    events = shop.journal.events(loaded(shop, redeem.redeem_id))
    told = [event.text for event in events if event.what == "closed"]
    assert told == ["<b> SET x  1 '); redis.call('FLUSHALL') --"]


# Counting


def counted(shop: Shop, site: str = "shop") -> dict[tuple[str, str], int]:
    """Return how many of today's redeems ended how, by store."""
    day = datetime.combine(shop.clock.date(), time(), UTC).timestamp()
    spans = [(day, day + DAY)]
    ended = shop.journal.endings.count(spans, [site])
    return {
        (store, one.how): number
        for one in ended
        for store, number in one.stores.items()
    }


def test_every_ending_is_counted_by_store_and_once(shop: Shop) -> None:
    first = shop.redeem("p1").redeem_id
    shop.redeem("p3")
    with pytest.raises(CannotRedeem):
        shop.redeem("p3", customer="c2")
    shop.undo(first)

    ends = ("redeemed", 1), ("refused", 1), ("given back", 1)
    assert counted(shop) == {("s1", how): count for how, count in ends}
    assert counted(shop, "elsewhere") == {}


@pytest.mark.parametrize("store", ["", "0", "a b", '"\\', "Åre\x01", "{}", "]]"])
def test_stores_are_counted_whatever_they_are_called(shop: Shop, store: str) -> None:
    shop.redeem("p1", store=store)
    shop.redeem("p2", store=store)
    assert counted(shop) == {(store, "redeemed"): 2}


def test_a_save_that_came_too_late_leaves_no_trace_in_the_counts(shop: Shop) -> None:
    redeem = loaded(shop, shop.redeem("p1").redeem_id)
    late = loaded(shop, redeem.redeem_id)
    late.goal, late.why, late.version = Goal.UNDONE, Why.REFUSED, 0
    late.lines[0].state = State.UNDONE
    late.tell(Event(shop.clock(), "all undone"))
    with pytest.raises(LostClaim):
        shop.journal.save(late)
    assert counted(shop) == {("s1", "redeemed"): 1}


def test_what_is_wrong_with_the_counts_harms_no_redeem(
    shop: Shop, redis_client: redis.Redis
) -> None:
    redis_client.set(
        shop.journal.keys.ended("shop", "redeemed", shop.clock()), "not a hash"
    )
    redeem = loaded(shop, shop.redeem("p1").redeem_id)
    # Were the save in doubt, it would have been looked for, and "found".
    assert shop.journal.events(redeem)[-1].what == "all redeemed"


# What the CRM says beside it


def test_what_the_crm_denies_is_taken_in_a_second_step_only(
    stuck: tuple[Shop, Redeem],
) -> None:
    shop, redeem = stuck
    who, how = people(shop), (redeem.redeem_id, redeem.version, "anna", "looked")
    with pytest.raises(Contradicted) as denied:
        who.close(*how, [NOT_SPENT, NOT_SPENT], Deadline(8))
    assert [one.found for one in denied.value.seen] == [SPENT, NOT_SPENT]
    assert not loaded(shop, redeem.redeem_id).settled
    who.close(*how, [NOT_SPENT, NOT_SPENT], Deadline(8), despite=True)
    done = loaded(shop, redeem.redeem_id)
    both = [
        (event.what, event.line, event.text)
        for event in shop.journal.events(done)
        if event.by == "anna" and event.line == 0
    ]
    assert both == [("asked", 0, "spent"), ("stated", 0, "not spent")]


def test_a_crm_that_does_not_answer_contradicts_nobody(
    stuck: tuple[Shop, Redeem],
) -> None:
    class Mute(LedgerMapping):
        def find_receipt(self, item: Item, ref: str) -> Receipt | None:
            raise Unavailable

    shop, redeem = stuck
    who = people(shop.but(mapping=Mute))
    (first, _) = who.look(redeem, Deadline(8))
    assert (first.found, first.why) == (UNKNOWN, "The CRM cannot be reached.")
    how = (redeem.redeem_id, redeem.version, "anna", "looked")
    who.close(*how, [NOT_SPENT, NOT_SPENT], Deadline(8))
    done = loaded(shop, redeem.redeem_id)
    asked = [e for e in shop.journal.events(done) if e.what == "asked: not reached"]
    assert [event.by for event in asked] == ["anna", "anna"]


def test_what_was_closed_can_be_compared_again(stuck: tuple[Shop, Redeem]) -> None:
    shop, redeem = stuck
    who = people(shop)
    with pytest.raises(Invalid):
        who.check(redeem.redeem_id, redeem.version, "anna", Deadline(8))
    how = (redeem.redeem_id, redeem.version, "anna", "looked")
    who.close(*how, [NOT_SPENT, NOT_SPENT], Deadline(8), despite=True)
    done = loaded(shop, redeem.redeem_id)
    seen = who.check(done.redeem_id, done.version, "bo", Deadline(8))
    assert [one.agrees for one in seen] == [False, True]
    last = shop.journal.events(loaded(shop, redeem.redeem_id))[-3:]
    assert [(e.what, e.text, e.by) for e in last] == [
        ("checked", "", "bo"),
        ("asked", "spent", "bo"),
        ("asked", "not spent", "bo"),
    ]


@pytest.mark.parametrize(
    "reason",
    [
        "anna@example.com called",
        "call 070-174 06 05",
        "+46 70 174 06 05 wants it back",
        "it was 19811218-9876",
        "811218-9876",
        "he is 131052-308T",
        "fnr 01010750160",
    ],
)
def test_a_reason_names_nobody(stuck: tuple[Shop, Redeem], reason: str) -> None:
    shop, redeem = stuck
    with pytest.raises(Invalid, match="take it out"):
        people(shop).undo(redeem.redeem_id, redeem.version, "anna", reason, Deadline(8))


@pytest.mark.parametrize(
    "reason",
    [
        "ticket 4711",
        "INC0012345678",
        "#2611268841",
        "SUP-1234567890",
        "on 2026-11-24",
    ],
)
def test_a_reason_may_name_a_ticket(reason: str) -> None:
    assert checked_reason(reason) == reason
