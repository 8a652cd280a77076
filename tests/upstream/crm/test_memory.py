"""What a mapping keeps from one request to the next: a login, say."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.errors import Unavailable
from tests.upstream.conftest import Clock, Connect, at

URL = "https://crm.example/api"


def test_the_next_request_need_not_ask_again(connect: Connect, clock: Clock) -> None:
    gateway, asked = connect(URL), []

    def sign_in() -> str:
        asked.append(1)
        return f"session {len(asked)}"

    for _ in range(2):
        assert at(gateway).keep("session", sign_in, seconds=60) == "session 1"
    clock.now += 61
    assert at(gateway).keep("session", sign_in, seconds=60) == "session 2"


def test_what_is_no_good_any_more_is_forgotten_once(connect: Connect) -> None:
    """Many requests hear at once that the session has ended: one signs in anew."""
    gateway, asked = connect(URL), []

    def sign_in() -> str:
        asked.append(1)
        return f"session {len(asked)}"

    old = at(gateway).keep("session", sign_in, seconds=60)
    for _ in range(3):
        at(gateway).forget("session", old)
        assert at(gateway).keep("session", sign_in, seconds=60) == "session 2"


def test_each_name_and_each_site_has_its_own(connect: Connect) -> None:
    gateway = connect(URL)
    assert at(gateway).keep("a", lambda: 1, seconds=60) == 1
    assert at(gateway).keep("b", lambda: 2, seconds=60) == 2
    assert at(connect(URL)).keep("a", lambda: 3, seconds=60) == 3


def test_of_many_at_once_one_asks(connect: Connect) -> None:
    gateway, asked, gate = connect(URL), [], threading.Barrier(8)

    def sign_in() -> str:
        asked.append(1)
        return "session"

    def request(_: int) -> str:
        gate.wait()
        return at(gateway).keep("session", sign_in, seconds=60)

    with ThreadPoolExecutor(8) as pool:
        assert {*pool.map(request, range(8))} == {"session"}
    assert asked == [1]


def test_a_failure_is_not_kept_for_long(connect: Connect, clock: Clock) -> None:
    gateway = connect(URL)

    def away() -> str:
        raise Unavailable

    with pytest.raises(Unavailable):
        at(gateway).keep("session", away, seconds=60)
    clock.now += 2
    assert at(gateway).keep("session", lambda: "session", seconds=60) == "session"
