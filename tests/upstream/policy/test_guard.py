"""The breaker and the places: an ailing CRM costs milliseconds, and others nothing."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

import pytest
import responses

from bridge.deadline import Deadline
from bridge.errors import Missing, NotDone, Throttled, Unavailable, UpstreamError
from bridge.upstream import Gateway, share
from bridge.upstream.policy import bulkhead as places
from bridge.upstream.policy.breaker import Breaker
from bridge.upstream.policy.bulkhead import Bulkhead
from tests.upstream.conftest import Clock, Connect, at, lasting
from tests.upstream.misbehaving import (
    Behaviour,
    Visit,
    answer,
    answers,
    answers_then_closes,
    hangs,
    misbehaving,
    resets_after_request,
)

URL = "https://crm.example/api"

AWAY = answer(b"", "503 Service Unavailable", "Connection: close")


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_the_breaker_opens_after_failures_in_a_row(clock: Clock) -> None:
    breaker = Breaker("north", 3, 2.0, clock)
    fail(breaker, 2)
    breaker.succeeded(probe=False)
    fail(breaker, 2)
    assert breaker.enter() is False
    fail(breaker, 1)
    assert breaker.is_open
    clock.now += 0.5
    with pytest.raises(Unavailable) as raised:
        breaker.enter()
    assert raised.value.retry_after == 1.5


def test_a_probe_that_succeeds_closes_it(clock: Clock) -> None:
    breaker = Breaker("north", 1, 2.0, clock)
    fail(breaker, 1)
    clock.now += 2
    assert breaker.enter() is True
    with pytest.raises(Unavailable):
        breaker.enter()
    breaker.succeeded(probe=True)
    assert not breaker.is_open
    assert breaker.enter() is False
    fail(breaker, 1)
    assert breaker.is_open


def test_a_probe_that_fails_keeps_it_open(clock: Clock) -> None:
    breaker = Breaker("north", 1, 2.0, clock)
    fail(breaker, 1)
    clock.now += 2
    breaker.enter()
    clock.now += 1.5
    breaker.failed()
    with pytest.raises(Unavailable) as raised:
        breaker.enter()
    assert raised.value.retry_after == 0.5


def test_probes_that_fail_late_do_not_put_the_next_one_off(clock: Clock) -> None:
    breaker = Breaker("north", 1, 2.0, clock)
    fail(breaker, 1)
    for _ in range(3):
        clock.now += 2
        breaker.failed()
        assert breaker.enter() is True


def test_a_probe_that_hangs_does_not_keep_the_next_one_waiting(clock: Clock) -> None:
    breaker = Breaker("north", 1, 2.0, clock)
    fail(breaker, 1)
    for _ in range(3):
        clock.now += 2
        assert breaker.enter() is True


def test_an_answer_to_what_was_asked_before_does_not_close_it(clock: Clock) -> None:
    breaker = Breaker("north", 1, 2.0, clock)
    fail(breaker, 1)
    breaker.succeeded(probe=False)
    assert breaker.is_open


def test_a_late_failure_does_not_put_the_probe_off(clock: Clock) -> None:
    breaker = Breaker("north", 1, 2.0, clock)
    fail(breaker, 1)
    clock.now += 1.9
    fail(breaker, 1)
    clock.now += 0.1
    assert breaker.enter() is True


def test_there_is_one_probe_however_many_come(clock: Clock) -> None:
    breaker = Breaker("north", 1, 2.0, clock)
    fail(breaker, 1)
    clock.now += 2
    together = threading.Barrier(16)

    def come(_: int) -> bool:
        together.wait()
        try:
            return breaker.enter()
        except Unavailable:
            return False

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(come, range(16))) == 1


def failures(gateway: Gateway, times: int, seconds: float = 5.0) -> None:
    for _ in range(times):
        with pytest.raises(UpstreamError):
            at(gateway, seconds).get("/x")


@pytest.mark.parametrize("behaviour", [resets_after_request, answers_then_closes(AWAY)])
def test_an_ailing_site_is_left_alone_and_a_healthy_one_is_not(
    connect: Connect, clock: Clock, behaviour: Behaviour
) -> None:
    with misbehaving(behaviour) as ailing, misbehaving(answers(answer())) as well:
        north, south = connect(ailing.url, attempts=1), connect(well.url)
        failures(north, 5)
        asked = len(ailing.requests)
        assert north.state() == "open"
        with pytest.raises(Unavailable) as raised:
            at(north).post("/x")
        assert raised.value.retry_after == pytest.approx(2)
        assert len(ailing.requests) == asked
        assert at(south).get("/x")
        assert south.state() == "closed"

        ailing._behaviours = (answers(answer()),)
        clock.now += 2
        assert at(north).get("/x") == {"points": 12.5}
        assert north.state() == "closed"


@responses.activate
@pytest.mark.parametrize(("status", "error"), [(404, Missing), (429, Throttled)])
def test_a_crm_that_refuses_is_well(
    connect: Connect, status: int, error: type[UpstreamError]
) -> None:
    responses.get(f"{URL}/x", status=status)
    gateway = connect(URL)
    failures(gateway, 9)
    assert gateway.state() == "closed"


def test_a_try_with_hardly_any_time_says_nothing(connect: Connect) -> None:
    with misbehaving(hangs) as crm:
        gateway = connect(crm.url, attempts=1)
        failures(gateway, 9, seconds=0.02)
        assert gateway.state() == "closed"


def test_a_retry_is_not_made_once_the_breaker_is_open(connect: Connect) -> None:
    with misbehaving(resets_after_request) as crm:
        gateway = connect(crm.url, attempts=9, breaker_failures=2)
        failures(gateway, 1)
        assert len(crm.requests) == 2


# Places


def hanging_calls(
    gateway: Gateway, count: int, threads: ThreadPoolExecutor, seconds: float = 5.0
) -> None:
    def call() -> None:
        with pytest.raises(UpstreamError):
            at(gateway, seconds).get("/x")

    for _ in range(count):
        threads.submit(call)


def test_a_hanging_site_gets_its_places_and_no_more(
    connect: Connect, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "QUEUE_SECONDS", 5.0)
    with (
        misbehaving(hangs) as ailing,
        misbehaving(answers(answer())) as well,
        ThreadPoolExecutor(2) as threads,
    ):
        north, south = connect(ailing.url, room=2), connect(well.url, room=2)
        hanging_calls(north, 2, threads)
        assert ailing.hanging.acquire(timeout=20)
        assert ailing.hanging.acquire(timeout=20)
        clock.now += places.AILING_SECONDS + 0.1

        for _ in range(20):
            with lasting(0), pytest.raises(Unavailable) as raised:
                at(north).get("/x")
            assert raised.value.retry_after == 1
        assert at(south).get("/x")
        assert ailing.connections == 2
        ailing.close()


def test_a_probe_needs_no_place(connect: Connect, clock: Clock) -> None:
    with misbehaving(hangs, answers(answer())) as crm, ThreadPoolExecutor(1) as threads:
        gateway = connect(crm.url, room=1)
        hanging_calls(gateway, 1, threads)
        assert crm.hanging.acquire(timeout=20)
        fail(gateway._breaker, 5)
        clock.now += 2
        assert at(gateway).get("/x") == {"points": 12.5}
        crm.close()


class Comer:
    """A thread that comes for a place and keeps what it got."""

    def __init__(self, bulkhead: Bulkhead, seconds: float = 5.0) -> None:
        self._arguments = bulkhead, Deadline(seconds)
        self._got: Future[object] = Future()
        self._thread = threading.Thread(target=self._come)
        self._thread.start()

    def _come(self) -> None:
        bulkhead, deadline = self._arguments
        try:
            self._got.set_result(bulkhead.enter(deadline))
        except Unavailable as error:
            self._got.set_exception(error)

    def place(self) -> object:
        self._thread.join(20)
        return self._got.result(0)


def waiting_for_a_place(bulkhead: Bulkhead) -> Comer:
    comer = Comer(bulkhead)
    ends = monotonic() + 20
    while not bulkhead._waiting:
        assert monotonic() < ends
        threading.Event().wait(0.001)
    return comer


def test_who_comes_to_a_full_but_healthy_site_waits_for_a_place(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "QUEUE_SECONDS", 5.0)
    bulkhead = Bulkhead("north", 1, clock)
    place = Comer(bulkhead).place()
    comer = waiting_for_a_place(bulkhead)
    bulkhead.leave(place)
    assert comer.place()


@pytest.mark.parametrize(("seconds", "queue"), [(0.05, 20.0), (20.0, 0.05)])
def test_nobody_waits_longer_than_there_is_time(
    clock: Clock, seconds: float, queue: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "QUEUE_SECONDS", queue)
    bulkhead = Bulkhead("north", 1, clock)
    Comer(bulkhead).place()
    with lasting(0.05), pytest.raises(Unavailable):
        Comer(bulkhead, seconds).place()


def test_those_who_wait_are_bounded_too(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "QUEUE_SECONDS", 20.0)
    bulkhead = Bulkhead("north", 2, clock)
    held = [Comer(bulkhead).place(), Comer(bulkhead).place()]
    comer = waiting_for_a_place(bulkhead)
    with lasting(0), pytest.raises(Unavailable):
        Comer(bulkhead).place()
    bulkhead.leave(held[0])
    assert comer.place()


def test_a_thread_needs_one_place_only(clock: Clock) -> None:
    bulkhead = Bulkhead("north", 1, clock)
    place = bulkhead.enter(Deadline(5))
    assert bulkhead.enter(Deadline(5)) is None
    bulkhead.leave(None)
    bulkhead.leave(place)
    assert bulkhead.enter(Deadline(5))


def test_half_of_the_threads_where_there_are_several_sites() -> None:
    assert [share(32, 1), share(32, 2), share(32, 9), share(1, 2)] == [32, 16, 16, 1]


def test_everybody_is_answered_in_time_while_the_crm_hangs(connect: Connect) -> None:
    """Sixty callers of a site with eight places; a healthy one beside it."""

    def call(gateway: Gateway) -> None:
        with lasting(0.5), pytest.raises(NotDone):
            at(gateway, 0.5).get("/x")

    def slowly(visit: Visit) -> None:
        while visit.request():
            visit.send(answer())

    with misbehaving(hangs) as ailing, misbehaving(slowly) as well:
        north, south = connect(ailing.url, room=8), connect(well.url, room=8)
        with ThreadPoolExecutor(60) as threads:
            taken = [threads.submit(call, north) for _ in range(60)]
            for _ in range(20):
                with lasting(0):
                    at(south, 20).get("/x")
            for one in taken:
                one.result()
        assert ailing.connections <= 8 + 4
