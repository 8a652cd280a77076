from __future__ import annotations

import pytest

from bridge import throttle
from bridge.throttle import FAILURES, Throttle, counted_as


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fail(throttled: Throttle, address: str, times: int) -> None:
    for _ in range(times):
        throttled.failed(address)


def test_a_few_failures_are_forgiven(clock):
    throttled = Throttle(clock)
    fail(throttled, "192.0.2.1", FAILURES - 1)
    assert throttled.wait("192.0.2.1") == 0


def test_too_many_failures_have_to_wait_out_their_minute(clock):
    throttled = Throttle(clock)
    fail(throttled, "192.0.2.1", FAILURES)
    clock.now += 20
    assert throttled.wait("192.0.2.1") == pytest.approx(40)
    clock.now += 40
    assert throttled.wait("192.0.2.1") == 0


def test_failing_on_while_waiting_does_not_make_it_longer(clock):
    throttled = Throttle(clock)
    fail(throttled, "192.0.2.1", FAILURES)
    clock.now += 50
    fail(throttled, "192.0.2.1", FAILURES)
    assert throttled.wait("192.0.2.1") == pytest.approx(10)


def test_who_goes_on_guessing_has_to_wait_again(clock):
    throttled = Throttle(clock)
    for _ in range(3):
        fail(throttled, "192.0.2.1", FAILURES)
        assert throttled.wait("192.0.2.1") == pytest.approx(60)
        clock.now += 60


def test_a_new_minute_begins_with_no_failures(clock):
    throttled = Throttle(clock)
    fail(throttled, "192.0.2.1", FAILURES - 1)
    clock.now += 61
    throttled.failed("192.0.2.1")
    assert throttled.wait("192.0.2.1") == 0


def test_whoever_makes_one_says_how_many_are_forgiven(clock):
    throttled = Throttle(clock, failures=2)
    fail(throttled, "192.0.2.1", 1)
    assert throttled.wait("192.0.2.1") == 0
    fail(throttled, "192.0.2.1", 1)
    assert throttled.wait("192.0.2.1") == pytest.approx(60)


def test_another_address_is_not_held_up(clock):
    throttled = Throttle(clock)
    fail(throttled, "192.0.2.1", FAILURES)
    assert throttled.wait("192.0.2.2") == 0


def test_memory_is_bounded_whoever_asks(clock, monkeypatch):
    monkeypatch.setattr(throttle, "ADDRESSES", 3)
    throttled = Throttle(clock)
    for last in range(100):
        throttled.failed(f"192.0.2.{last}")
    assert len(throttled._failures) == 3


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a name", "a name"),
    ],
)
def test_a_whole_network_of_ipv6_is_one_address(address, counted):
    assert counted_as(address) == counted


def test_another_address_of_ones_network_gains_nothing(clock):
    throttled = Throttle(clock)
    for number in range(FAILURES):
        throttled.failed(f"2001:db8:1:2::{number:x}")
    assert throttled.wait("2001:db8:1:2:ffff::1") > 0
    assert throttled.wait("2001:db8:1:3::1") == 0
