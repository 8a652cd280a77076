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
from bridge.testing.acts import ACTS, Act
from bridge.testing.bench import Bench, Outcome, Trip
from bridge.testing.choosing import has
from bridge.testing.faults import CANARY, kinds
from bridge.testing.judging import lies_of_a_read, lies_of_a_write
from bridge.testing.suites.setting import Setting

MOST_CALLS = 12
"""Of a verb that makes more requests, the rest are pages of the same."""


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
        for trip, outcome, told in tell(crm, bench, act, fault):
            where = f"{verb}, request {trip.place + 1} ({trip.calls[trip.place]})"
            lies += [f"{where}: {lie}" for lie in told]
            lies += [f"{where}: {leak}" for leak in _leaks(outcome, caplog)]
            caplog.clear()
        assert not lies, "\n".join([f"when the CRM meets this with {fault}:", *lies])

    def _of_a_read(
        self, crm: Any, bench: Bench, act: Act, name: str
    ) -> Iterator[tuple[Trip, Outcome, list[str]]]:
        given = act.given(bench, self.seeded(crm))
        whole = bench.attempt(act.verb, *given, trip=Trip())
        _is_well(whole, act)
        for place in range(min(len(whole.trip.calls), MOST_CALLS)):
            for fault in kinds(name, reads=True):
                outcome = bench.attempt(act.verb, *given, trip=Trip(place, fault))
                told = list(lies_of_a_read(fault, whole.value, outcome))
                yield outcome.trip, outcome, told

    def _of_a_write(
        self, crm: Any, bench: Bench, act: Act, name: str
    ) -> Iterator[tuple[Trip, Outcome, list[str]]]:
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
                yield outcome.trip, outcome, told


def _is_well(outcome: Outcome, act: Act) -> None:
    if isinstance(outcome.error, BridgeError):
        pytest.skip(f"{act.verb} does not even work on a good day: {outcome.error!r}")
    if outcome.error is not None:
        raise outcome.error
    if act.reads and not outcome.trip.calls:
        pytest.skip(f"{act.verb} makes no request: nothing can go wrong")
    assert outcome.trip.calls, f"{act.verb}: makes no request"


def _leaks(outcome: Outcome, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """Yield where a person's data have come to that must not be there."""
    text = str(outcome.error) if isinstance(outcome.error, BridgeError) else ""
    for name in CANARY.split(", "):
        if name in text:
            yield "the error's text repeats what the CRM says, maybe about a person"
        if any(name in _logged(record) for record in caplog.records):
            yield "a log line repeats what the CRM says, maybe about a person"


def _logged(record: logging.LogRecord) -> str:
    """Return all that the bridge's log would show: texts of exceptions it does not."""
    hidden = ("exc_info", "exc_text", "args", "msg")
    extra = [value for name, value in vars(record).items() if name not in hidden]
    return f"{record.getMessage()} {extra}"
