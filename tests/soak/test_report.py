"""What the soak's figures have to come to, for a run to pass."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.soak.history import Call, Passed
from tests.soak.report import Report, Sample, cause
from tests.soak.verdict import LOST, Verdict, Violation


def report(
    redeems: int = 100,
    verdict: Verdict | None = None,
    end: float = 80.0,
    age: float = 20.0,
    unmade: Sequence[str] = (),
) -> Report:
    history = [
        Call("redeem", "1", "jane", float(n), n + 0.1, status=200)
        for n in range(redeems)
    ]
    memory = [Sample(at, age, 80.0 if at < 50 else end) for at in range(100)]
    return Report(
        minutes=1,
        history=history,
        verdict=verdict or Verdict([], 0),
        trouble=Counter(),
        memory=memory,
        settled_in=1.0,
        machine=["a machine"],
        least=100,
        unmade=unmade,
    )


def test_passes() -> None:
    passed = report()
    assert passed.wrongs == []
    assert list(passed.lines())[-1] == "PASSED"


@pytest.mark.parametrize(
    ("failed", "why"),
    [
        (report(redeems=99), "99 redeems and undos of 100"),
        (report(end=120.0), "workers grew from 80 to 120 MB"),
        (report(age=1.0), "no worker lived long enough to see how large it is"),
        (report(unmade=["nobody was killed"]), "trouble: nobody was killed"),
        (
            report(verdict=Verdict([Violation(LOST, "a redeem")], 0)),
            "acknowledged and lost: a redeem",
        ),
    ],
)
def test_fails(failed: Report, why: str) -> None:
    assert failed.wrongs == [why]
    assert list(failed.lines())[-2:] == [f"WRONG  {why}", "FAILED"]


def test_errors_alone_do_not_pass() -> None:
    """Nothing was promised, so no promise was broken: and nothing was shown."""
    failed = report(redeems=0)
    assert failed.wrongs == ["0 redeems and undos of 100"]


def test_tells_how_long_nothing_could_be_redeemed() -> None:
    calls = [replace(one, began=one.began * 2) for one in report().history]
    halted = replace(report(), history=[*calls, replace(calls[0], ended=300.0)])
    assert halted.drought == pytest.approx(200.9)
    assert "Longest time without a redeem 200.9 s" in halted.lines()
    assert report(redeems=0).drought == math.inf


def test_tells_nginx_s_errors_from_a_bridge_s() -> None:
    said = "The CRM cannot be reached right now."
    call = Call("card", "1", "jane", 0.0, 0.1, status=503, said=said, mark="one")
    assert cause(call, None) == cause(call, Passed(503, 8080, 503)) == said
    assert cause(call, Passed(503, 8080, 502)).startswith("nginx: no bridge answers")
    late = replace(call, status=504)
    assert cause(late, Passed(504, 8080, 504)) == said
    assert cause(replace(call, hung_up=True), None) == "the till hung up"
