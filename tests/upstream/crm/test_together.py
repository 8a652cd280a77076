"""Reads side by side."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest

from bridge.deadline import Deadline
from bridge.errors import Missing, Refused, Silent, Unavailable
from bridge.metrics import UNREAD_PARTS
from bridge.upstream.crm.dispensable import Dispensable
from bridge.upstream.crm.together import Crew
from tests.upstream.conftest import Connect, at, lasting
from tests.upstream.misbehaving import answer, answers, misbehaving


def refuse() -> object:
    raise Refused("no")


@contextmanager
def busy(crew: Crew, size: int) -> Iterator[threading.Event]:
    """Keep all threads of a crew at something."""
    over, begun = threading.Event(), threading.Semaphore(0)

    def occupy() -> None:
        begun.release()
        over.wait(20)

    # The last one is made by the calling thread, as there are no others.
    occupied = [occupy] * (size + 1)
    waiting = threading.Thread(target=crew.together, args=(occupied, Deadline(20)))
    waiting.start()
    for _ in occupied:
        assert begun.acquire(timeout=20)
    yield over
    over.set()
    waiting.join(20)


def test_reads_run_at_the_same_time_and_keep_their_order() -> None:
    meeting = threading.Barrier(4)

    def read(place: int) -> Callable[[], int]:
        def arrive() -> int:
            meeting.wait(20)
            return place

        return arrive

    crew = Crew(4)
    assert crew.together(list(map(read, range(4))), Deadline(5)) == [0, 1, 2, 3]


def test_no_reads_are_nothing() -> None:
    assert Crew(4).together([], Deadline(5)) == []


def test_a_single_read_costs_no_thread() -> None:
    assert Crew(4).together([threading.get_ident], Deadline(5)) == [
        threading.get_ident()
    ]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_first_failure_is_raised_without_waiting_for_the_rest(place: int) -> None:
    over = threading.Event()
    reads: list[Callable[[], object]] = [lambda: over.wait(20)] * 3
    reads[place] = refuse
    with lasting(0), pytest.raises(Refused):
        Crew(4).together(reads, Deadline(20))
    over.set()


def test_what_nobody_has_begun_is_not_begun_after_a_failure() -> None:
    crew, made = Crew(1), []
    with busy(crew, 1) as over:
        with pytest.raises(Refused):
            crew.together([lambda: made.append(1), refuse], Deadline(5))
        over.set()
    crew.together([lambda: made.append(2), lambda: made.append(3)], Deadline(5))
    assert sorted(made) == [2, 3]


def test_the_deadline_ends_it() -> None:
    over = threading.Event()
    reads = [lambda: over.wait(20), lambda: over.wait(20)]
    with lasting(0.1), pytest.raises(Unavailable):
        Crew(4).together(reads, Deadline(0.1))
    over.set()


def test_what_is_dispensable_is_not_waited_for_until_the_deadline() -> None:
    over, missed = threading.Event(), []
    late = Dispensable(lambda: over.wait(20), missed.append)
    reads = [late, lambda: 1]
    with lasting(0.1):
        assert Crew(4).together(reads, Deadline(20), Deadline(0.1)) == [None, 1]
    assert [type(error) for error in missed] == [Silent]
    over.set()


def test_what_is_needed_is_waited_for_longer() -> None:
    over = threading.Event()
    late = Dispensable(lambda: over.wait(20), lambda error: over.set())
    needed = lambda: over.wait(20)  # noqa: E731 - ends once the other is given up
    with pytest.raises(Unavailable):
        Crew(4).together([late, needed], Deadline(0.3), Deadline(0.1))
    over.set()


def test_a_busy_crew_holds_nobody_up() -> None:
    crew = Crew(2)
    with busy(crew, 2):
        own = threading.get_ident()
        assert crew.together([threading.get_ident] * 3, Deadline(5)) == [own] * 3


def test_reads_may_be_groups_themselves() -> None:
    crew = Crew(2)

    def group() -> list[int]:
        return crew.together([lambda: 1, lambda: 2, lambda: 3], Deadline(5))

    assert crew.together([group] * 4, Deadline(5)) == [[1, 2, 3]] * 4


def test_threads_are_started_once_and_prepared() -> None:
    prepared: list[int] = []
    crew = Crew(3, lambda: prepared.append(threading.get_ident()))
    for _ in range(20):
        crew.together([lambda: 1, lambda: 2], Deadline(5))
    assert 1 <= len(prepared) <= 3


def test_the_callers_context_is_there() -> None:
    request = ContextVar("request", default="")
    request.set("r1")
    assert Crew(4).together([request.get, request.get], Deadline(5)) == ["r1", "r1"]


def test_a_mistake_in_a_read_is_raised_too() -> None:
    def mistaken() -> object:
        raise KeyError("x")

    with pytest.raises(KeyError):
        Crew(4).together([mistaken, lambda: 1], Deadline(5))


def test_reads_of_one_request_share_one_place(connect: Connect) -> None:
    with misbehaving(answers(answer())) as crm:
        upstream = at(connect(crm.url, room=1))
        assert (
            upstream.together(*[lambda: upstream.get("/x")] * 5)
            == [{"points": 12.5}] * 5
        )
        assert upstream.get("/x")


def test_an_optional_part_that_fails_is_none_logged_and_counted(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    def count() -> Any:
        return UNREAD_PARTS.labels("north", "points")._value.get()

    before = count()
    with misbehaving(answers(answer(b"", "404 Not Found"))) as crm:
        upstream = at(connect(crm.url))
        with caplog.at_level(logging.WARNING):
            assert upstream.together(
                upstream.optional(lambda: upstream.get("/x"), "points"), lambda: 1
            ) == [None, 1]
        with pytest.raises(Missing):
            upstream.together(lambda: upstream.get("/x"), lambda: 1)
    assert count() == before + 1
    assert caplog.messages == ["an optional part could not be read"]
    assert vars(caplog.records[0])["what"] == "points"


def test_an_optional_part_hides_no_mistake(connect: Connect) -> None:
    upstream = at(connect("http://crm.example"))

    def mistaken() -> object:
        raise KeyError("x")

    with pytest.raises(KeyError):
        upstream.optional(mistaken, "points")()
