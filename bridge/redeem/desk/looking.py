"""What the CRM says about the items of a redeem, asked on behalf of a person.

Changes nothing in the journal.  Of many items at once, a CRM only says whether *all* of
them are spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.deadline import Deadline
from bridge.errors import BridgeError
from bridge.language import _
from bridge.mapping import redeems
from bridge.redeem.desk.asked import Found
from bridge.redeem.kernel.outcome import trusted
from bridge.redeem.kernel.parts import Part, parts
from bridge.redeem.record import IN_DOUBT, Line, Redeem, State
from bridge.site import Site


@dataclass(frozen=True)
class Seen:
    """What the CRM said about one item."""

    line: Line
    found: Found
    why: str = ""
    """Why it is unknown, for support."""

    what: str = "asked"
    """What happened, in the journal's words."""

    def contradicts(self, said: Found) -> bool:
        """Whether somebody says what the CRM denies; to be unsure is no such thing."""
        return Found.UNKNOWN not in (self.found, said) and self.found is not said

    @property
    def agrees(self) -> bool | None:
        """Whether the journal says the same; ``None`` where one of them cannot tell."""
        states = {
            State.REDEEMED: Found.SPENT,
            State.KEPT: Found.SPENT,
            State.UNDONE: Found.NOT_SPENT,
        }
        known = states.get(self.line.state, Found.UNKNOWN)
        if Found.UNKNOWN in (known, self.found):
            return None
        return known is self.found


NOT_CONFIGURED = _("The site of this redeem is not in the configuration.")
SOME_SPENT = _("Not all of the items are spent: the CRM does not say which.")


def look(redeem: Redeem, site: Site | None, deadline: Deadline) -> list[Seen]:
    """Ask about every item, in the order of the lines."""
    if site is None or not redeems(site.mapping_class):
        return [Seen(line, Found.UNKNOWN, NOT_CONFIGURED) for line in redeem.lines]
    mapping = site.mapping(redeem.context, deadline)
    return [seen for part in parts(redeem, mapping) for seen in _looked_up(part)]


def may_change(redeem: Redeem, since: float) -> bool:
    """Whether a call was sent later than that of which nobody knows the effect."""
    doubtful = (line for line in redeem.lines if line.state in IN_DOUBT)
    return any(line.sent_at > since for line in doubtful)


def _looked_up(part: Part) -> Sequence[Seen]:
    try:
        spent = trusted(part.find) is not None
    except BridgeError as error:
        what, why = f"asked: {error.what}", error.for_support
        return [Seen(line, Found.UNKNOWN, why, what) for line in part.lines]
    if not spent and len(part.lines) > 1:
        return [Seen(line, Found.UNKNOWN, SOME_SPENT) for line in part.lines]
    found = Found.SPENT if spent else Found.NOT_SPENT
    return [Seen(line, found) for line in part.lines]
