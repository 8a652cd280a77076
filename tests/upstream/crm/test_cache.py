"""The kept catalogue: read once, served stale, one refresh at a time."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bridge.deadline import Deadline
from bridge.errors import Missing, Unavailable, Unsupported
from bridge.metrics import STALE_ANSWERS
from bridge.upstream import Cache
from tests.upstream.conftest import Clock, lasting


class Catalogue:
    """Something to read, which counts how often it is read."""

    def __init__(self) -> None:
        self.reads = 0
        self.failure: Exception | None = None
        self._begun, self._over = threading.Event(), threading.Event()
        self._over.set()

    def __call__(self) -> str:
        self.reads += 1
        version = f"v{self.reads}"
        self._begun.set()
        self._over.wait(20)
        if self.failure:
            raise self.failure
        return version

    def hang(self) -> tuple[threading.Event, threading.Event]:
        """Hang from now on; return when that has begun, and what ends it."""
        self._begun.clear()
        self._over.clear()
        return self._begun, self._over


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def cache(clock: Clock) -> Cache:
    return Cache("north", 300, clock)


def stale_answers(what: str) -> Any:
    return STALE_ANSWERS.labels("north", what)._value.get()


def test_it_is_read_once_until_its_time_is_over(
    cache: Cache, catalogue: Catalogue, clock: Clock
) -> None:
    assert cache.cached("consents", catalogue) == "v1"
    clock.now += 299
    assert cache.cached("consents", catalogue) == "v1"
    clock.now += 2
    assert cache.cached("consents", catalogue) == "v2"


def test_parts_are_kept_apart(cache: Cache, catalogue: Catalogue) -> None:
    assert cache.cached("consents", catalogue) == "v1"
    assert cache.cached("options", catalogue) == "v2"


def test_it_is_served_stale_while_the_crm_is_down(
    cache: Cache, catalogue: Catalogue, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache.cached("consents", catalogue)
    clock.now += 86_400
    catalogue.failure = Unavailable()
    before = stale_answers("consents")
    with caplog.at_level(logging.WARNING):
        assert cache.cached("consents", catalogue) == "v1"
    assert stale_answers("consents") == before + 1
    assert [vars(one)["what"] for one in caplog.records] == ["consents"]

    catalogue.failure = None
    clock.now += 2
    assert cache.cached("consents", catalogue) == "v3"
    assert stale_answers("consents") == before + 1


def test_a_crm_that_is_down_is_not_asked_every_time(
    cache: Cache, catalogue: Catalogue, clock: Clock
) -> None:
    cache.cached("consents", catalogue)
    clock.now += 301
    catalogue.failure = Unavailable()
    for _ in range(5):
        assert cache.cached("consents", catalogue) == "v1"
    assert catalogue.reads == 2


@pytest.mark.parametrize("failure", [Unavailable(), Missing()])
def test_where_there_is_nothing_yet_the_failure_is_raised(
    cache: Cache, catalogue: Catalogue, failure: Exception
) -> None:
    catalogue.failure = failure
    with pytest.raises(type(failure)):
        cache.cached("consents", catalogue)


def test_a_failure_keeps_its_hint(cache: Cache, catalogue: Catalogue) -> None:
    catalogue.failure = Unavailable("away", retry_after=2)
    with pytest.raises(Unavailable) as raised:
        cache.cached("consents", catalogue)
    assert (raised.value.errortext, raised.value.retry_after) == ("away", 2)


def test_what_is_no_failure_of_the_crm_is_raised_though_there_is_an_old_one(
    cache: Cache, catalogue: Catalogue, clock: Clock
) -> None:
    cache.cached("consents", catalogue)
    clock.now += 301
    catalogue.failure = Unsupported()
    with pytest.raises(Unsupported):
        cache.cached("consents", catalogue)


def test_many_threads_make_one_read(cache: Cache, catalogue: Catalogue) -> None:
    meeting = threading.Barrier(8)

    def ask(_: int) -> str:
        meeting.wait(20)
        return cache.cached("consents", catalogue)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {"v1"}
    assert catalogue.reads == 1


def test_nobody_waits_for_a_refresh_where_there_is_an_old_one(
    cache: Cache, catalogue: Catalogue, clock: Clock
) -> None:
    cache.cached("consents", catalogue)
    clock.now += 301
    begun, over = catalogue.hang()
    with ThreadPoolExecutor(1) as threads:
        refresh = threads.submit(cache.cached, "consents", catalogue)
        assert begun.wait(20)
        assert cache.cached("consents", catalogue) == "v1"
        over.set()
        assert refresh.result(20) == "v2"
    assert catalogue.reads == 2


def test_nobody_waits_for_the_first_read_longer_than_there_is_time(
    cache: Cache, catalogue: Catalogue
) -> None:
    begun, over = catalogue.hang()
    with ThreadPoolExecutor(1) as threads:
        threads.submit(cache.cached, "consents", catalogue)
        assert begun.wait(20)
        with lasting(0.05), pytest.raises(Unavailable):
            cache.cached("consents", catalogue, Deadline(0.05))
        over.set()
