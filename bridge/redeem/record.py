"""What the journal remembers about one redeem.

A redeem has a *goal* and each of its lines, one an item, has a *state*; whatever lies
between them is work left to do.  A crash is therefore never a special case, only an
open gap.  Times are Unix seconds.  Nothing here is personal: ids of the CRM, of stores,
staff and registers, and the bridge's own words.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.model import Context, Item, ItemKind, Receipt


class Goal(StrEnum):
    """Where a redeem is heading."""

    REDEEMED = "redeemed"
    UNDONE = "undone"


class State(StrEnum):
    """What is known about one item."""

    #: nothing has been sent
    WAITING = "waiting"
    #: about to be sent, or sent: the answer has not been written down
    SENDING = "sending"
    #: the CRM confirmed that it is spent
    REDEEMED = "redeemed"
    #: an undo is about to be sent, or was: the answer has not been written down
    UNDOING = "undoing"
    #: not spent: never sent, refused, or given back
    UNDONE = "undone"
    #: spent, wanted back, and the CRM will not give it back
    KEPT = "kept"


IN_DOUBT = (State.SENDING, State.UNDOING)


class Why(StrEnum):
    """What kept a redeem from being, or staying, redeemed."""

    #: the CRM said no
    REFUSED = "refused"
    #: nobody asked the CRM: it was left alone, or no time was left
    NOT_ASKED = "not asked"
    #: the CRM was not there
    NOT_REACHED = "not reached"
    #: the CRM did not let the bridge in
    SHUT_OUT = "shut out"
    #: the CRM wanted to be asked later
    PUT_OFF = "put off"
    #: the CRM was asked and said nothing
    NO_ANSWER = "no answer"
    #: the CRM had an error of its own, or its answer made no sense
    FAILED = "failed"
    #: another redeem had an item
    HELD = "held"
    #: an equal request was quicker
    TWIN = "twin"
    #: all went well, but too late for the till
    TOO_LATE = "too late"
    #: the till had gone before it could be told
    HUNG_UP = "hung up"
    #: whoever worked on it died
    INTERRUPTED = "interrupted"
    #: it was a success, and somebody wanted it undone
    GIVEN_BACK = "given back"


TELLS = ("answered", "undo answered")
"""An answer that was sent to the till: about the redeem, or about its undo."""

SETTLES = ("all redeemed", "all undone", "closed")
"""The last event of a redeem, unless it is undone later."""


@dataclass
class Line:
    """One item of a redeem, with what is known about it."""

    kind: ItemKind
    item_id: str
    state: State = State.WAITING
    receipt: Receipt | None = None
    #: how often it was redeemed anew after having been undone: part of its ref
    round: int = 0
    #: when the call was sent whose answer is not known
    sent_at: float = 0.0
    #: why it is not where it should be, in words for support staff
    reason: str = ""
    #: what a newer bridge has written down behind these, for it to read again
    unknown: list[object] = field(default_factory=list)

    def send_anew(self) -> None:
        """Wait for another turn, under another ref if this one may have been used."""
        self.state = State.WAITING
        self.round += bool(self.sent_at)


@dataclass
class Event:
    """One thing that happened, for people to read."""

    at: float
    what: str
    #: the line it happened to; ``None`` for the redeem as a whole
    line: int | None = None
    took_ms: int | None = None
    #: more about it: a situation, an id, or one of the journal's words
    text: str = ""
    #: the person who did it; "" for the bridge itself
    by: str = ""
    #: of an answer to the till: its HTTP status
    status: int = 0
    #: of an answer that nobody heard: how long the till had been gone, as far as known
    gone_ms: int | None = None

    @property
    def settles(self) -> bool:
        """Whether the redeem has arrived at its end with this."""
        return self.what in SETTLES


@dataclass
class Redeem:
    """One redeem id and where everything under it stands."""

    redeem_id: str
    site: str
    customer_id: str
    lines: list[Line]
    created_at: float
    store_id: str = ""
    staff_id: str = ""
    register_id: str = ""
    #: under which id the CRM holds the items, where that is not the customer's own
    holder: str = ""
    goal: Goal = Goal.REDEEMED
    #: what turned the goal to undone: one of the words of ``Why``
    why: str = ""
    #: the same in a sentence: what the till was told, or who wanted it
    reason: str = ""
    #: the HTTP status that went with the reason; 0 where there was no answer
    status: int = 0
    #: how often recovery has tried
    attempts: int = 0
    stuck: bool = False
    #: until when a worker works on it; 0 when nobody does
    lease_until: float = 0.0
    #: how many workers have taken it over from another one
    claims: int = 0
    #: when it is due again, while it is open and nobody works on it
    due_at: float = 0.0
    settled_at: float = 0.0
    #: when it was opened again, to be undone after it had been a success
    turned_at: float = 0.0
    #: how many equal requests are given this redeem's success again
    answers: int = 0
    #: their marks, with spaces between: none is counted twice
    asked: str = ""
    #: whether who made it a success was not told: then only those others are
    unheard: bool = False
    #: who closed it by hand
    closed_by: str = ""
    #: what a newer bridge has written down beside these, for it to read again
    unknown: dict[str, object] = field(default_factory=dict)
    version: int = field(default=0, compare=False)
    #: what happened since the last save
    news: list[Event] = field(default_factory=list, compare=False)

    @classmethod
    def begin(
        cls, context: Context, customer_id: str, items: Iterable[Item], now: float
    ) -> Redeem:
        """Return a new redeem under an id that nobody can guess."""
        return cls(
            redeem_id=secrets.token_hex(16).upper(),
            site=context.site,
            customer_id=customer_id,
            lines=[Line(item.kind, item.item_id) for item in items],
            created_at=now,
            store_id=context.store_id,
            staff_id=context.staff_id,
            register_id=context.register_id,
        )

    @property
    def settled(self) -> bool:
        """Whether every item has arrived where the goal wants it."""
        end = State.UNDONE if self.goal is Goal.UNDONE else State.REDEEMED
        return bool(self.closed_by) or all(line.state is end for line in self.lines)

    @property
    def ending(self) -> str:
        """How it ended, or will: ``redeemed``, or one of the words of ``Why``."""
        return self.why if self.goal is Goal.UNDONE else self.goal.value

    @property
    def untouched(self) -> bool:
        """Whether nothing is spent for certain, nor will be: it needs no item."""
        return all(line.state in (State.WAITING, State.UNDONE) for line in self.lines)

    @property
    def given_back(self) -> bool:
        """Whether it was a success that somebody wanted undone, and no failure."""
        return self.goal is Goal.UNDONE and self.why == Why.GIVEN_BACK

    @property
    def fingerprint(self) -> str:
        """What makes two requests the same to a cashier: who, what, and where."""
        what = sorted((line.kind.value, line.item_id) for line in self.lines)
        where = [self.site, self.customer_id, self.store_id, self.register_id]
        return hashlib.sha256(json.dumps([where, what]).encode()).hexdigest()[:32]

    @property
    def context(self) -> Context:
        """Where the request came from: what a mapping may want to say upstream."""
        ids = {"staff_id": self.staff_id, "register_id": self.register_id}
        return Context(site=self.site, store_id=self.store_id, **ids)

    def running(self, now: float) -> bool:
        """Whether a worker is on it, as far as the journal can tell."""
        return not self.settled and self.lease_until > now

    @property
    def hold(self) -> str:
        """What stands in its reservations: each worker has a hold of its own."""
        return f"{self.redeem_id} {self.claims}"

    def item(self, line: Line) -> Item:
        """Return a line's item, as a mapping takes it."""
        return Item(line.kind, line.item_id, self.holder or self.customer_id)

    def ref(self, line: Line) -> str:
        """Return the reference upstream of one item: stable over retries."""
        again = f"-{line.round}" if line.round else ""
        return f"{self.redeem_id}-{self.lines.index(line) + 1}{again}"

    def turn_anew(self, why: Why, at: float, reason: str = "", status: int = 0) -> None:
        """Make an open redeem of a settled one: it is to be undone."""
        self.goal, self.why, self.turned_at = Goal.UNDONE, why, at
        self.reason, self.status = reason, status
        self.settled_at, self.lease_until, self.attempts = 0.0, 0.0, 0
        self.closed_by = ""

    def tell(self, event: Event) -> None:
        """Remember something that happened; the next save writes it down."""
        self.news.append(event)
