"""What the journal promises, over every kind of Redis that it may be kept in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import CannotRedeem, JournalError, LostClaim
from bridge.model import Context, Item, ItemKind
from bridge.redeem import Journal, Redeem, RedisSettings, Store, connect, rehearse
from bridge.redeem.journal.server.complaints import Unreadable
from bridge.redeem.record import Event, Goal, State, Why
from tests.redeem.conftest import SETTINGS, Clock, Shop
from tests.redeem.crm import Ledger
from tests.redis_servers import cluster, debian_s_redis, running, sentinel

NOW = 1_700_000_000.0
DAY = 86_400
HOLDS = ["promotion:p1", "promotion:p2"]


def _valkey(stack: ExitStack, in_memory: Path) -> str:
    return stack.enter_context(running(in_memory / "valkey on TCP")).url


def _debian_s_redis(stack: ExitStack, in_memory: Path) -> str:
    return stack.enter_context(debian_s_redis(in_memory / "redis")).url


def _cluster(stack: ExitStack, in_memory: Path) -> str:
    nodes = stack.enter_context(cluster(in_memory / "cluster"))
    return "redis+cluster://" + ",".join(node.address for node in nodes)


def _sentinel(stack: ExitStack, in_memory: Path) -> str:
    master = stack.enter_context(running(in_memory / "master"))
    watch = stack.enter_context(sentinel(in_memory / "sentinel", master))
    return f"redis+sentinel://{watch.address}/shop/0"


KINDS: dict[str, Callable[[ExitStack, Path], str]] = {
    "Valkey": _valkey,
    "Debian's Redis": _debian_s_redis,
    "cluster": _cluster,
    "Sentinel": _sentinel,
}


@pytest.fixture(scope="module", params=KINDS)
def store(request: pytest.FixtureRequest, in_memory: Path) -> Iterator[Store]:
    with ExitStack() as stack:
        settings = RedisSettings(url=KINDS[request.param](stack, in_memory))
        client = connect(settings)
        yield Store(client, settings)
        client.close()


@pytest.fixture
def journal(store: Store) -> Journal:
    store.client.flushall()
    return Journal(store, SETTINGS)


@pytest.fixture
def shop(journal: Journal, pool: Any) -> Shop:
    return Shop(journal, Ledger(), Clock(), pool=pool)


def new_redeem(customer: str = "c1", store_id: str = "s1") -> Redeem:
    context = Context(site="shop", store_id=store_id, staff_id="7", register_id="r1")
    items = [Item(ItemKind.PROMOTION, id_, customer) for id_ in ("p1", "p2")]
    redeem = Redeem.begin(context, customer, items, NOW)
    redeem.lease_until = NOW + 13
    redeem.tell(Event(NOW, "begun"))
    return redeem


def settled(redeem: Redeem, goal: Goal = Goal.REDEEMED) -> Redeem:
    redeem.goal, redeem.settled_at = goal, NOW + 1
    for line in redeem.lines:
        line.state = State(goal.value)
    return redeem


def loaded(journal: Journal, redeem: Redeem) -> Redeem:
    found = journal.load(redeem.redeem_id)
    assert found is not None
    return found


# One redeem


def test_a_redeem_comes_back_as_it_was_written(journal: Journal) -> None:
    redeem = new_redeem()
    assert journal.create(redeem, HOLDS, "w1") is None
    redeem.lines[0].state, redeem.lines[0].sent_at = State.SENDING, NOW + 0.5
    redeem.lines[0].receipt = {"id": 7, "name": "Åsa \ud800", "list": [1, None, {}]}
    redeem.lines[1].state, redeem.lines[1].round = State.KEPT, 2
    redeem.lines[1].reason = "Går inte att återställa"
    redeem.goal, redeem.reason, redeem.status = Goal.UNDONE, "interrupted", 504
    redeem.attempts, redeem.claims, redeem.stuck = 3, 2, True
    redeem.due_at, redeem.answers = NOW + 2.25, 1
    journal.save(redeem, "w1")

    found = loaded(journal, redeem)
    assert found == redeem
    assert found.version == redeem.version == 2
    assert [event.what for event in journal.events(found)] == ["begun"]


def test_an_unknown_redeem_is_none(journal: Journal) -> None:
    assert journal.load("0" * 32) is None


def test_only_one_of_two_workers_saves(journal: Journal) -> None:
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    mine, theirs = loaded(journal, redeem), loaded(journal, redeem)
    theirs.reason = "theirs"
    journal.save(theirs, "w2")
    mine.reason = "mine"
    mine.tell(Event(NOW, "mine"))
    with pytest.raises(LostClaim):
        journal.save(mine, "w3")

    found = loaded(journal, redeem)
    assert found.reason == "theirs"
    assert [event.what for event in journal.events(found)] == ["begun"]


def test_who_lost_the_claim_never_saves_again(journal: Journal) -> None:
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    late = copy.deepcopy(redeem)
    for writer in ("w2", "w3", "w1"):
        journal.save(redeem, writer)
        with pytest.raises(LostClaim):
            journal.save(copy.deepcopy(late), "late")


def test_the_same_save_may_arrive_twice(journal: Journal) -> None:
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    redeem.tell(Event(NOW, "sent"))
    again = copy.deepcopy(redeem)
    journal.save(redeem, "w1")
    journal.save(again, "w1")

    found = loaded(journal, redeem)
    assert found.version == 2
    assert [event.what for event in journal.events(found)] == ["begun", "sent"]


def test_the_same_beginning_may_arrive_twice(journal: Journal) -> None:
    redeem = new_redeem()
    again = copy.deepcopy(redeem)
    assert journal.create(redeem, HOLDS, "w1") is None
    assert journal.create(again, HOLDS, "w1") is None
    assert [event.what for event in journal.events(again)] == ["begun"]
    assert journal.counts() == (1, 0)


def test_what_arrives_again_too_late_unlists_nothing(journal: Journal) -> None:
    """A redeem is turned back between the end of its worker and its late doubles."""
    redeem = new_redeem()
    again = copy.deepcopy(redeem)
    journal.create(redeem, HOLDS, "w1")
    journal.save(settled(redeem), "w1")
    journal.close(redeem, HOLDS, redeem.lease_until, NOW)
    journal.open(redeem, NOW + 5)
    journal.create(again, HOLDS, "w1")
    journal.close(redeem, HOLDS, redeem.lease_until, NOW)
    assert journal.due(NOW + 5) == [redeem.redeem_id]


def test_a_claim_that_arrives_again_too_late_unlists_nothing(journal: Journal) -> None:
    """The doubles of a claim and of its end: both, in their order, and seconds late."""
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    journal.open(redeem, NOW + 14)
    journal.save(settled(redeem), "w1")
    journal.close(redeem, HOLDS, NOW + 14, NOW + 1)

    turned = loaded(journal, redeem)
    turned.turn_anew(Why.HUNG_UP, NOW + 2)
    journal.open(turned, NOW + 7)
    journal.save(turned)

    journal.open(redeem, NOW + 14)
    journal.close(redeem, HOLDS, NOW + 14, NOW + 1)
    if not journal.store.cluster:
        assert journal.due(NOW + 14) == [redeem.redeem_id]


# Reservations


def test_a_hold_that_arrives_again_too_late_frees_nothing(journal: Journal) -> None:
    """The doubles of a worker's hold and of its end, while a later one is at work."""
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    later = loaded(journal, redeem)
    later.claims += 10
    assert journal.reserve(later, HOLDS) is None

    assert journal.reserve(redeem, HOLDS) is None
    journal.close(redeem, HOLDS, redeem.lease_until, NOW)
    assert journal.reserve(new_redeem(), HOLDS[:1]) == later.hold


def test_an_item_is_reserved_by_one_redeem_at_a_time(journal: Journal) -> None:
    journal.create(first := new_redeem(), HOLDS, "w1")
    second = new_redeem()
    assert journal.create(second, HOLDS[1:], "w2") == first.hold
    assert journal.reserve(second, HOLDS[1:]) == first.hold
    assert journal.reserve(first, HOLDS) is None

    journal.close(settled(first), HOLDS, first.lease_until, NOW)
    assert journal.reserve(second, HOLDS[1:]) is None


def test_who_does_not_get_all_items_keeps_none_that_others_wait_for(
    journal: Journal,
) -> None:
    journal.create(first := new_redeem(), HOLDS[:1], "w1")
    second, third = new_redeem(), new_redeem()
    assert journal.reserve(second, HOLDS) == first.hold
    assert journal.reserve(third, HOLDS[1:]) is None


def test_a_hold_that_has_ended_is_taken_over(journal: Journal) -> None:
    first, second, third = new_redeem(), new_redeem(), new_redeem()
    assert journal.reserve(first, HOLDS[:1]) is None
    assert journal.reserve(second, HOLDS[1:]) is None
    assert journal.reserve(third, HOLDS, [first.hold]) == second.hold
    assert journal.reserve(third, HOLDS, [first.hold, second.hold]) is None
    assert journal.reserve(first, HOLDS) == third.hold


def test_a_later_worker_keeps_what_an_earlier_one_lets_go(journal: Journal) -> None:
    journal.create(late := new_redeem(), HOLDS, "w1")
    mine = loaded(journal, late)
    mine.claims += 1
    mine.lease_until = NOW + 14
    journal.open(mine, mine.lease_until)
    assert journal.reserve(mine, HOLDS) is None

    journal.close(settled(late), HOLDS, late.lease_until, NOW + 2)
    assert journal.reserve(new_redeem(), HOLDS[:1], [late.hold]) == mine.hold
    assert journal.counts() == (1, 0)

    journal.close(settled(mine), HOLDS, mine.lease_until, NOW + 2)
    assert journal.reserve(new_redeem(), HOLDS) is None
    assert journal.counts() == (0, 0)


# Open redeems


def test_open_redeems_are_due_in_their_order(journal: Journal) -> None:
    redeems = [new_redeem() for _ in range(4)]
    for redeem in redeems:
        journal.create(redeem, [], "w1")
    for redeem, due in zip(redeems, (30, 10, 20, 99), strict=True):
        journal.open(redeem, NOW + due)

    ids = [redeems[number].redeem_id for number in (1, 2, 0)]
    assert journal.due(NOW + 30) == ids
    assert journal.due(NOW + 30, limit=2) == ids[:2]
    assert journal.due(NOW + 9) == []
    assert journal.counts() == (4, 0)


def test_a_stuck_redeem_is_counted_until_it_is_closed(journal: Journal) -> None:
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    redeem.stuck = True
    journal.open(redeem, NOW + 300)
    assert journal.counts() == (1, 1)
    journal.close(settled(redeem), HOLDS, NOW + 300, NOW)
    assert journal.counts() == (0, 0)


def test_an_entry_without_a_redeem_is_forgotten(journal: Journal) -> None:
    journal.set_aside("0" * 32, NOW)
    assert journal.counts() == (1, 1)
    journal.forget("0" * 32)
    assert journal.counts() == (0, 0)
    assert journal.due(NOW) == []


# The same request again


def test_an_equal_request_finds_the_latest_redeem(
    journal: Journal, store: Store
) -> None:
    journal.create(first := new_redeem(), HOLDS, "w1")
    assert journal.twin(first.fingerprint) is None
    journal.save(first, "w1", 90)
    assert journal.twin(first.fingerprint) == first.redeem_id
    assert 80 < store.client.ttl(journal.keys.twin(first.fingerprint)) <= 90

    journal.create(second := new_redeem(), [], "w2")
    journal.save(second, "w2", 90)
    assert journal.twin(first.fingerprint) == second.redeem_id


def test_a_save_that_comes_again_late_hides_no_later_redeem(journal: Journal) -> None:
    journal.create(first := new_redeem(), [], "w1")
    late = copy.deepcopy(first)
    journal.save(first, "w1", 90)
    journal.create(second := new_redeem(), [], "w2")
    journal.save(second, "w2", 90)
    journal.save(late, "w1", 90)
    # On a cluster the two are kept apart, and cannot be written as one.
    found = first if journal.store.cluster else second
    assert journal.twin(first.fingerprint) == found.redeem_id


def test_a_key_stands_for_the_first_redeem_that_brings_it(
    journal: Journal, store: Store
) -> None:
    first, second = new_redeem(), new_redeem("c2")
    assert journal.claim_key("k1", first, 3_600) is None
    assert journal.claim_key("k1", first, 3_600) is None
    taken = journal.claim_key("k1", second, 3_600)
    assert taken == (first.redeem_id, first.fingerprint)
    assert journal.claim_key("k2", second, 3_600) is None
    assert 3_500 < store.client.ttl(journal.keys.idempotency("k1")) <= 3_600

    journal.give_key("k1", second, 3_600)
    assert journal.claim_key("k1", first, 3_600) == (
        second.redeem_id,
        second.fingerprint,
    )


# How long things are kept


def test_settled_redeems_expire_and_open_ones_never(
    journal: Journal, store: Store
) -> None:
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    name = journal.keys.redeem(redeem.redeem_id)
    keep = SETTINGS.keep_days * DAY

    assert store.client.ttl(name) == -1
    journal.save(settled(redeem), "w1")
    assert keep - 60 < store.client.ttl(name) <= keep
    redeem.goal = Goal.UNDONE
    journal.save(redeem, "w2")
    assert store.client.ttl(name) == -1


def test_events_move_into_the_record_and_go_on_after_it(
    journal: Journal, store: Store
) -> None:
    """A settled redeem is one key; what happens to it later still comes last."""
    redeem = new_redeem()
    events = journal.keys.events(redeem.redeem_id)
    journal.create(redeem, HOLDS, "w1")
    redeem.tell(Event(NOW + 1, "redeemed", 0, 21, "a text\twith\nlines"))
    journal.save(settled(redeem), "w1")
    assert not store.client.exists(events)
    redeem.goal = Goal.UNDONE
    redeem.tell(Event(NOW + 2, "turned"))
    journal.save(redeem, "w2")
    redeem.tell(Event(NOW + 3, "undone", 0))
    journal.save(redeem, "w2")

    told = journal.events(redeem)
    assert [event.what for event in told] == ["begun", "redeemed", "turned", "undone"]
    assert told[1].text == "a text\twith\nlines"


def test_indexes_outlive_what_they_list(journal: Journal, store: Store) -> None:
    journal.create(redeem := new_redeem(), HOLDS, "w1")
    keys = journal.keys
    indexes = [
        keys.day(NOW),
        keys.customer("shop", "c1"),
        keys.store("shop", "s1", NOW),
        keys.ids(redeem.redeem_id, NOW),
        keys.items("shop", "p1", NOW),
    ]
    for index in indexes:
        assert store.client.ttl(index) > SETTINGS.keep_days * DAY, index
    assert store.client.ttl(keys.open) == -1


# What is no redeem

GARBAGE: dict[str, Callable[[Any, str], object]] = {
    "no JSON": lambda client, key: client.hset(key, "body", "{"),
    "another JSON": lambda client, key: client.hset(key, "body", "[1, 2]"),
    "a number": lambda client, key: client.hset(key, "body", "7"),
    "no lines": lambda client, key: client.hset(key, "body", '{"site":"shop"}'),
    "odd lines": lambda client, key: client.hset(
        key, "body", '{"site":"shop","customer_id":"c1","created_at":1,"lines":[7]}'
    ),
    "an unknown state": lambda client, key: client.hset(
        key,
        "body",
        '{"site":"shop","customer_id":"c1","created_at":1,'
        '"lines":[["promotion","p1","lost"]]}',
    ),
    "a text for a time": lambda client, key: client.hset(
        key,
        "body",
        '{"site":"shop","customer_id":"c1","created_at":1,"lease_until":"noon",'
        '"lines":[["promotion","p1","sending"]]}',
    ),
    "an item that is no text": lambda client, key: client.hset(
        key,
        "body",
        '{"site":"shop","customer_id":"c1","created_at":1,'
        '"lines":[["promotion",7,"sending"]]}',
    ),
    "a text for the time of a call": lambda client, key: client.hset(
        key,
        "body",
        '{"site":"shop","customer_id":"c1","created_at":1,'
        '"lines":[["promotion","p1","sending",null,0,"noon"]]}',
    ),
    "a receipt without end": lambda client, key: client.hset(
        key,
        "body",
        '{"site":"shop","customer_id":"c1","created_at":1,"lines":'
        f'[["promotion","p1","sending",{"[" * 100_000}{"]" * 100_000}]]}}',
    ),
    "no customer": lambda client, key: client.hset(
        key, "body", '{"site":"shop","created_at":1,"new":1,"lines":[]}'
    ),
    "what only a newer bridge may work on": lambda client, key: client.hset(
        key,
        "body",
        '{"format":2,"site":"shop","customer_id":"c1","created_at":1,'
        '"lines":[["promotion","p1","sending"]]}',
    ),
    "an odd format": lambda client, key: client.hset(
        key,
        "body",
        '{"format":"two","site":"shop","customer_id":"c1","created_at":1,"lines":[]}',
    ),
    "no version": lambda client, key: client.hdel(key, "version"),
    "an odd version": lambda client, key: client.hset(key, "version", "one"),
    "no text": lambda client, key: client.hset(key, "body", b"\xff\xfe"),
    "no hash": lambda client, key: (client.delete(key), client.set(key, "x")),
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_one_record_that_cannot_be_read_does_not_stop_recovery(
    shop: Shop, store: Store, garbage: str
) -> None:
    journal = shop.journal
    spoilt, sound = new_redeem(), new_redeem("c2")
    for redeem in (spoilt, sound):
        redeem.lease_until = 0.0
        journal.create(redeem, [], "w1")
    GARBAGE[garbage](store.client, journal.keys.redeem(spoilt.redeem_id))

    with pytest.raises(Unreadable, match="holds something that is no redeem"):
        journal.load(spoilt.redeem_id)
    for _ in range(3):
        shop.recover(1)
    assert loaded(journal, sound).settled
    assert journal.counts() == (1, 1)


def test_what_a_newer_bridge_has_written_down_is_kept_for_it(
    shop: Shop, store: Store
) -> None:
    """While versions are mixed, and after one that was rolled back."""
    done, key = shop.redeem("p1"), shop.journal.keys.redeem
    body = json.loads(store.client.hget(key(done.redeem_id), "body"))
    newer = {"currency": "SEK", "parts": [{"of": "one"}], "version": "2", "news": []}
    known = [*body["lines"][0], *7 * [None]][:7]
    body["lines"] = [[*known, "EUR", {"of": "one"}]]
    store.client.hset(key(done.redeem_id), "body", json.dumps(newer | body))
    event = [1, "weighed", 0, None, None, None, None, None, {"grams": 7}]
    store.client.rpush(shop.journal.keys.events(done.redeem_id), json.dumps(event))
    shop.undo(done.redeem_id)
    assert loaded(shop.journal, done).goal is Goal.UNDONE
    assert shop.ledger.spent == {}
    there = json.loads(store.client.hget(key(done.redeem_id), "body"))
    assert there.items() >= newer.items()
    assert there["lines"][0][7:] == ["EUR", {"of": "one"}]
    story = shop.journal.events(loaded(shop.journal, done))
    assert "weighed" in [event.what for event in story]


def test_an_item_that_such_a_record_holds_stays_held(shop: Shop, store: Store) -> None:
    shop.journal.create(spoilt := new_redeem(), HOLDS, "w1")
    store.client.hset(shop.journal.keys.redeem(spoilt.redeem_id), "body", "{")
    with pytest.raises(JournalError):
        shop.undo(spoilt.redeem_id)
    with pytest.raises(Exception, match="Another till"):
        shop.redeem("p1")
    assert shop.ledger.entries == []


# From end to end


def test_redeem_and_undo(shop: Shop, store: Store) -> None:
    first = shop.redeem("p1", "p2", checks=("b1",))
    assert set(shop.ledger.spent) == {"p1", "p2", "b1"}
    assert shop.redeem("p2", "p1", checks=("b1",)).redeem_id == first.redeem_id
    with pytest.raises(CannotRedeem):
        shop.redeem("p3", "p1", register="r2")
    assert set(shop.ledger.spent) == {"p1", "p2", "b1"}
    shop.undo(first.redeem_id)
    shop.undo(first.redeem_id)
    shop.recover(2)

    assert shop.ledger.spent == {}
    assert shop.journal.counts() == (0, 0)
    assert not list(store.client.scan_iter(match="sitoo-bridge:held:*"))


def test_a_rehearsal_leaves_nothing_behind(journal: Journal, store: Store) -> None:
    store.written = False
    rehearse(journal)
    assert store.written
    assert not list(store.client.scan_iter(match="*"))


def test_a_cluster_that_is_down_stops_no_start() -> None:
    settings = RedisSettings(url="redis+cluster://127.0.0.1:1")
    journal = Journal(Store(connect(settings), settings), SETTINGS)
    with pytest.raises(JournalError):
        journal.counts()
