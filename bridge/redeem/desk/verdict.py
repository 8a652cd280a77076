"""What became of comparing an item with the CRM.  Knows no CRM: ``audit`` asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bridge.redeem.record import Line, Redeem


class Verdict(StrEnum):
    """What became of the comparison of one item."""

    AGREES = "agrees"
    NOT_SPENT = "the journal says spent, the CRM says not spent"
    SPENT = "the journal says not spent, the CRM says spent"
    NO_ANSWER = "the CRM did not say"
    NOT_ASKED = "not asked"

    @property
    def disagrees(self) -> bool:
        """Whether somebody has to look at it."""
        return self in (Verdict.NOT_SPENT, Verdict.SPENT)


@dataclass(frozen=True)
class Judged:
    """One item of one redeem, compared."""

    redeem: Redeem
    line: Line
    verdict: Verdict
    why: str = ""
    """Why it was not asked, or what came instead of an answer."""

    @property
    def ref(self) -> str:
        """Under what the CRM was asked about it."""
        return self.redeem.ref(self.line)
