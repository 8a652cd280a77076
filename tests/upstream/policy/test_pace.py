"""No second sees more requests than the CRM's maker allows, and no till waits long."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import Any

import pytest
import responses

from bridge.errors import Throttled
from bridge.mapping import Secret
from bridge.upstream import HeaderAuth, NoTurns, Rate, Upstream, UpstreamSettings
from bridge.upstream.policy.pace import OwnTurns, owner
from tests.upstream.conftest import Clock, Connect, at

URL = "http://crm.example"


def most_in_a_second(times: list[float]) -> int:
    ordered = sorted(times)
    return max(
        sum(begin <= one < begin + 1 - 1e-6 for one in ordered) for begin in ordered
    )


@pytest.mark.parametrize("rate", [2, 3, 10, 45, 49])
def test_no_second_sees_more(rate: int, clock: Clock) -> None:
    turns, given, chance = OwnTurns(clock), [], random.Random(rate)
    for _ in range(20 * rate):
        clock.now += chance.choice([0, 0, 0, 0.3 / rate, 2 / rate, 0.7])
        given.append(clock.now + turns("key", Rate.of(rate), 3600))
    assert most_in_a_second(given) <= rate


def test_as_many_are_let_through_as_may_be(clock: Clock) -> None:
    """Or a card with six reads would take longer than it has to."""
    turns = OwnTurns(clock)
    waits = [turns("key", Rate.of(45), 1) for _ in range(45)]
    assert waits[:7] == [0] * 7
    assert max(waits) < 1.01


def test_who_would_wait_too_long_takes_no_turn(clock: Clock) -> None:
    turns, rate = OwnTurns(clock), Rate.of(10)
    waits = list(
        itertools.takewhile(
            lambda wait: wait <= 1, (turns("key", rate, 1) for _ in range(99))
        )
    )
    assert len(waits) in (10, 11)  # a wait of one second may be one and a bit
    assert turns("another key", rate, 1) == 0
    clock.now += rate.spacing
    assert turns("key", rate, 1) <= 1, "only one turn had been missing"


@responses.activate
def test_a_request_waits_for_its_turn(connect: Connect, clock: Clock) -> None:
    responses.get(f"{URL}/x", json={})
    crm, sent = at(connect(URL, rate=6)), []
    for _ in range(5):
        crm.get("/x")
        sent.append(clock.now)
    assert sent == pytest.approx([1000.0, 1000.2, 1000.4, 1000.6, 1000.8])


@responses.activate
def test_a_till_is_told_at_once_when_it_would_wait_too_long(connect: Connect) -> None:
    responses.get(f"{URL}/x", json={})
    gateway = connect(URL, rate=6, breaker_failures=1)
    gateway._pace._sleep = lambda seconds: None  # type: ignore[union-attr]
    crm = at(gateway)
    for _ in range(5):
        crm.get("/x")
    with pytest.raises(Throttled) as refused:
        exhausted(crm)
    assert len(responses.calls) in (5, 6)
    assert refused.value.retry_after == pytest.approx(1.1, abs=0.2)
    assert gateway.state() == "closed", "the CRM is well"


def exhausted(crm: Upstream) -> None:
    for _ in range(99):
        crm.get("/x")


class Away:
    """Shared turns that cannot be had."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, whose: str, rate: Rate, patience: float) -> float:
        self.asked += 1
        raise NoTurns


@responses.activate
def test_without_shared_turns_a_process_keeps_to_its_share(
    connect: Connect, clock: Clock
) -> None:
    responses.get(f"{URL}/x", json={})
    away, sent = Away(), []
    crm = at(connect(URL, rate=24, turns=away, processes=4))
    for _ in range(5):
        crm.get("/x")
        sent.append(clock.now)
    assert sent == pytest.approx([1000.0, 1000.2, 1000.4, 1000.6, 1000.8])
    assert away.asked == 1, "and leaves them alone for a while"
    clock.now += 5
    crm.get("/x")
    assert away.asked == 2


@responses.activate
def test_each_try_takes_a_turn(connect: Connect) -> None:
    taken = []

    def turns(whose: str, rate: Rate, patience: float) -> float:
        taken.append(whose)
        return 0.0

    responses.get(f"{URL}/x", status=500)
    responses.get(f"{URL}/x", json={})
    at(connect(URL, rate=10, turns=turns, attempts=2)).get("/x")
    assert len(taken) == 2


def test_turns_go_by_the_key_and_do_not_show_it() -> None:
    settings = UpstreamSettings(URL, HeaderAuth("apikey", Secret("k-1")))
    other: Any = replace(settings, url=f"{URL}/staging")
    assert owner(settings) == owner(other)
    third = replace(settings, auth=HeaderAuth("apikey", Secret("k-2")))
    assert owner(settings) != owner(third)
    assert "k-1" not in owner(settings)
