"""Whether tills saw what was promised: a ledger model, and nothing of the bridge.

A redeem's reference in the CRM begins with its ``redeem_id``; everything else that is
known here is the SPI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.soak.history import Books, Call
from tests.soak.untold import CROSSED, CUT_OFF, excuse

POS_SECONDS = 10.0
"""After so long the POS gives up."""

READS = {200, 429, 503, 504}
SOUND = {
    "redeem": {200, 409, 429, 503, 504},
    "undo": {200, 429, 503, 504},
    "add": {201, 400, 429, 503, 504},
}
"""What may be answered: all items are there, all customers are, and so is every redeem.

400: the customer is there already, because an earlier try was heard by the CRM alone.
"""

ID_LENGTH = 32


@dataclass(frozen=True)
class Violation:
    """One promise that was not kept."""

    kind: str
    what: str


@dataclass(frozen=True)
class Verdict:
    """What became of the promises."""

    violations: Sequence[Violation]
    crossed: int = 0
    """Redeems that stay spent, and were told while the till hung up: see ``untold``."""
    cut_off: int = 0
    """The same, but the worker was killed before it could tell anybody."""

    def count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.violations)


VAIN = "waited in vain"
"""What a till says of an answer that did not come while it waited."""

LATE = "unanswered past the deadline"
UNSOUND = "answered what makes no sense"
WITHOUT_200 = "spent without a 200"
LOST = "acknowledged and lost"
NOT_GIVEN_BACK = "undone, and spent"
TWICE = "spent twice"
NOTHING = "out of nothing"
HALF = "spent by half"
OPEN = "open at the end"
DIFFER = "the journal and the CRM differ"

KINDS = (
    *(LATE, UNSOUND, WITHOUT_200, LOST, NOT_GIVEN_BACK),
    *(TWICE, NOTHING, HALF, OPEN, DIFFER),
)


def judge(
    history: Sequence[Call], books: Books, patience: float = POS_SECONDS
) -> Verdict:
    """Compare what tills were told with what the CRM and the journal say in the end.

    ``patience``: within how many seconds everything has to be answered.
    """
    story = _Story(history, books)
    return Verdict(
        [
            *_answers(history, patience),
            *_ledger(books.ledger, story),
            *_tills(story),
            *_customers(history, books.names),
            *_journal(books, story),
        ],
        list(story.untold.values()).count(CROSSED),
        list(story.untold.values()).count(CUT_OFF),
    )


class _Story:
    """The same, in the order in which it is asked for."""

    def __init__(self, history: Sequence[Call], books: Books) -> None:
        self._books = books
        self.asked: dict[str, list[Call]] = defaultdict(list)
        """All redeems that want an item."""
        self.told: dict[str, list[Call]] = defaultdict(list)
        """All redeems that were answered 200, by redeem_id."""
        self.undos: dict[str, list[Call]] = defaultdict(list)
        self.contacts: dict[str, str] = {}
        """Whose an item was when it was spent."""
        for call in history:
            if call.operation == "undo":
                self.undos[call.redeem_id].append(call)
            if call.operation == "redeem":
                for item in call.items:
                    self.asked[item].append(call)
                if call.status == 200:
                    self.told[call.redeem_id].append(call)
        self.ever: dict[str, set[str]] = defaultdict(set)
        """All that was ever spent under a redeem_id."""
        self.spent: dict[str, list[str]] = defaultdict(list)
        """What is spent under a redeem_id in the end, sorted."""
        held: dict[str, str] = {}
        for entry in books.ledger:
            item, redeem_id = entry["item"], _redeem_id(entry)
            self.contacts[item] = entry["contact"]
            if entry["action"] == "redeem":
                held[item] = redeem_id
                self.ever[redeem_id].add(item)
            else:
                held.pop(item, None)
        for item in sorted(held):
            self.spent[held[item]].append(item)
        written = {one.redeem_id: one for one in books.journal}
        self.untold = {
            redeem_id: excuse(written.get(redeem_id), self._equal(items), books)
            for redeem_id, items in self.spent.items()
            if redeem_id not in self.told
        }
        """What is spent though nobody was told, and why that may be; "": it may not."""

    def about(self, items: Sequence[str]) -> str:
        """Say what is known of all calls that wanted an item, to look into."""
        books = self._books
        return "; ".join(
            f"{call}, {books.passed.get(call.mark)}, {books.answered.get(call.mark)}"
            for call in self.asked[items[0]]
        )

    def _equal(self, items: Sequence[str]) -> list[Call]:
        """Return the requests for exactly these items."""
        return [call for call in self.asked[items[0]] if call.items == tuple(items)]


def _redeem_id(entry: Mapping[str, Any]) -> str:
    return str(entry["reference"])[:ID_LENGTH]


def _answers(history: Sequence[Call], patience: float) -> Iterator[Violation]:
    for call in history:
        who = f"{call.operation} of {call.till} at {call.began:.1f}"
        if call.took > patience or (call.said == VAIN and not call.hung_up):
            yield Violation(LATE, f"{who}: {call.took:.1f} s")
        if call.status and call.status not in SOUND.get(call.operation, READS):
            yield Violation(UNSOUND, f"{who}: {call.status} {call.said}")


def _ledger(ledger: Sequence[Mapping[str, Any]], story: _Story) -> Iterator[Violation]:
    held: dict[str, str] = {}
    for entry in ledger:
        item, reference = entry["item"], entry["reference"]
        if entry["action"] == "redeem":
            if item in held:
                yield Violation(TWICE, f"{item}: {held[item]}, then {reference}")
            wanted = {call.customer for call in story.asked[item]}
            if entry["contact"] not in wanted:
                yield Violation(NOTHING, f"{reference}: no till wanted {item}")
            held[item] = reference
        elif held.pop(item, None) != reference:
            yield Violation(NOTHING, f"{reference}: gave back {item}, not spent so")


def _tills(story: _Story) -> Iterator[Violation]:
    for redeem_id, calls in story.told.items():
        first = calls[0]
        if len({(call.till, call.customer, call.items) for call in calls}) > 1:
            yield Violation(TWICE, f"{redeem_id} was told to two requests")
        if set(first.items) - story.ever[redeem_id]:
            yield Violation(LOST, f"{redeem_id} was told, and never spent")
            continue
        spent = tuple(story.spent.get(redeem_id, ()))
        undos = story.undos.get(redeem_id, [])
        if any(undo.status == 200 for undo in undos):
            if spent:
                yield Violation(NOT_GIVEN_BACK, f"{redeem_id}: {spent}")
        elif not spent and not undos:
            yield Violation(LOST, f"{redeem_id} was told, and is not spent")
        elif spent and spent != first.items:
            yield Violation(HALF, f"{redeem_id}: {spent} of {first.items}")
    for redeem_id, why in story.untold.items():
        if not why:
            items = story.spent[redeem_id]
            yield Violation(WITHOUT_200, f"{redeem_id}: {items}, {story.about(items)}")


def _customers(
    history: Sequence[Call], names: Mapping[str, str]
) -> Iterator[Violation]:
    may_be: dict[str, set[str]] = {}
    for call in history:
        if call.operation == "add" and call.status == 201:
            if call.customer not in names:
                yield Violation(LOST, f"{call.customer} was added, and is not there")
            may_be.setdefault(call.customer, set()).add(call.value)
        if call.operation == "update":
            if call.status == 200:
                may_be[call.customer] = set()
            # What was not acknowledged may have been done all the same.
            may_be.setdefault(call.customer, set()).add(call.value)
    for customer, possible in may_be.items():
        if customer in names and names[customer] not in possible:
            what = f"{customer} is called {names[customer]}, not one of {possible}"
            yield Violation(LOST, what)


def _journal(books: Books, story: _Story) -> Iterator[Violation]:
    if books.open:
        yield Violation(OPEN, f"{books.open} redeems are listed")
    known = set()
    for redeem in books.journal:
        known.add(redeem.redeem_id)
        spent = tuple(story.spent.get(redeem.redeem_id, ()))
        if not redeem.settled:
            yield Violation(OPEN, redeem.redeem_id)
        elif spent != (redeem.items if redeem.redeemed else ()):
            goal = "redeemed" if redeem.redeemed else "undone"
            yield Violation(DIFFER, f"{redeem.redeem_id} is {goal}: {spent} are spent")
    for redeem_id in story.ever.keys() - known:
        yield Violation(DIFFER, f"{redeem_id} is in the CRM and not in the journal")
