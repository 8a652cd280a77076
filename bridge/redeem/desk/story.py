"""A redeem as somebody tells it: one sentence first, then what happened, try by try.

For the journal's pages and the command line, which say the same words, to a reader.
Ids and texts stand as they are, so whoever shows them has to escape them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.language import ENGLISH, Reader, _
from bridge.redeem.desk.phrases import (
    CALLS,
    ENDINGS,
    GROUPS,
    HAPPENED,
    KINDS,
    REASONS,
    SAID,
    STANDING,
    STATES,
    WORKERS,
)
from bridge.redeem.record import TELLS, Event, Goal, Line, Redeem, Why

SINGLES = ("begun", "tried by hand", "undo by hand", "asked again", "closed", "checked")
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
        known = {"begun": "till", "asked again": "till again"}
        return WORKERS[known.get(first, "undo")]

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
    if event.what in TELLS:  # the till's whole wait, which is no call of this try
        return event.at
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
    turned_anew = event.text in (Why.INTERRUPTED, Why.GIVEN_BACK)
    return event.what in ("tried by hand", "undo by hand") or (
        event.what == "turned" and turned_anew
    )


def happened(event: Event, to: Reader = ENGLISH) -> str:
    """Say what happened, with what was written down about it."""
    if event.what in TELLS:
        return _answered(event, to)
    words, more = phrase(event, to), detail(event, to)
    return f"{words}: {more}" if more else words


def phrase(event: Event, to: Reader = ENGLISH) -> str:
    """Say what happened, and nothing about it."""
    call, _colon, why = event.what.rpartition(": ")
    if why in HAPPENED:
        return to.say(HAPPENED[why])
    came_to = to.say(REASONS.get(why, why))
    return f"{to.say(CALLS[call])}: {came_to}" if call in CALLS else came_to


def detail(event: Event, to: Reader = ENGLISH) -> str:
    """Say what was written down about what happened; "" for nothing."""
    text = event.text
    if event.what == "turned":
        return to.say(REASONS.get(text, text))
    if event.what in ("asked", "stated"):
        return to.say(SAID.get(text, text))
    if event.what == "stuck":
        return ""
    return to.say(WORKERS.get(text, text) if event.what == "claimed" else text)


def _answered(event: Event, to: Reader) -> str:
    words = to.say(HAPPENED[event.what])
    text = to.say(event.text) if event.text else to.say(_("all is well"))
    said = f"{words}: {event.status}, {text}"
    if event.gone_ms is None:
        return said
    seconds = f"{event.gone_ms / 1000:.1f}"
    gone = to.say(_("but it had hung up {seconds} s before"), seconds=seconds)
    return f"{said} – {gone}"


def item_name(line: Line, to: Reader = ENGLISH) -> str:
    """Name an item: what it is, and the CRM's id."""
    return f"{to.say(KINDS[line.kind])} {line.item_id}"


def how(redeem: Redeem, to: Reader = ENGLISH) -> str:
    """Say in a few words how a redeem ended, or that it is open."""
    if redeem.settled:
        return to.say(ENDINGS.get(redeem.ending, redeem.ending))
    return to.say(STATES["stuck" if redeem.stuck else "open"])


def tone(redeem: Redeem) -> str:
    """Return what a redeem counts as: a group of endings, ``open`` or ``stuck``."""
    if not redeem.settled:
        return "stuck" if redeem.stuck else "open"
    return next((name for name, of in GROUPS.items() if redeem.ending in of), "trouble")


def answers(events: Sequence[Event]) -> list[Event]:
    """Return what the till was told, oldest first."""
    return [event for event in events if event.what in TELLS]


def unheard(redeem: Redeem, events: Sequence[Event]) -> bool:
    """Whether something is spent that no till was told of, because it had hung up."""
    told = [event for event in answers(events) if event.what == "answered"]
    success = redeem.settled and redeem.goal is Goal.REDEEMED
    return success and bool(told) and all(one.gone_ms is not None for one in told)


def next_try(redeem: Redeem, now: float) -> float:
    """Return when recovery looks at an open redeem again; 0 where it need not."""
    if redeem.settled:
        return 0.0
    return redeem.lease_until if redeem.running(now) else redeem.due_at


def sentence(
    redeem: Redeem, events: Sequence[Event], now: float, to: Reader = ENGLISH
) -> str:
    """Say how a redeem stands: what is spent, why, and since when."""
    known = {"standing": standing(redeem, events, to), "who": redeem.closed_by}
    if redeem.closed_by:
        said = _("Closed by hand: {standing}, as {who} found out; {when}.")
        return to.say(said, when=to.moment(redeem.settled_at), **known)
    if redeem.settled:
        told = redeem.goal is Goal.REDEEMED
        return (_spent if told else _undone)(redeem, events, to)
    if redeem.running(now):
        return to.say(_("At work right now: {standing}."), **known)
    if redeem.stuck:
        said = _("Stuck, a person has to look at it: {standing}.")
        return to.say(said, **known)
    return to.say(_("Not finished, it is tried again by itself: {standing}."), **known)


def standing(redeem: Redeem, events: Sequence[Event] = (), to: Reader = ENGLISH) -> str:
    """Say what is known about the items: each of a few, or so many of each kind."""
    words = [to.say(STANDING[line.state]) for line in redeem.lines]
    for event in events:
        if event.what == "stated" and redeem.closed_by:
            words[event.line or 0] = to.say(SAID[event.text])
    if len(words) <= LISTED:
        said = _("{item} is {standing}")
        named = zip(redeem.lines, words, strict=True)
        return "; ".join(
            to.say(said, item=item_name(line, to), standing=word)
            for line, word in named
        )
    counted = Counter(words).items()
    one, many = "{number} item: {standing}", "{number} items: {standing}"
    return "; ".join(to.count(one, many, n, standing=word) for word, n in counted)


def _spent(redeem: Redeem, events: Sequence[Event], to: Reader) -> str:
    when = to.moment(redeem.settled_at)
    said = to.count(
        "The item has been spent since {when}.",
        "All {number} items have been spent since {when}.",
        len(redeem.lines),
        when=when,
    )
    if redeem.answers:
        said += " " + to.count(
            "The till asked once more and got the same answer.",
            "The till asked {number} more times, as one redeem.",
            redeem.answers,
        )
    if unheard(redeem, events):
        said += " " + to.say(_("The till had hung up before it was told."))
    return said


def _undone(redeem: Redeem, events: Sequence[Event], to: Reader) -> str:
    known = {"when": to.moment(redeem.settled_at), "who": redeem.reason}
    if redeem.given_back:
        by_till = _("Nothing is spent: given back when the till asked for it, {when}.")
        by_person = _("Nothing is spent: given back by {who}, {when}.")
        return to.say(by_person if redeem.reason else by_till, **known)
    failed = [e.line for e in events if e.what == redeem.why and e.line is not None]
    lines = [redeem.lines[number] for number in dict.fromkeys(failed)][:LISTED]
    items = ", ".join(item_name(line, to) for line in lines)
    if redeem.why == Why.REFUSED and items:
        said = _("Nothing is spent: the CRM refused {items}; {when}.")
        return to.say(said, items=items, **known)
    other = next((event.text for event in events if event.what == "in the way"), "")
    if redeem.why == Why.HELD and other:
        said = _("Nothing was sent: redeem {other} had one of the items; {when}.")
        return to.say(said, other=other[:8], **known)
    why = to.say(REASONS.get(redeem.why, redeem.why) or _("it was given up"))
    return to.say(_("Nothing is spent: {why}; {when}."), why=why, **known)
