"""Whether the journal and the CRM say the same about settled redeems.

Only asks, and changes nothing, in the CRM or in the journal.  Each item is asked about
under its own redeem's reference: what another redeem has done with it since is that
redeem's business.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Table

from bridge.deadline import Clock, Deadline
from bridge.errors import BridgeError
from bridge.mapping import Mapping, redeems
from bridge.redeem.desk.verdict import Judged, Verdict
from bridge.redeem.journal.journal import Journal
from bridge.redeem.kernel.outcome import trusted
from bridge.redeem.kernel.parts import Part, parts
from bridge.redeem.record import IN_DOUBT, Line, Redeem, State
from bridge.site import Site

SPENT = (State.REDEEMED, State.KEPT)

PATIENCE_SECONDS = 10.0
"""How long one question may take, with what it takes to ask again."""


class Pace:
    """Lets through so many a second, evenly; the first one at once."""

    def __init__(
        self,
        per_second: float,
        clock: Clock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.apart = 1 / per_second
        self.clock = clock
        self.pause = pause
        self.next_at = clock()

    def wait(self) -> None:
        """Return when the next one may go."""
        if (early := self.next_at - self.clock()) > 0:
            self.pause(early)
        self.next_at = max(self.clock(), self.next_at) + self.apart


class Audit:
    """Compares redeems, one question to the CRM after the other."""

    def __init__(self, journal: Journal, sites: Table[str, Site], pace: Pace) -> None:
        self.journal = journal
        self.sites = sites
        self.pace = pace

    def judge(self, found: Iterable[Redeem]) -> Iterator[Judged]:
        """Yield a verdict on each item of each redeem.

        Raise ``JournalError`` when the journal goes away.
        """
        for redeem in found:
            yield from self._judged(redeem)

    def _judged(self, redeem: Redeem) -> Iterator[Judged]:
        site = self.sites.get(redeem.site)
        if why := _why_not(redeem, site):
            yield from _not_asked(redeem, redeem.lines, why)
            return
        assert site is not None
        for number in range(len(parts(redeem, _mapping(site, redeem)))):
            # A mapping's deadline runs from when it is made: one for each question.
            self.pace.wait()
            part = parts(redeem, _mapping(site, redeem))[number]
            yield from self._compared(part)

    def _compared(self, part: Part) -> Iterator[Judged]:
        redeem = part.redeem
        try:
            spent = trusted(part.find) is not None
        except BridgeError as error:
            for line in part.lines:
                yield Judged(redeem, line, Verdict.NO_ANSWER, error.for_support)
            return
        verdicts = _verdicts(part, spent)
        if any(verdict.disagrees for verdict in verdicts) and self._changed(redeem):
            yield from _not_asked(redeem, part.lines, "it has changed meanwhile")
            return
        for line, verdict in zip(part.lines, verdicts, strict=True):
            why = "" if verdict is not Verdict.NOT_ASKED else "nobody knows its state"
            yield Judged(redeem, line, verdict, why)

    def _changed(self, redeem: Redeem) -> bool:
        """Whether it has changed since it was read: an undo, a moment ago."""
        now = self.journal.load(redeem.redeem_id)
        return now is None or now.version != redeem.version


def _why_not(redeem: Redeem, site: Site | None) -> str:
    if not redeem.settled:
        return "it is open: recovery is not done with it"
    if site is None:
        return f"its site is not in the configuration: {redeem.site}"
    if not redeems(site.mapping_class):
        return f"the mapping of its site cannot redeem: {redeem.site}"
    return ""


def _not_asked(redeem: Redeem, lines: Iterable[Line], why: str) -> Iterator[Judged]:
    for line in lines:
        yield Judged(redeem, line, Verdict.NOT_ASKED, why)


def _mapping(site: Site, redeem: Redeem) -> Mapping:
    return site.mapping(redeem.context, Deadline(PATIENCE_SECONDS))


def _verdicts(part: Part, spent: bool) -> list[Verdict]:
    """Compare what the journal says of each line with the CRM's one answer.

    Of many lines at once the CRM says whether *all* are spent.  If they are not, any of
    those that the journal calls spent may be the one; but where the journal itself does
    not call all of them spent, that is just what it says.
    """
    said = [line.state in SPENT for line in part.lines]
    if not spent and not all(said):
        said = [False] * len(said)
    return [
        _verdict(line, its, spent) for line, its in zip(part.lines, said, strict=True)
    ]


def _verdict(line: Line, said: bool, spent: bool) -> Verdict:
    if line.state in IN_DOUBT:  # closed by hand by somebody who could not tell either
        return Verdict.NOT_ASKED
    if said == spent:
        return Verdict.AGREES
    return Verdict.SPENT if spent else Verdict.NOT_SPENT
