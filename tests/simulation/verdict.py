"""What must be true once all has settled: asked of the CRM, the journal and the tills.

Knows what is promised, and nothing of how the kernel keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.mapping import Mapping
from bridge.redeem import Redeem
from bridge.redeem.record import Goal, State
from tests.simulation.crm import (
    EXPIRED,
    POINTS,
    Final,
    Foreseeing,
    Ledger,
    OneAccount,
)
from tests.simulation.history import Request

SPENT = (State.REDEEMED, State.KEPT)

REPLAY = 50.0
"""Less than ``replay_seconds``: for so long a success is given again for certain."""


def wrongs(
    ledger: Ledger,
    redeems: Sequence[Redeem],
    history: Sequence[Request],
    kind: type[Mapping],
) -> list[str]:
    """Return what is wrong, a sentence each, with a CRM of some kind."""
    return [
        *(_points(ledger) if kind is OneAccount else ()),
        *_foreseen(ledger, redeems, kind),
        *_refused(ledger, redeems),
        *_journal_and_crm(ledger, redeems),
        *_tills_and_journal(redeems, history),
    ]


def stays_open(redeem: Redeem | None) -> bool:
    """Whether only a person can end it: the CRM gives back no bonus check."""
    if redeem is None or not redeem.stuck or redeem.goal is Goal.REDEEMED:
        return False
    states = {line.state for line in redeem.lines if line.item_id.isupper()}
    others = {line.state for line in redeem.lines if line.item_id.islower()}
    return State.KEPT in states <= {State.KEPT, State.UNDONE} >= others


def _points(ledger: Ledger) -> Iterator[str]:
    spent = sum(map(len, ledger.spent.values()))
    if ledger.points + spent != POINTS:
        yield f"of {POINTS} points, {ledger.points} are left after {spent} items"


def _foreseen(
    ledger: Ledger, redeems: Sequence[Redeem], kind: type[Mapping]
) -> Iterator[str]:
    """What is refused in any case costs nothing that could be spared."""
    for redeem in redeems:
        if not any(item in EXPIRED for item in _items(redeem)):
            continue
        spent = {item for item, ref in ledger.ever if ref[:32] == redeem.redeem_id}
        if spent and kind is Foreseeing:
            yield f"{redeem.redeem_id}: {spent} were spent for what is refused"
        if kind is Final and any(item.isupper() for item in spent):
            yield f"{redeem.redeem_id}: {spent} were spent: not all can be given back"


def _refused(ledger: Ledger, redeems: Sequence[Redeem]) -> Iterator[str]:
    """Nobody is refused what an equal request has just had."""
    known = {redeem.redeem_id: redeem for redeem in redeems}
    for item_id, *refs in ledger.refused:
        mine, other = (known.get(ref[:32]) for ref in refs)
        if not mine or not other or mine is other:
            continue
        equal = mine.fingerprint == other.fingerprint
        settled = other.goal is Goal.REDEEMED and not other.closed_by
        if equal and settled and mine.created_at < other.settled_at + REPLAY:
            yield f"{mine.redeem_id} was refused {item_id}, which {refs[1][:32]} had"


def _journal_and_crm(ledger: Ledger, redeems: Sequence[Redeem]) -> Iterator[str]:
    for item_id in ledger.overdrawn:
        yield f"{item_id} was spent twice"
    spent = ledger.refs()
    a_person_s = {
        item for redeem in redeems if stays_open(redeem) for item in _items(redeem)
    }
    for redeem in redeems:
        mine = "".join(spent.pop(redeem.redeem_id, []))
        if redeem.settled or stays_open(redeem):
            wanted = "".join(sorted(_spent(redeem)))
            if mine != wanted:
                yield f"{redeem.redeem_id} says {wanted!r} is spent, and it is {mine!r}"
        elif not a_person_s.intersection(_items(redeem)):
            # Else its turn comes once that person has ended the other one.
            yield f"{redeem.redeem_id} is open for ever"
    for redeem_id, items in spent.items():
        yield f"{items} are spent under {redeem_id}, which the journal does not know"


def _spent(redeem: Redeem) -> list[str]:
    """Return what should be spent under a redeem that has come to its end."""
    if redeem.closed_by or stays_open(redeem):
        return [line.item_id for line in redeem.lines if line.state in SPENT]
    return list(_items(redeem)) if redeem.goal is Goal.REDEEMED else []


def _tills_and_journal(
    redeems: Sequence[Redeem], history: Sequence[Request]
) -> Iterator[str]:
    closed = {one.redeem_id for one in redeems if one.closed_by}
    standing = {one.redeem_id: one for one in redeems if one.goal is Goal.REDEEMED}
    undos = {one.undoes: one for one in history if one.undoes}
    for one in filter(lambda one: one.heard, history):
        if {one.redeem_id, one.undoes} & closed:
            continue  # a person has said what is
        kept = one.answer == "redeemed" and one.redeem_id not in undos
        if kept and one.redeem_id not in standing:
            yield f"{one.redeem_id} was told to {one.name}, and is not spent"
        if one.answer == "undone" and one.undoes in standing:
            yield f"{one.undoes} was undone for {one.name}, and is spent"
    for redeem_id, redeem in standing.items():
        if redeem_id in closed:
            continue
        alike = [one for one in history if equal(one, redeem)]
        told = any(one.heard and one.redeem_id == redeem_id for one in alike)
        if not told and all(one.taken_back for one in alike):
            yield f"{redeem_id} is spent, and no till was told so"


def equal(request: Request, redeem: Redeem) -> bool:
    """Whether a redeem may come of a request."""
    return (request.register, request.items) == (redeem.register_id, _items(redeem))


def _items(redeem: Redeem) -> str:
    return "".join(sorted(line.item_id for line in redeem.lines))
