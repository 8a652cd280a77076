"""A redeem as somebody tells it: one sentence first, then what happened, try by try.

For the journal's pages and the command line, which say the same words.  Times are UTC.
Ids and texts stand as they are, so whoever shows them has to escape them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridge.redeem.record import GIVEN_BACK, Event, Goal, Line, Redeem, State

STANDING = {
    State.WAITING: "not sent yet",
    State.SENDING: "perhaps spent",
    State.REDEEMED: "spent",
    State.UNDOING: "perhaps given back",
    State.UNDONE: "not spent",
    State.KEPT: "spent, and the CRM does not give it back",
}
"""What is known about one item, for people."""

HAPPENED = {
    "begun": "the till asked for the redeem",
    "sending": "the CRM is about to be asked to redeem it",
    "redeemed": "the CRM redeemed it",
    "refused": "the CRM refused it",
    "no answer": "the CRM gave no answer",
    "asked": "the CRM was asked about it",
    "turned": "from here on, everything is given back",
    "undoing": "the CRM is about to be asked to give it back",
    "undone": "the CRM gave it back",
    "not undone": "the CRM did not give it back",
    "kept": "it stays spent",
    "claimed": "taken over",
    "stuck": "stuck: a person has to look at it",
    "all redeemed": "everything is redeemed",
    "all undone": "nothing is spent any more",
    "asked again": "the till asked again, and got the same answer",
    "found": "found written down after all",
    "undo refused": "the undo was refused",
    "tried by hand": "tried by hand",
    "undo by hand": "undone by hand",
    "closed": "closed by hand",
    "stated": "looked up in the CRM",
}
"""What the words of the journal mean to people."""

WORKERS = {
    "recovery": "recovery",
    "the POS, again": "the till, again",
    "undo": "an undo",
    "another redeem": "a redeem that wanted the same item",
}
"""Who has taken a redeem over, by the words of the journal."""

SINGLES = ("begun", "tried by hand", "undo by hand", "asked again", "closed")
"""With these somebody new begins in any case."""

LISTED = 3
"""How many items a sentence names one by one."""


@dataclass
class Try:
    """One worker's go at a redeem: the till's first, then whoever took it over."""

    number: int
    events: list[Event] = field(default_factory=list)

    @property
    def who(self) -> str:
        """Who it was: a person's name, or what part of the bridge, for whom."""
        for event in self.events:
            if event.by:
                return event.by
            if event.what == "claimed":
                return WORKERS.get(event.text, event.text)
        first = self.events[0].what
        return {"begun": "the till", "asked again": "the till, again"}.get(
            first, "an undo"
        )

    @property
    def began(self) -> float:
        """When the first of its calls or events began; Unix seconds."""
        return min(began(event) for event in self.events)

    @property
    def ended(self) -> float:
        """When the last thing happened in it; Unix seconds."""
        return max(event.at for event in self.events)


def began(event: Event) -> float:
    """Return when something began that took its time."""
    return event.at - (event.took_ms or 0) / 1000


def tries(events: Sequence[Event]) -> list[Try]:
    """Return what happened, oldest first: a new try for each who took it over."""
    found: list[Try] = []
    for event in events:
        if not found or _opens(event, found[-1]):
            found.append(Try(len(found) + 1))
        found[-1].events.append(event)
    return found


def _opens(event: Event, current: Try) -> bool:
    if event.what in SINGLES:
        return True
    if not (_announces(event) or event.what in ("claimed", "undo refused")):
        return False
    return not all(_announces(earlier) for earlier in current.events)


def _announces(event: Event) -> bool:
    """Whether somebody tells this before claiming the redeem."""
    turned_anew = event.text == "interrupted" or event.text.startswith(GIVEN_BACK)
    return event.what in ("tried by hand", "undo by hand") or (
        event.what == "turned" and turned_anew
    )


def happened(event: Event) -> str:
    """Say what happened, with the words that were written down about it."""
    words = HAPPENED.get(event.what, event.what)
    text = WORKERS.get(event.text, event.text)
    return f"{words}: {text}" if text else words


def item_name(line: Line) -> str:
    """Name an item: what it is, and the CRM's id."""
    return f"{line.kind.value.replace('_', ' ')} {line.item_id}"


def moment(at: float) -> str:
    """Write a Unix time, as ``2026-11-24 12:03:11 UTC``."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"


def next_try(redeem: Redeem, now: float) -> float:
    """Return when recovery looks at an open redeem again; 0 where it need not."""
    if redeem.settled:
        return 0.0
    return redeem.lease_until if redeem.running(now) else redeem.due_at


def sentence(redeem: Redeem, events: Sequence[Event], now: float) -> str:
    """Say how a redeem stands: what is spent, why, and since when."""
    if redeem.closed_by:
        found = standing(redeem, events)
        when = moment(redeem.settled_at)
        return f"Closed by hand: {found}, as {redeem.closed_by} found out; {when}."
    if redeem.settled:
        told = redeem.goal is Goal.REDEEMED
        return _spent(redeem) if told else _undone(redeem, events)
    if redeem.running(now):
        return f"At work right now: {standing(redeem)}."
    if redeem.stuck:
        return f"Stuck, a person has to look at it: {standing(redeem)}."
    return f"Not finished, it is tried again by itself: {standing(redeem)}."


def standing(redeem: Redeem, events: Sequence[Event] = ()) -> str:
    """Say what is known about the items: each of a few, or so many of each kind."""
    words = [STANDING[line.state] for line in redeem.lines]
    for event in events:
        if event.what == "stated" and redeem.closed_by:
            words[event.line or 0] = event.text
    if len(words) <= LISTED:
        named = zip(redeem.lines, words, strict=True)
        return "; ".join(f"{item_name(line)} is {word}" for line, word in named)
    return "; ".join(f"{count} items: {word}" for word, count in Counter(words).items())


def _spent(redeem: Redeem) -> str:
    count = len(redeem.lines)
    items = "The item is" if count == 1 else f"All {count} items are"
    again = {0: "", 1: "; the till asked once more and got the same answer"}.get(
        redeem.answers, f"; the till asked {redeem.answers} more times, as one redeem"
    )
    return f"{items} spent since {moment(redeem.settled_at)}{again}."


def _undone(redeem: Redeem, events: Sequence[Event]) -> str:
    refused = [event.line for event in events if event.what == "refused"]
    why = redeem.reason.rstrip(".") or "it was given up"
    if redeem.reason == "interrupted":
        why = "it was interrupted before the till had its answer"
    elif refused and not redeem.given_back:
        lines = [redeem.lines[number or 0] for number in dict.fromkeys(refused)]
        why = f"the CRM refused {' and '.join(map(item_name, lines[:LISTED]))}"
    elif redeem.given_back:
        return f"Nothing is spent: {why}, {moment(redeem.settled_at)}."
    return f"Nothing is spent: {why}; undone {moment(redeem.settled_at)}."
