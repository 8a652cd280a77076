"""The soak's judge, told stories in which one promise is broken: each must be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.soak import verdict
from tests.soak.history import Books, Call, Kill, Passed, Written
from tests.soak.verdict import judge

Entry = dict[str, Any]

JANE = "jane"
FIRST, SECOND, THIRD = "A" * 32, "B" * 32, "C" * 32


def entry(action: str, item: str, redeem_id: str, contact: str = JANE) -> Entry:
    its = {"item": item, "contact": contact, "reference": f"{redeem_id}-1"}
    return {"action": action, **its}


def call(operation: str, at: float, **given: Any) -> Call:
    given = {"till": "1", "customer": JANE, "ended": at + 0.1, "status": 200, **given}
    return Call(operation, began=at, **given)


ADDED = call("add", 0.0, status=201, value="Doe")
REDEEMED = call("redeem", 1.0, items=("a", "b"), redeem_id=FIRST, mark="first")
AGAIN = call("redeem", 2.0, items=("c",), redeem_id=SECOND)
UNDONE = call("undo", 3.0, redeem_id=SECOND)
RENAMED = call("update", 4.0, value="Roe")
HISTORY = [ADDED, REDEEMED, AGAIN, UNDONE, RENAMED]

LEDGER = [
    entry("redeem", "a", FIRST),
    entry("redeem", "b", FIRST),
    entry("redeem", "c", SECOND),
    entry("undo", "c", SECOND),
]
JOURNAL = [
    Written(FIRST, redeemed=True, settled=True, items=("a", "b"), settled_at=1.05),
    Written(SECOND, redeemed=False, settled=True, items=("c",)),
]
BOOKS = Books(LEDGER, {JANE: "Roe"}, JOURNAL)

NOT_AWAITED = Passed(499, 8080, 0)
SENT = replace(BOOKS, passed={"first": Passed(200, 8080, 200)}, answered={"first": 200})
CUT = replace(
    BOOKS, passed={"first": Passed(503, 8080, 502)}, kills=[Kill(1.08, port=8080)]
)
LEFT_AND_CUT = replace(CUT, passed={"first": NOT_AWAITED}, kills=[Kill(1.2, port=8080)])


def kinds(history: list[Call], books: Books) -> set[str]:
    return {one.kind for one in judge(history, books).violations}


def test_what_was_promised_is_no_violation() -> None:
    found = judge(HISTORY, BOOKS)
    assert (found.violations, found.crossed, found.cut_off) == ([], 0, 0)


def told(**how: Any) -> list[Call]:
    """The same story, but for what became of the first redeem."""
    return [ADDED, replace(REDEEMED, **how), AGAIN, UNDONE, RENAMED]


def with_ledger(*entries: Entry) -> Books:
    return replace(BOOKS, ledger=[*LEDGER, *entries])


def with_journal(*written: Written) -> Books:
    return replace(BOOKS, journal=[*JOURNAL, *written])


GONE = [*LEDGER, entry("undo", "a", FIRST), entry("undo", "b", FIRST)]

PLANTED: dict[str, tuple[str, Callable[[], tuple[list[Call], Books]]]] = {
    "a till waits in vain": (
        verdict.LATE,
        lambda: (told(status=0, said=verdict.VAIN, ended=10.99), BOOKS),
    ),
    "an answer after the till's patience": (
        verdict.LATE,
        lambda: (told(ended=11.2), BOOKS),
    ),
    "a read that is late": (
        verdict.LATE,
        lambda: ([*HISTORY, call("card", 5.0, ended=15.1)], BOOKS),
    ),
    "the bridge breaks": (
        verdict.UNSOUND,
        lambda: ([*HISTORY, call("card", 5.0, status=500)], BOOKS),
    ),
    "a redeem that nobody knows any more": (
        verdict.UNSOUND,
        lambda: ([*HISTORY, call("undo", 5.0, redeem_id=FIRST, status=404)], BOOKS),
    ),
    "spent, and told an error": (
        verdict.WITHOUT_200,
        lambda: (told(status=503, redeem_id=""), BOOKS),
    ),
    "spent, and told that it was refused": (
        verdict.WITHOUT_200,
        lambda: (told(status=409, redeem_id=""), BOOKS),
    ),
    "spent under one id, and told another": (
        verdict.WITHOUT_200,
        lambda: (told(redeem_id=THIRD), BOOKS),
    ),
    "half of it spent for a till that heard nothing": (
        verdict.WITHOUT_200,
        lambda: (
            told(status=0, redeem_id=""),
            with_ledger(entry("undo", "b", FIRST)),
        ),
    ),
    "told, and never sent to the CRM": (
        verdict.LOST,
        lambda: (HISTORY, replace(BOOKS, ledger=LEDGER[2:])),
    ),
    "told, and given back though nobody asked": (
        verdict.LOST,
        lambda: (HISTORY, replace(BOOKS, ledger=GONE)),
    ),
    "a customer who was added and is not there": (
        verdict.LOST,
        lambda: (HISTORY, replace(BOOKS, names={})),
    ),
    "a new name that was taken and is not kept": (
        verdict.LOST,
        lambda: (HISTORY, replace(BOOKS, names={JANE: "Doe"})),
    ),
    "an undo that was told and did nothing": (
        verdict.NOT_GIVEN_BACK,
        lambda: (HISTORY, replace(BOOKS, ledger=LEDGER[:3])),
    ),
    "one item spent for two redeems": (
        verdict.TWICE,
        lambda: (HISTORY, with_ledger(entry("redeem", "a", SECOND))),
    ),
    "one success told to two tills": (
        verdict.TWICE,
        lambda: ([*HISTORY, replace(REDEEMED, till="2")], BOOKS),
    ),
    "one success told for other items": (
        verdict.TWICE,
        lambda: ([*HISTORY, replace(REDEEMED, items=("d",))], BOOKS),
    ),
    "spent though no till wanted it": (
        verdict.NOTHING,
        lambda: (HISTORY, with_ledger(entry("redeem", "d", SECOND))),
    ),
    "spent for another customer": (
        verdict.NOTHING,
        lambda: (
            HISTORY,
            replace(BOOKS, ledger=[entry("redeem", "a", FIRST, "joe"), *LEDGER[1:]]),
        ),
    ),
    "given back twice": (
        verdict.NOTHING,
        lambda: (HISTORY, with_ledger(entry("undo", "c", SECOND))),
    ),
    "given back by whoever has not spent it": (
        verdict.NOTHING,
        lambda: (HISTORY, with_ledger(entry("undo", "a", SECOND))),
    ),
    "half of it spent": (
        verdict.HALF,
        lambda: (HISTORY, with_ledger(entry("undo", "b", FIRST))),
    ),
    "half of it given back by an undo without an answer": (
        verdict.HALF,
        lambda: (
            [*HISTORY, call("undo", 5.0, redeem_id=FIRST, status=504)],
            with_ledger(entry("undo", "b", FIRST)),
        ),
    ),
    "open for ever": (
        verdict.OPEN,
        lambda: (
            HISTORY,
            with_journal(Written(THIRD, redeemed=False, settled=False, items=("d",))),
        ),
    ),
    "listed as open": (
        verdict.OPEN,
        lambda: (HISTORY, replace(BOOKS, open=1)),
    ),
    "the journal says redeemed, the CRM does not": (
        verdict.DIFFER,
        lambda: (
            HISTORY,
            with_journal(Written(THIRD, redeemed=True, settled=True, items=("d",))),
        ),
    ),
    "the journal says undone, the CRM does not": (
        verdict.DIFFER,
        lambda: (
            HISTORY,
            replace(BOOKS, journal=[replace(JOURNAL[0], redeemed=False), JOURNAL[1]]),
        ),
    ),
    "the journal has forgotten": (
        verdict.DIFFER,
        lambda: (HISTORY, replace(BOOKS, journal=JOURNAL[:1])),
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_broken_promise_is_seen(planted: str) -> None:
    kind, story = PLANTED[planted]
    assert kind in kinds(*story())


def test_every_kind_of_broken_promise_is_planted() -> None:
    assert {kind for kind, _ in PLANTED.values()} == set(verdict.KINDS)


def test_a_till_that_heard_nothing_is_counted_apart() -> None:
    """It hung up while it was told: nginx or the bridge knows of that answer."""
    history = told(status=0, redeem_id="", hung_up=True)
    for shown in (SENT, replace(SENT, passed={"first": NOT_AWAITED})):
        found = judge(history, shown)
        assert (found.violations, found.crossed, found.cut_off) == ([], 1, 0)


def test_a_till_whose_worker_was_killed_is_counted_apart() -> None:
    for history, shown in (
        (told(status=503, redeem_id=""), CUT),
        (told(status=0, redeem_id="", hung_up=True), LEFT_AND_CUT),
    ):
        found = judge(history, shown)
        assert (found.violations, found.crossed, found.cut_off) == ([], 0, 1)


@pytest.mark.parametrize(
    "shown",
    [
        replace(CUT, kills=[]),
        replace(CUT, kills=[Kill(1.08, port=8090)]),
        replace(CUT, kills=[Kill(0.9, port=8080)]),
        replace(CUT, kills=[Kill(1.5, port=8080)]),
        replace(CUT, passed={}),
        replace(CUT, passed={"first": Passed(503, 8080, 503)}),
        replace(CUT, passed={"first": Passed(504, 8080, 504)}),
    ],
)
def test_an_error_beside_a_success_has_to_be_shown_to_be_nginxs(shown: Books) -> None:
    """By the death of that very worker, after the success and before the answer."""
    assert kinds(told(status=503, redeem_id=""), shown) == {verdict.WITHOUT_200}


@pytest.mark.parametrize(
    "shown",
    [
        replace(SENT, answered={"first": 503}, passed={"first": NOT_AWAITED}),
        replace(SENT, answered={}, passed={"first": NOT_AWAITED}),
        replace(SENT, passed={}),
        replace(LEFT_AND_CUT, kills=[Kill(15.0, port=8080)]),
    ],
)
def test_a_till_that_hung_up_does_not_excuse_all(shown: Books) -> None:
    """Where a bridge had the time to see that it has gone, nothing may stay spent."""
    history = told(status=0, redeem_id="", hung_up=True)
    assert kinds(history, shown) == {verdict.WITHOUT_200}


def test_nothing_is_excused_by_a_call_after_the_success() -> None:
    late = replace(REDEEMED, began=1.2, ended=1.3, status=0, mark="late", redeem_id="")
    shown = replace(SENT, passed={"late": Passed(499, 8080, 0)}, answered={"late": 200})
    history = [*told(status=503, redeem_id=""), late]
    assert kinds(history, shown) == {verdict.WITHOUT_200}


def test_the_same_request_is_not_refused_after_a_success_that_nobody_told() -> None:
    again = replace(REDEEMED, began=2.0, ended=2.1, redeem_id="", mark="second")
    history = told(status=503, redeem_id="")
    assert kinds([*history, replace(again, status=503)], CUT) == set()
    assert kinds([*history, replace(again, status=409)], CUT) == {verdict.WITHOUT_200}
    assert kinds([*history, replace(again, status=409, till="2")], CUT) == set()


def test_who_heard_nothing_does_not_excuse_another_ones_error() -> None:
    other = call("redeem", 1.0, till="2", items=("d",), status=0, mark="other")
    history = [*told(status=503, redeem_id=""), other]
    shown = replace(SENT, passed={"other": NOT_AWAITED}, answered={"other": 200})
    assert kinds(history, shown) == {verdict.WITHOUT_200}


def test_an_undo_without_an_answer_may_have_been_done_or_not() -> None:
    history = [*HISTORY, call("undo", 5.0, redeem_id=FIRST, status=504)]
    undone = [replace(JOURNAL[0], redeemed=False), JOURNAL[1]]
    assert kinds(history, BOOKS) == set()
    assert kinds(history, replace(BOOKS, ledger=GONE, journal=undone)) == set()


def test_an_update_without_an_answer_may_have_been_done_or_not() -> None:
    history = [*HISTORY, call("update", 5.0, value="Poe", status=504)]
    for name in ("Roe", "Poe"):
        assert kinds(history, replace(BOOKS, names={JANE: name})) == set()
