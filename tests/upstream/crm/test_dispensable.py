"""What the rest of an answer can do without costs it no more than its patience."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.deadline import Deadline
from bridge.errors import Failing, Unavailable, UpstreamError
from bridge.upstream.crm.dispensable import Dispensable, is_needed, soonest
from bridge.upstream.crm.together import Crew, _Group
from tests.upstream.conftest import Clock, Connect, at
from tests.upstream.crm.test_together import busy
from tests.upstream.misbehaving import Visit, answer, answers, misbehaving


def optional(read: Callable[[], Any]) -> Dispensable[Any]:
    return Dispensable(read, lambda error: None)


def answers_late(visit: Visit) -> None:
    """Answer each request, but only after more than anybody's patience here."""
    while visit.request():
        visit.server.over.wait(1)
        visit.send(answer())


def test_what_is_needed_goes_before_what_is_not() -> None:
    crew, made = Crew(1), []
    reads: list[Callable[[], Any]] = [
        lambda: made.append("contact"),
        optional(lambda: made.append("offers")),
        lambda: made.append("address"),
        optional(lambda: made.append("points")),
    ]
    with busy(crew, 1):
        crew.together(reads, Deadline(5), Deadline(5))
    assert made == ["address", "contact", "points", "offers"]


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside another"])
def test_it_knows_until_when_it_is_waited_for(clock: Clock, others: int) -> None:
    whole, patient = Deadline(8, clock), Deadline(2, clock)
    reads: list[Callable[[], Any]] = [optional(lambda: soonest(whole))]
    reads += [lambda: soonest(whole)] * others
    known = Crew(4).together(reads, whole, patient)
    assert known == [patient, *[whole] * others]
    assert soonest(whole) is whole


def test_it_has_no_more_time_than_there_is(clock: Clock) -> None:
    whole, patient = Deadline(1, clock), Deadline(2, clock)
    read = optional(lambda: soonest(whole))
    assert Crew(4).together([read], whole, patient) == [whole]


def test_reads_within_it_have_its_time(clock: Clock) -> None:
    crew, whole = Crew(4), Deadline(8, clock)
    first, longer = Deadline(2, clock), Deadline(3, clock)

    def purse() -> list[Deadline]:
        read = optional(lambda: soonest(whole))
        return crew.together([lambda: soonest(whole), read], whole, longer)

    assert crew.together([optional(purse)], whole, first) == [[first, first]]


def test_another_crm_that_is_asked_for_it_may_need_it(clock: Clock) -> None:
    crew, ours, other = Crew(4), object(), object()
    whole = Deadline(8, clock)

    def needed() -> tuple[bool, bool]:
        return is_needed(ours), is_needed(other)

    def within() -> list[Any]:
        points = Dispensable(needed, lambda error: None, other)
        return crew.together([needed, points], whole)

    benefits = Dispensable(within, lambda error: None, ours)
    assert crew.together([benefits, needed], whole) == [
        [(False, True), (False, False)],
        (True, True),
    ]


def test_nobody_asks_for_what_was_given_up() -> None:
    made: list[int] = []
    reads = [optional(lambda: made.append(1)), lambda: 2]
    group: _Group[Any] = _Group(reads, Deadline(0))
    group.make(1)
    assert group.results(Deadline(5)) == [None, 2]
    group.make(0)
    assert made == []


def test_it_is_told_once_why_there_is_nothing() -> None:
    told: list[UpstreamError] = []

    def fail() -> object:
        late.give_up()
        raise Failing

    late = Dispensable(fail, told.append)
    assert late() is None
    assert len(told) == 1


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside another"])
def test_the_crm_is_not_asked_for_longer(connect: Connect, others: int) -> None:
    with misbehaving(answers_late) as crm:
        upstream = at(connect(crm.url, optional_seconds=0.1, parallel=1))
        read = upstream.optional(lambda: upstream.get("/points"), "points")
        needed = [lambda: upstream.get("/contact")] * others
        assert upstream.together(read, *needed) == [None, *[{"points": 12.5}] * others]


@pytest.mark.parametrize(
    "behaviour",
    [answers(answer(b"", "500 Internal Server Error")), answers_late],
    ids=["500", "late"],
)
def test_its_failures_refuse_nobody_what_is_needed(
    connect: Connect, behaviour: Callable[[Visit], None]
) -> None:
    with misbehaving(behaviour) as crm:
        settings = {"attempts": 1, "breaker_failures": 2, "optional_seconds": 1.05}
        gateway = connect(crm.url, read_timeout_seconds=0.1, **settings)
        upstream = at(gateway, 30)
        read = upstream.optional(lambda: upstream.get("/points"), "points")
        for _ in range(3):
            assert upstream.together(read, lambda: 1) == [None, 1]
        assert gateway.state() == "closed"
        for _ in range(2):
            with pytest.raises(Unavailable):
                upstream.get("/contact")
        assert gateway.state() == "open"
