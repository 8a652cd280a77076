"""Customers are added once: second taps, lost answers, dead workers, no Redis."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import redis

from bridge.errors import HungUp, OutcomeUnknown, Refused, Unavailable
from bridge.model import Context, Customer
from bridge.redeem import Addition, Newcomers, Redeemer
from bridge.secret import Secret
from tests.redeem.conftest import SETTINGS, Shop

SENT = "Åsa Öberg asa@example.com"


@dataclass
class People:
    """A CRM that adds whoever it is told to, and fails when it is told to."""

    added: list[str] = field(default_factory=list)
    searches: int = 0
    seen: bool = True
    """Whether a search finds who was added."""
    before: Callable[[], None] = bool
    after: Callable[[], None] = bool

    def create(self) -> Customer:
        self.before()
        self.added.append(f"c{len(self.added) + 1}")
        self.after()
        return Customer(customer_id=self.added[-1])

    def find(self) -> Customer | None:
        self.searches += 1
        there = self.added and self.seen
        return Customer(customer_id=self.added[-1]) if there else None

    @property
    def addition(self) -> Addition:
        return Addition(
            self.create, self.find, lambda found: Customer(customer_id=found)
        )


def fails(error: Exception) -> Callable[[], None]:
    """Return what raises an error the first time."""
    errors = [error]

    def fail() -> None:
        if errors:
            raise errors.pop()

    return fail


TILL = Context(site="shop", store_id="s1", register_id="r1")


@dataclass
class Counter:
    """A till and what it asks for."""

    shop: Shop
    people: People
    context: Context = TILL

    def tap(self, sent: str = SENT) -> str:
        newcomers = Newcomers(self.shop.redeemer.tools)
        customer = newcomers.add(
            self.shop.site,
            self.context,
            sent,
            self.people.addition,
            deadline=self.shop.deadline(),
        )
        return str(customer.customer_id)


@pytest.fixture
def counter(shop: Shop) -> Counter:
    shop.site = replace(shop.site, users={"pos": (Secret("one"), Secret("two"))})
    return Counter(shop, People())


def test_a_second_tap_gets_the_first_ones_customer(counter: Counter) -> None:
    assert [counter.tap(), counter.tap(), counter.tap()] == ["c1", "c1", "c1"]


@pytest.mark.parametrize(
    "other", [{"store_id": "s2"}, {"register_id": "r2"}, {"staff_id": "x"}]
)
def test_another_till_adds_another_one(counter: Counter, other: Any) -> None:
    first = counter.tap()
    elsewhere = replace(counter, context=replace(counter.context, **other))
    assert (elsewhere.tap() == first) is ("staff_id" in other)


def test_another_person_is_another_one(counter: Counter) -> None:
    assert [counter.tap(), counter.tap("Eva"), counter.tap()] == ["c1", "c2", "c1"]


def test_it_is_remembered_for_a_short_while_and_holds_nothing_personal(
    counter: Counter, redis_client: redis.Redis
) -> None:
    counter.tap()
    (key,) = redis_client.keys("*:add:*")
    assert 0 < redis_client.pttl(key) <= 30_000
    assert redis_client.get(key) == "done:c1"
    digest = key.rpartition(":")[2]
    assert (len(digest), int(digest, 16) > 0) == (64, True)

    site = counter.shop.site
    counter.shop.site = replace(site, users={"pos": (Secret("three"),)})
    counter.tap()
    assert len(redis_client.keys("*:add:*")) == 2, "the digest must be a keyed one"


def test_who_comes_while_the_first_is_added_waits(counter: Counter) -> None:
    begun, looked, go = (threading.Event() for _ in range(3))

    def pause(_: float) -> None:
        looked.set()
        assert go.wait(20)

    def added() -> None:
        begun.set()
        assert go.wait(20)

    counter.people.before = added
    counter.shop.redeemer = Redeemer(
        counter.shop.journal, SETTINGS, clock=counter.shop.clock, pause=pause
    )
    with ThreadPoolExecutor(2) as tills:
        first = tills.submit(counter.tap)
        assert begun.wait(20)
        second = tills.submit(counter.tap)
        assert looked.wait(20)
        go.set()
        assert (first.result(20), second.result(20)) == ("c1", "c1")
    assert counter.people.added == ["c1"]


def test_who_cannot_wait_longer_is_told_so(counter: Counter) -> None:
    second = replace(counter, people=People())
    refused: list[Unavailable] = []

    def meanwhile() -> None:
        with pytest.raises(Unavailable) as raised:
            second.tap()
        refused.append(raised.value)

    counter.people.before = meanwhile
    assert counter.tap() == "c1"
    assert refused[0].retry_after
    assert second.people.added == []


@pytest.mark.parametrize("error", [Refused("No."), Unavailable(), HungUp()])
def test_what_certainly_did_not_happen_may_be_tried_again(
    counter: Counter, error: Exception, redis_client: redis.Redis
) -> None:
    counter.people.before = fails(error)
    with pytest.raises(type(error)):
        counter.tap()
    assert redis_client.keys("*:add:*") == []
    assert counter.people.searches == 0
    assert counter.tap() == "c1"


@pytest.mark.parametrize("error", [OutcomeUnknown(), KeyError("id")])
def test_after_a_lost_answer_whoever_was_added_is_found_at_once(
    counter: Counter, error: Exception
) -> None:
    counter.people.after = fails(error)
    assert [counter.tap(), counter.tap()] == ["c1", "c1"]
    assert counter.people.searches == 1


@pytest.mark.parametrize("error", [OutcomeUnknown(), KeyError("id")])
def test_or_by_the_next_tap_before_anybody_is_added_again(
    counter: Counter, error: Exception
) -> None:
    counter.people.after, counter.people.seen = fails(error), False
    with pytest.raises(type(error)):
        counter.tap()
    counter.people.seen = True
    assert [counter.tap(), counter.tap()] == ["c1", "c1"]
    assert counter.people.searches == 2


def test_who_is_not_found_is_added_again(counter: Counter) -> None:
    counter.people.before = fails(OutcomeUnknown())
    with pytest.raises(OutcomeUnknown):
        counter.tap()
    assert [counter.tap(), counter.tap()] == ["c1", "c1"]
    assert counter.people.searches == 2


def test_while_nobody_can_be_searched_for_nobody_is_added(counter: Counter) -> None:
    counter.people.after, counter.people.seen = fails(OutcomeUnknown()), False
    with pytest.raises(OutcomeUnknown):
        counter.tap()
    blind = replace(counter, people=People())
    blind.people.find = fails(Unavailable())  # type: ignore[assignment, method-assign]
    with pytest.raises(Unavailable):
        blind.tap()
    assert blind.people.added == []
    counter.people.seen = True
    assert counter.tap() == "c1"


def test_what_a_dead_worker_has_begun_is_searched_for(counter: Counter) -> None:
    class Killed(BaseException):
        pass

    counter.people.after = fails(Killed())  # type: ignore[arg-type]
    with pytest.raises(Killed):
        counter.tap()
    with pytest.raises(Unavailable):
        counter.tap()
    counter.shop.clock.pass_(14)
    assert counter.tap() == "c1"
    assert counter.people.added == ["c1"]


def test_without_redis_customers_are_added_all_the_same(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def gone(*_: Any, **__: Any) -> Any:
        raise redis.ConnectionError

    monkeypatch.setattr(counter.shop.journal.store, "_run", gone)
    assert [counter.tap(), counter.tap()] == ["c1", "c2"]
    assert "without protection" in caplog.text
    assert "example" not in caplog.text


def test_nor_does_it_matter_when_redis_goes_meanwhile(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = counter.shop.journal.store._run

    def gone(*commands: Any, **how: Any) -> Any:
        raise redis.ConnectionError

    counter.people.after = lambda: monkeypatch.setattr(
        counter.shop.journal.store, "_run", gone
    )
    assert counter.tap() == "c1"
    monkeypatch.setattr(counter.shop.journal.store, "_run", run)
    counter.shop.clock.pass_(14)
    assert counter.tap() == "c1"
