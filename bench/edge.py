"""One card through every candidate: what it adds for one till, and what it carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.candidates import CANDIDATES, CARD, CUSTOMER, Missing
from bench.figures import Chapter, Figure, at_least, at_most, middle, percentile
from bench.load import Call, Shift, Target, Till, answer_of, one_after_another
from bench.programs import stub

ROUNDS = 5
ONE_TILL_CALLS = 80
MANY_TILLS = 64
SECONDS = 3.0

UNCHANGED = ("direct", "nginx")
"""They hand the CRM's answer on; all others must answer the same."""


@dataclass
class Score:
    """One candidate's figures, round by round; milliseconds and calls a second."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    throughput: list[float] = field(default_factory=list)
    busy_p99: list[float] = field(default_factory=list)

    def measure(self, target: Target) -> None:
        """Play one round."""
        alone = milliseconds(one_after_another(target, ONE_TILL_CALLS))
        busy = Shift([Till(target) for _ in range(MANY_TILLS)], SECONDS).work()
        self.p50.append(percentile(alone, 0.5))
        self.p99.append(percentile(alone, 0.99))
        self.throughput.append(len(busy) / SECONDS)
        self.busy_p99.append(percentile(milliseconds(busy), 0.99))


def chapters(directory: Path) -> Iterator[Chapter]:
    """Measure; ``directory`` is for what the candidates need on disk."""
    absent: list[str] = []
    with ExitStack() as stack:
        crm = stack.enter_context(stub(directory, {f"/cards/{CUSTOMER}": CARD}))
        targets = {}
        for name, start in CANDIDATES.items():
            try:
                targets[name] = stack.enter_context(start(crm.url, directory))
            except Missing as missing:
                absent.append(f"{name}: {missing}")
        _check_answers(targets)
        scores = _play(targets)
    figures = [Figure(*_row(name, score)) for name, score in scores.items()]
    figures += [Figure(text, "left out") for text in absent]
    yield Chapter("One card, 20 ms upstream", figures)
    yield Chapter("What the bridge adds", list(_verdicts(scores)))


def _check_answers(targets: Mapping[str, Target]) -> None:
    """See to it that all who translate answer the same."""
    answers = {
        name: answer_of(target)
        for name, target in targets.items()
        if name not in UNCHANGED
    }
    for name, answer in answers.items():
        assert answer == answers["bare Flask view"], f"{name} answers something else"


def _play(targets: Mapping[str, Target]) -> dict[str, Score]:
    for target in targets.values():
        Shift([Till(target) for _ in range(MANY_TILLS)], 1.0).work()
    scores = {name: Score() for name in targets}
    for _ in range(ROUNDS):
        for name, target in targets.items():
            scores[name].measure(target)
    return scores


def _row(name: str, score: Score) -> tuple[str, str]:
    one = f"p50 {middle(score.p50):.1f}, p99 {middle(score.p99):.1f} ms"
    many = f"{middle(score.throughput):,.0f}/s, p99 {middle(score.busy_p99):,.0f} ms"
    return name, f"{one}; {many}"


def _verdicts(scores: Mapping[str, Score]) -> Iterator[Figure]:
    direct, bridge = scores["direct"], scores["the bridge"]
    added = middle(bridge.p50) - middle(direct.p50)
    yield at_most("added for one till, p50", added, 2.0, "ms", 2)
    added = middle(bridge.p99) - middle(direct.p99)
    yield at_most("added for one till, p99", added, 6.0, "ms", 2)
    for name, limit in {"Node-RED": 1.2, "bare Flask view": 0.8}.items():
        if name in scores:
            # Within a round they ran side by side, so the noise was the same.
            pairs = zip(bridge.throughput, scores[name].throughput, strict=True)
            ratio = middle([ours / theirs for ours, theirs in pairs])
            yield at_least(f"throughput against {name}", ratio, limit, "times", 2)


def milliseconds(calls: list[Call]) -> list[float]:
    """Return how long the calls took; every one of them must have been answered."""
    assert all(call.status == 200 for call in calls)
    return [1000 * call.took for call in calls]
