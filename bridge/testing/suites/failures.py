"""The failure grid: every verb, and every way in which a CRM can let it down.

Each request that a verb makes goes wrong once in each way, and the verb has to tell the
truth about it: see ``judging``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bridge.errors import BridgeError
from bridge.model import SearchKey
from bridge.testing.acts import ACTS, Act, Given
from bridge.testing.bench import Bench, Outcome, Trip
from bridge.testing.choosing import has
from bridge.testing.faults import CANARY, kinds
from bridge.testing.judging import lies_of_a_read, lies_of_a_write
from bridge.testing.suites.setting import Setting

MOST_CALLS = 12
"""Of a verb that makes more requests, the rest are pages of the same."""

EVERY_RECORD = {*vars(logging.makeLogRecord({})), "message", "asctime"}
"""What a log record has besides its message and what was logged with it."""


class Failures(Setting):
    """What becomes of each verb on a bad day."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test for each verb that the mapping offers, and each fault."""
        if "verb" in metafunc.fixturenames:
            verbs = [verb for verb in ACTS if has(self.mapping, verb)]
            metafunc.parametrize("verb", verbs)
        if "fault" in metafunc.fixturenames:
            metafunc.parametrize("fault", self.faults)

    def test_the_truth_is_told_of_failures(
        self,
        crm: Any,
        bench: Bench,
        verb: str,
        fault: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        act = ACTS[verb]
        tell = self._of_a_read if act.reads else self._of_a_write
        lies = []
        for given, outcome, told in tell(crm, bench, act, fault):
            trip = outcome.trip
            where = f"{verb}, request {trip.place + 1} ({trip.calls[trip.place]})"
            found = [*told, *_leaks(given, outcome, caplog)]
            lies += [f"{where}: {lie}" for lie in found]
            caplog.clear()
        assert not lies, "\n".join([f"when the CRM meets this with {fault}:", *lies])

    def _of_a_read(
        self, crm: Any, bench: Bench, act: Act, name: str
    ) -> Iterator[tuple[Given, Outcome, list[str]]]:
        given = act.given(bench, self.seeded(crm))
        whole = bench.attempt(act.verb, *given, trip=Trip())
        _is_well(whole, act)
        for place in range(min(len(whole.trip.calls), MOST_CALLS)):
            for fault in kinds(name, reads=True):
                outcome = bench.attempt(act.verb, *given, trip=Trip(place, fault))
                told = list(lies_of_a_read(fault, whole.value, outcome))
                yield given, outcome, told

    def _of_a_write(
        self, crm: Any, bench: Bench, act: Act, name: str
    ) -> Iterator[tuple[Given, Outcome, list[str]]]:
        given = act.given(bench, self.seeded(crm))
        whole = bench.attempt(act.verb, *given, trip=Trip())
        _is_well(whole, act)
        for place in range(min(len(whole.trip.calls), MOST_CALLS)):
            for fault in kinds(name, reads=not whole.trip.writes(place)):
                given = act.given(bench, self.seeded(crm))
                outcome = bench.attempt(act.verb, *given, trip=Trip(place, fault))
                if len(outcome.trip.calls) <= place:
                    continue  # another way this time: the request was not made
                done = act.done(bench, given) if act.done else None
                told = list(lies_of_a_write(fault, done, outcome))
                yield given, outcome, told


def _is_well(outcome: Outcome, act: Act) -> None:
    if isinstance(outcome.error, BridgeError):
        pytest.skip(f"{act.verb} does not even work on a good day: {outcome.error!r}")
    if outcome.error is not None:
        raise outcome.error
    if act.reads and not outcome.trip.calls:
        pytest.skip(f"{act.verb} makes no request: nothing can go wrong")
    assert outcome.trip.calls, f"{act.verb}: makes no request"


def _leaks(
    given: Given, outcome: Outcome, caplog: pytest.LogCaptureFixture
) -> Iterator[str]:
    """Yield where a person's data have come to that must not be there."""
    text = str(outcome.error) if isinstance(outcome.error, BridgeError) else ""
    logged = [_logged(record) for record in caplog.records]
    for whose, words in (
        ("the CRM says", CANARY.split(", ")),
        ("was sent", _in(given)),
    ):
        if any(word in text for word in words):
            yield f"the error's text repeats what {whose}, maybe about a person"
        if any(word in line for word in words for line in logged):
            yield f"a log line repeats what {whose}, maybe about a person"


def _in(given: Given) -> list[str]:
    """Return what a verb was given that is about a person; an id alone is not."""
    texts: list[Any] = []
    for one in given:
        if isinstance(one, SearchKey):
            texts.append(one.key)
        elif isinstance(one, dict):
            texts += one.values()
    return [text for text in texts if isinstance(text, str) and len(text) > 4]


def _logged(record: logging.LogRecord) -> str:
    """Return all that the bridge's log would show: texts of exceptions it does not."""
    extra = [value for name, value in vars(record).items() if name not in EVERY_RECORD]
    return f"{record.getMessage()} {extra}"
