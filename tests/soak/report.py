"""The figures of a soak, and whether it passes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from tests.soak.history import Call, Passed
from tests.soak.verdict import KINDS, Verdict

SUCCESSES_A_MINUTE = 20_000 / 60
"""Redeems and undos that a run must have brought about: errors alone prove nothing."""

GROWTH = 1.25
"""How much larger a worker may be in the end than in the beginning, of the same age."""

GROWN_SECONDS = 8.0
"""So long a worker takes to load what it needs: a younger one is small."""

NO_ANSWER = {
    502: "no bridge answers, or one closed the connection",
    504: "the bridge did not answer in time",
}
"""What nginx, which itself says 503, means by the status that it gives to a bridge."""

SHOWN = 5
"""Violations of a kind that are shown."""


@dataclass(frozen=True)
class Sample:
    """The size of one worker."""

    at: float
    age: float
    megabytes: float


@dataclass
class Report:
    """What one run comes to."""

    minutes: float
    history: Sequence[Call]
    verdict: Verdict
    trouble: Counter[str]
    memory: Sequence[Sample]
    settled_in: float
    """Seconds from the last call until nothing was open."""
    machine: Sequence[str]
    least: float = SUCCESSES_A_MINUTE
    errors: Counter[str] = field(default_factory=Counter)
    """What broke in the bridges, by their logs."""
    unmade: Sequence[str] = ()
    """What kept trouble from being made."""
    load: Sequence[float] = ()
    """The machine's load average, now and then."""
    passed: Mapping[str, Passed] = field(default_factory=dict)
    """What nginx wrote down: see ``Books``."""

    @property
    def successes(self) -> int:
        return self.redeems + self.undos

    @property
    def redeems(self) -> int:
        return self._count("redeem")

    @property
    def undos(self) -> int:
        return self._count("undo")

    def _count(self, operation: str) -> int:
        return sum(
            call.operation == operation and call.status == 200 for call in self.history
        )

    @property
    def wrongs(self) -> list[str]:
        """What keeps the run from passing."""
        found = [f"{one.kind}: {one.what}" for one in self.verdict.violations]
        if self.successes < self.least * self.minutes:
            wanted = round(self.least * self.minutes)
            found.append(f"{self.successes} redeems and undos of {wanted}")
        found += [f"trouble: {one}" for one in self.unmade]
        early, late = self.sizes
        if math.isinf(early):
            found.append("no worker lived long enough to see how large it is")
        elif late > GROWTH * early:
            found.append(f"workers grew from {early:.0f} to {late:.0f} MB")
        return found

    @property
    def sizes(self) -> tuple[float, float]:
        """The median size of workers in the first and the last third, in MB."""
        grown = [one for one in self.memory if one.age > GROWN_SECONDS]
        third = len(grown) // 3
        sizes = [one.megabytes for one in grown]
        return (
            median(sizes[:third] or [math.inf]),
            median(sizes[-third:] or [math.inf]),
        )

    @property
    def drought(self) -> float:
        """For how many seconds at most no till was told that anything is redeemed."""
        told = sorted(
            call.ended
            for call in self.history
            if call.operation == "redeem" and call.status == 200
        )
        return max((late - early for early, late in pairwise(told)), default=math.inf)

    def lines(self) -> Iterator[str]:
        """Say it all."""
        calls = len(self.history)
        slowest = max((call.took for call in self.history), default=0.0)
        early, late = self.sizes
        yield f"{self.minutes:g} minutes, {calls} calls of tills"
        yield f"  redeemed           {self.redeems}"
        yield f"  undone             {self.undos}"
        yield f"  at least wanted    {self.least * self.minutes:.0f} of both"
        yield "Promises broken"
        for kind in KINDS:
            yield f"  {self.verdict.count(kind):>6}  {kind}"
        yield "Spent, and no till was told"
        yield f"  {self.verdict.cut_off:>6}  its worker was killed before it could"
        yield f"  {self.verdict.crossed:>6}  the till hung up while it did"
        yield f"Slowest answer {slowest:.1f} s; settled {self.settled_in:.0f} s after"
        yield f"Longest time without a redeem {self.drought:.1f} s"
        yield f"Workers: {early:.0f} MB in the first third, {late:.0f} MB in the last"
        yield "Trouble made"
        for what, times in sorted(self.trouble.items()):
            yield f"  {times:>6}  {what}"
        yield "Answers"
        yield from _by_operation(self.history)
        yield "Failed requests by cause"
        for what, times in self._causes().most_common():
            yield f"  {times:>6}  {what}"
        if self.errors:
            yield "What broke, by the logs"
            for what, times in self.errors.most_common(20):
                yield f"  {times:>6}  {what}"
        if self.load:
            yield f"Load average {median(self.load):.1f}, at most {max(self.load):.1f}"
        yield from self.machine
        yield from self._wrong_lines()

    def _causes(self) -> Counter[str]:
        return Counter(
            f"{call.status or 'no answer'}  {cause(call, self.passed.get(call.mark))}"
            for call in self.history
            if call.status not in (200, 201)
        )

    def _wrong_lines(self) -> Iterator[str]:
        shown: Counter[str] = Counter()
        for wrong in self.wrongs:
            kind = wrong.partition(":")[0]
            shown[kind] += 1
            if shown[kind] <= SHOWN:
                yield f"WRONG  {wrong}"
        yield "FAILED" if self.wrongs else "PASSED"


def cause(call: Call, passed: Passed | None) -> str:
    """Return what an answer, or the want of one, was due to."""
    if call.hung_up:
        return "the till hung up"
    if call.status == 503 and passed and passed.upstream_status in NO_ANSWER:
        return f"nginx: {NO_ANSWER[passed.upstream_status]}"
    return call.said


def _by_operation(history: Sequence[Call]) -> Iterator[str]:
    for operation in sorted({call.operation for call in history}):
        its = [call for call in history if call.operation == operation]
        statuses = Counter(call.status for call in its)
        took = sorted(call.took for call in its if call.status)
        p50, p99 = (_at(took, share) * 1000 for share in (0.5, 0.99))
        counts = ", ".join(f"{status}: {n}" for status, n in sorted(statuses.items()))
        yield f"  {operation:<18}  p50 {p50:>5.0f} ms  p99 {p99:>5.0f} ms  {counts}"


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
